/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays a tree of entries down on disk with their modes and one mtime, whatever the umask. */
#pragma once
#include "entry.h"
#include "error.h"

/* `root` exists. Missing parents are made (0755). Failures: SP_ERROR_SYSTEM. */
gboolean sp_buildroot_lay(const char *root, const GPtrArray *tree, gint64 mtime,
                          GError **error) SP_MUST_CHECK;
