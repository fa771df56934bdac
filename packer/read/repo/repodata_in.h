/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads repodata as the installers do: repomd.xml, the gzip primary it names, filelists, other and
 * the comps group `update`. Constraints of host-installer's own parser: packs.md C.3. */
#pragma once
#include "survey.h"

/* The groups of a comps file, called `file`, into `repodata`. */
void sp_comps_read(const char *file, GBytes *text, SpRepodata *repodata, SpFindings *found);
/* `entries` is the tree of the image. Whatever cannot be read is told to `found`, and the rest is
 * read. NULL when there is no repomd.xml. */
SpRepodata *sp_repodata_read(const GPtrArray *entries, SpFindings *found);
