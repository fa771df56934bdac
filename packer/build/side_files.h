/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files beside an image: .iso.sha256; .iso.asc, the detached signature of all of it, where it
 * is signed here; with a classic half .iso.md5 and .metadata.md5 (packs.md A.4). They belong to the
 * image's set and appear with it. */
#pragma once
#include "outset.h"
#include "sign_detached.h"

typedef struct {
    SpOutfile *sha256;
    SpOutfile *signature;      /* NULL without a signer */
    SpOutfile *md5, *metadata; /* NULL without a classic half */
} SpSideFiles;

/* `image` is the image's name; `sign`: there will be a signer. */
gboolean sp_side_files_add(SpSideFiles *sides, SpOutset *set, const char *image, gboolean classic,
                           gboolean sign, GError **error) SP_MUST_CHECK;
/* Of the finished image `iso` with that digest, of which `entries` is the content. `signer` may be
 * NULL where none was announced. */
gboolean sp_side_files_write(const SpSideFiles *sides, const SpOutfile *iso, const char *image,
                             const char *sha256, const GPtrArray *entries, SpSigner *signer,
                             GError **error) SP_MUST_CHECK;
