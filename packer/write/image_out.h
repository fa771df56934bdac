/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes an ISO 9660 image with Rock Ridge and Joliet through libisofs. Same entries, same epoch:
 * same bytes; owner 0:0 and one time stamp everywhere. Failures: SP_ERROR_SYSTEM. */
#pragma once
#include "entry.h"
#include "error.h"
#include "layout.h"

/* Folders of `entries` stand before what lies in them. Writes to `fd`, which stands at its start,
 * called `name` in messages; *sha256 (the caller frees) is the digest of the image. */
gboolean sp_image_write(int fd, const char *name, const char *volume_id, const GPtrArray *entries,
                        gint64 epoch, char **sha256, GError **error) SP_MUST_CHECK;
/* The same, as far as the volume's records go; of the contents only the sizes matter. The caller
 * frees. SP_ERROR_INPUT: it would take too long. */
SpLayout *sp_image_lay(const char *volume_id, const GPtrArray *entries, gint64 epoch,
                       GError **error) SP_MUST_CHECK;
/* Version of libisofs, which the bytes depend on; the caller frees. */
char *sp_image_version(void);
