/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays a tree of entries down on disk with their modes and one mtime, whatever the umask. */
#pragma once
#include "entry.h"
#include "error.h"
#include "sha256.h"

/* One new file below `root`, which exists, with missing parents (0755); its bytes are added to
 * `digest`, if that is not NULL. From several threads at once. Failures: SP_ERROR_SYSTEM. */
gboolean sp_buildroot_lay_file(const char *root, const char *path, guint mode, GBytes *content,
                               SpSha256 *digest, GError **error) SP_MUST_CHECK;
/* All of `tree`; a file without content lies there already. Failures as above. */
gboolean sp_buildroot_lay(const char *root, const GPtrArray *tree, gint64 mtime,
                          GError **error) SP_MUST_CHECK;
