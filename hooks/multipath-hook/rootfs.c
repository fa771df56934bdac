/* SPDX-License-Identifier: MIT */
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_LINKS 40          /* as the kernel */
#define MOST_BYTES (64u << 20) /* a multipath.conf is a few KiB; more is a mistake */

char *rootfs_outside(const char *root, const char *path)
{
    return xprintf("%s%s", root, path);
}

/* Takes the first component off *rest. */
static struct text next_component(const char **rest)
{
    while (**rest == '/')
        (*rest)++;
    struct text t = {*rest, strcspn(*rest, "/")};
    *rest += t.n;
    return t;
}

static void pop(struct buf *done)
{
    while (done->n && done->p[done->n - 1] != '/')
        done->n--;
    if (done->n)
        done->n--;
}

/* Adds a component; when it is a symlink takes it off again and puts its target before *rest. */
static int step(const char *root, struct buf *done, struct text part, char **rest, int *links)
{
    char target[PATH_MAX];
    size_t before = done->n;
    buf_str(done, "/");
    buf_text(done, part);
    char *outside = rootfs_outside(root, buf_cstr(done));
    ssize_t n = readlink(outside, target, sizeof target - 1);
    free(outside);
    if (n < 0)
        return errno == EINVAL || errno == ENOENT ? 0 : -1;
    if (++*links > MOST_LINKS) {
        errno = ELOOP;
        return -1;
    }
    target[n] = '\0';
    done->n = target[0] == '/' ? 0 : before;
    char *joined = xprintf("%s/%s", target, *rest);
    free(*rest);
    *rest = joined;
    return 1;
}

char *rootfs_resolve(const char *root, const char *path)
{
    struct buf done = {0};
    char *rest = xstrdup(path);
    int links = 0;

    for (const char *at = rest; *at;) {
        struct text part = next_component(&at);
        if (part.n == 0 || text_is(part, "."))
            continue;
        if (text_is(part, "..")) {
            pop(&done);
            continue;
        }
        char *left = xstrdup(at);
        int got = step(root, &done, part, &left, &links);
        if (got < 0) {
            int error = errno;
            free(left);
            free(rest);
            buf_free(&done);
            errno = error;
            return NULL;
        }
        free(rest);
        rest = left;
        at = rest;
    }
    free(rest);
    if (done.n == 0)
        buf_str(&done, "/");
    buf_cstr(&done);
    return done.p;
}

static int read_fd(int fd, struct buf *out, struct stat *st)
{
    char chunk[65536];
    if (fstat(fd, st) < 0)
        return -1;
    if (!S_ISREG(st->st_mode)) {
        errno = EINVAL;
        return -1;
    }
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        buf_add(out, chunk, (size_t)n);
        if (out->n > MOST_BYTES) {
            errno = EFBIG;
            return -1;
        }
    }
    buf_cstr(out); /* so that an empty file has an address too */
    return 0;
}

int rootfs_read(const char *root, const char *path, struct buf *out, struct stat *st)
{
    struct stat own;
    char *inside = rootfs_resolve(root, path);
    if (!inside)
        return -1;
    char *outside = rootfs_outside(root, inside);
    free(inside);
    /* O_NONBLOCK: a FIFO in the file's place must not hang an unattended install. */
    int fd = open(outside, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    free(outside);
    if (fd < 0)
        return -1;
    out->n = 0;
    int rc = read_fd(fd, out, st ? st : &own);
    int error = errno;
    close(fd);
    errno = error;
    return rc;
}
