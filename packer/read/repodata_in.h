/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads repodata as the installers do: repomd.xml, the gzip primary it names, the comps group
 * `update`. Constraints of host-installer's own parser: packs.md C.3. */
#pragma once
#include "error.h"
#include "survey.h"

/* Whole gzip data of at most 64 MiB unpacked, or SP_ERROR_INPUT. */
GBytes *sp_gunzip(const char *name, GBytes *packed, GError **error) SP_MUST_CHECK;
/* The mandatory members of the group `update` of a comps file, into group_members; SP_ERROR_INPUT.
 */
gboolean sp_comps_read(const char *name, GBytes *text, SpRepodata *repodata,
                       GError **error) SP_MUST_CHECK;
/* `entries` is the tree of the image. SP_ERROR_INPUT when one of the three cannot be read. */
SpRepodata *sp_repodata_read(const GPtrArray *entries, GError **error) SP_MUST_CHECK;
