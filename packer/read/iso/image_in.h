/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an ISO 9660 image through libarchive, another library than the one that writes ours. The
 * image is mapped and the contents are parts of it, so that its size costs no heap; it must not be
 * cut short while they are in use. Limits: 32768 entries, 64 MiB of files that do not lie in one
 * piece. Not an image: SP_ERROR_INPUT. */
#pragma once
#include "entry.h"
#include "error.h"
#include "finding.h"
#include "volume.h"

/* The entries sorted by path (names as Rock Ridge or Joliet gives them), without the root. `fd`
 * stays the caller's. *volume, the caller's to free, is what the
 * volume's own records say; what is wrong with those goes to `found`, which may be NULL. They are
 * read first, since libarchive has no bounds of its own; where they are so broken that not all of
 * them could be read, or it gives up, the entries are what they gave. */
GPtrArray *sp_image_read(int fd, const char *name, SpVolume **volume, SpFindings *found,
                         GError **error) SP_MUST_CHECK;
