/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an ISO 9660 image whole into memory through libarchive, another library than the one that
 * writes ours. Limits: 64 MiB an image, 4096 entries. Not an image: SP_ERROR_INPUT. */
#pragma once
#include "entry.h"
#include "error.h"

/* The entries sorted by path (names as Rock Ridge or Joliet gives them), without the root. `fd`
 * stays the caller's and is read from its start. *volume_id is the caller's to free. */
GPtrArray *sp_image_read(int fd, const char *name, char **volume_id, GError **error) SP_MUST_CHECK;
