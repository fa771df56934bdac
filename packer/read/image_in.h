/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an ISO 9660 image whole into memory through libarchive, another library than the one that
 * writes ours. Limits: 64 MiB an image, 4096 entries. Not an image: SP_ERROR_INPUT. */
#pragma once
#include "entry.h"
#include "error.h"
#include "finding.h"
#include "volume.h"

/* The entries sorted by path (names as Rock Ridge or Joliet gives them), without the root. `fd`
 * stays the caller's and is read from its start. *volume, the caller's to free, is what the
 * volume's own records say; what is wrong with those goes to `found`, which may be NULL. They are
 * read first: libarchive has no bounds of its own. */
GPtrArray *sp_image_read(int fd, const char *name, SpVolume **volume, SpFindings *found,
                         GError **error) SP_MUST_CHECK;
