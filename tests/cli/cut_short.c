/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded: a file that ends in $CUT_SHORT keeps one page once it is mapped, as by somebody else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
    char link[64], path[4096];
    const char *end = getenv("CUT_SHORT");
    void *got = (void *)syscall(SYS_mmap, addr, length, prot, flags, fd, offset);
    ssize_t n = -1;
    if (fd >= 0 && end && got != MAP_FAILED) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        n = readlink(link, path, sizeof path - 1);
    }
    if (n > (ssize_t)strlen(end ? end : "") &&
        strncmp(path + n - strlen(end), end, strlen(end)) == 0) {
        path[n] = '\0';
        if (truncate(path, getpagesize()) != 0)
            abort();
    }
    return got;
}

void *mmap64(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
    return mmap(addr, length, prot, flags, fd, offset);
}
