/* SPDX-License-Identifier: MIT */
#ifndef OPENFD_H
#define OPENFD_H

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* open() that is closed on exec: one system call, where musl's open() adds a second one for kernels
 * before 2.6.23, on which this program starts no other. */
static inline int open_fd(const char *path, int flags, mode_t mode)
{
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC | O_LARGEFILE, mode);
}

#endif
