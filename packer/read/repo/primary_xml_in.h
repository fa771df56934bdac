/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The three lists of packages in repodata: primary, filelists and other. */
#pragma once
#include "error.h"
#include "survey.h"

/* `record` says which of them `text` is. What is odd goes to `found`. SP_ERROR_INPUT when it is not
 * that document; what came before stays read. */
gboolean sp_repo_packages_read(const SpRepoRecord *record, GBytes *text, SpRepodata *repodata,
                               SpFindings *found, GError **error) SP_MUST_CHECK;
