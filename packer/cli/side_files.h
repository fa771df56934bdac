/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files beside an image: .iso.sha256 and, with a classic half, .iso.md5 and .metadata.md5
 * (packs.md A.4). They belong to the image's set and appear with it. */
#pragma once
#include "outset.h"

typedef struct {
    SpOutfile *sha256;
    SpOutfile *md5, *metadata; /* NULL without a classic half */
} SpSideFiles;

/* `image` is the image's name. */
gboolean sp_side_files_add(SpSideFiles *sides, SpOutset *set, const char *image, gboolean classic,
                           GError **error) SP_MUST_CHECK;
/* Of the finished image `iso` with that digest, of which `entries` is the content. */
gboolean sp_side_files_write(const SpSideFiles *sides, const SpOutfile *iso, const char *image,
                             const char *sha256, const GPtrArray *entries,
                             GError **error) SP_MUST_CHECK;
