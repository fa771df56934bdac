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

/* rootfs_resolve(), and the file opened for reading (*fd; -1 with errno), its last name not
 * followed a second time. A FIFO in its place does not block. path has a slash. */
char *rootfs_resolve_open(const char *root, const char *path, int *fd);

/* Opens an existing file inside root for reading, symlinks followed; -1 with errno. A FIFO in the
 * file's place does not block either. */
int rootfs_open(const char *root, const char *path);

/* The whole of a regular file, `st` what fstat() says of it. 0, or -1 with errno; EINVAL when it is
 * not a regular file, EFBIG over ROOTFS_MOST. */
int rootfs_read_fd(int fd, struct buf *out, struct stat *st);
#define ROOTFS_MOST (2u << 20) /* a multipath.conf is a few KiB; more is a mistake */

/* The two in one. */
int rootfs_read(const char *root, const char *path, struct buf *out);

/* Names of a folder, but "." and "..", sorted as strcmp() does. 0, or -1 with errno. */
struct names {
    char **name;
    size_t n;
};
int rootfs_names(const char *folder, struct names *names);
void names_add(struct names *names, char *name);
void names_sort(struct names *names);
void names_free(struct names *names);

#endif
