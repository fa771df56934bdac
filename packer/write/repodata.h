/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes yum metadata through libcreaterepo_c: primary, filelists, other as gzip XML, the comps
 * group plain and gzip, SHA-256 throughout, every time stamp the epoch. What the installers' own
 * parsers demand: packs.md C.3. Failures: SP_ERROR_SYSTEM. */
#pragma once
#include "entry.h"
#include "error.h"
#include "scratch.h"

typedef struct {
    const char *href; /* in the image: "Packages/x.rpm" */
    const char *path; /* on disk */
    SpEntry *entry;   /* of the same file on the image */
} SpRepoInput;

/* Adds repodata/ and its files to `image`. */
gboolean sp_repodata_write(const SpScratch *scratch, const SpRepoInput *rpms, gsize count,
                           GBytes *comps, gint64 epoch, GPtrArray *image,
                           GError **error) SP_MUST_CHECK;
/* Version of libcreaterepo_c, which the bytes depend on. */
const char *sp_repodata_version(void);
