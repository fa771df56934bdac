/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads repodata as the installers do: repomd.xml, the gzip primary it names, the comps group
 * `update`. Constraints of host-installer's own parser: packs.md C.3. */
#pragma once
#include "error.h"
#include "survey.h"

/* `entries` is the tree of the image. SP_ERROR_INPUT when one of the three cannot be read. */
SpRepodata *sp_repodata_read(const GPtrArray *entries, GError **error) SP_MUST_CHECK;
