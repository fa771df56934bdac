/* SPDX-License-Identifier: MIT */
/* Paths as a process whose root directory is `root` sees them ("" is this machine's own root). */
#ifndef ROOTFS_H
#define ROOTFS_H

#include "text.h"

#include <sys/stat.h>

/* The path with every symlink followed, links to absolute paths from `root`; what does not exist
 * is kept by name. Inside path (without root), from malloc; NULL with errno (ELOOP, EACCES ...). */
char *rootfs_resolve(const char *root, const char *path);

/* root + path, from malloc. */
char *rootfs_outside(const char *root, const char *path);

/* The whole of a regular file inside root, symlinks followed. 0, or -1 with errno; EINVAL when it
 * is not a regular file, EFBIG over 64 MiB. `st` may be NULL. */
int rootfs_read(const char *root, const char *path, struct buf *out, struct stat *st);

#endif
