/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the .repo file by which a host's yum or dnf finds a published pack: switched off, since
 * dom0 must see no foreign repository unasked, and with both kinds of signatures checked against
 * the key that import-update-key laid down (packs.md B.6, B.7; users.md 5.1). */
#pragma once
#include "error.h"

/* `label` and `url` obey their grammars. A key name that is more than a file name is
 * SP_ERROR_INPUT. */
GBytes *sp_repo_file_write(const char *label, const char *url, const char *key,
                           GError **error) SP_MUST_CHECK;
