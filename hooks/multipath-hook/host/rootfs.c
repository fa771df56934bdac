/* SPDX-License-Identifier: MIT */
#include "openfd.h"
#include "rootfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_LINKS 40 /* as the kernel */

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

/* Names known to be no links, so that /etc is asked about once and not for every file in it. One
 * that becomes a link while the program runs is followed by the kernel, as before it was one. */
static bool is_plain(const char *outside, bool add)
{
    static char *plain[16];
    static size_t count;
    for (size_t i = 0; i < count; i++)
        if (strcmp(plain[i], outside) == 0)
            return true;
    if (add && count < sizeof plain / sizeof *plain)
        plain[count++] = xstrdup(outside);
    return false;
}

/* Adds a component; when it is a symlink takes it off again and puts its target before *rest and
 * returns 1. 0: it is none; -1 with errno: ENOENT where there is nothing by that name. */
static int step(const char *root, struct buf *done, struct text part, char **rest, int *links)
{
    char target[PATH_MAX];
    size_t before = done->n;
    buf_str(done, "/");
    buf_text(done, part);
    char *outside = rootfs_outside(root, buf_cstr(done));
    bool folder = **rest != '\0';
    ssize_t n = -1;
    int error = EINVAL;
    if (!is_plain(outside, false)) {
        n = readlink(outside, target, sizeof target - 1);
        error = errno;
        if (n < 0 && error == EINVAL && folder)
            is_plain(outside, true);
    }
    free(outside);
    errno = error;
    if (n < 0)
        return error == EINVAL ? 0 : -1;
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
    bool missing = false; /* what comes after is kept by name */
    int links = 0;

    for (const char *at = rest; *at;) {
        struct text part = next_component(&at);
        if (part.n == 0 || text_is(part, "."))
            continue;
        if (text_is(part, "..")) {
            pop(&done);
            missing = false;
            continue;
        }
        if (missing) {
            buf_printf(&done, "/%.*s", (int)part.n, part.p);
            continue;
        }
        char *left = xstrdup(at);
        int got = step(root, &done, part, &left, &links);
        missing = got < 0 && errno == ENOENT;
        if (got < 0 && !missing) {
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

static int open_inside(const char *root, const char *inside)
{
    char *outside = rootfs_outside(root, inside);
    int fd = open_fd(outside, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0), error = errno;
    free(outside);
    errno = error;
    return fd;
}

char *rootfs_resolve_open(const char *root, const char *path, int *fd)
{
    /* Nearly always the last name is no link, which opening it tells as well as asking first. */
    const char *name = strrchr(path, '/') + 1;
    char *folder = xprintf("%.*s", (int)(name - path), path),
         *parent = rootfs_resolve(root, folder);
    char *inside = parent ? xprintf("%s/%s", parent[1] ? parent : "", name) : NULL;
    *fd = inside ? open_inside(root, inside) : -1;
    if (inside && *fd < 0 && errno == ELOOP) {
        free(inside);
        inside = rootfs_resolve(root, path);
        *fd = inside ? open_inside(root, inside) : -1;
    }
    int error = errno;
    free(folder);
    free(parent);
    errno = error;
    return inside;
}

int rootfs_open(const char *root, const char *path)
{
    int fd;
    if (!*root) /* the kernel follows the links by itself */
        return open_fd(path, O_RDONLY | O_NONBLOCK, 0);
    char *inside = rootfs_resolve_open(root, path, &fd);
    int error = errno;
    free(inside);
    errno = error;
    return fd;
}

int rootfs_read_fd(int fd, struct buf *out, struct stat *st)
{
    out->n = 0;
    if (fstat(fd, st) < 0)
        return -1;
    if (!S_ISREG(st->st_mode)) {
        errno = EINVAL;
        return -1;
    }
    size_t want = st->st_size > ROOTFS_MOST ? ROOTFS_MOST + 1 : (size_t)st->st_size;
    for (;;) {
        /* One byte more than there should be: less than asked for, at the size, is the end. */
        size_t ask = (out->n < want ? want - out->n : 0) + 1;
        buf_size(out, out->n + ask);
        ssize_t n = read(fd, out->p + out->n, ask);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        out->n += (size_t)n;
        if (out->n > ROOTFS_MOST) {
            errno = EFBIG;
            return -1;
        }
        if (n == 0 || (out->n == want && (size_t)n < ask))
            break;
        if (out->n > want) /* it grew meanwhile */
            want = out->n + 65536;
    }
    buf_cstr(out); /* so that an empty file has an address too */
    return 0;
}

int rootfs_read(const char *root, const char *path, struct buf *out)
{
    struct stat st;
    int fd = rootfs_open(root, path);
    if (fd < 0)
        return -1;
    int rc = rootfs_read_fd(fd, out, &st);
    int error = errno;
    close(fd);
    errno = error;
    return rc;
}

void names_add(struct names *names, char *name)
{
    names->name = xgrow(names->name, (names->n + 1) * sizeof *names->name);
    names->name[names->n++] = name;
}

/* Folders of configuration have few; libc's qsort() takes 2 KB. */
void names_sort(struct names *names)
{
    for (size_t i = 1; i < names->n; i++) {
        char *moved = names->name[i];
        size_t k = i;
        for (; k && strcmp(names->name[k - 1], moved) > 0; k--)
            names->name[k] = names->name[k - 1];
        names->name[k] = moved;
    }
}

void names_free(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->name[i]);
    free(names->name);
    *names = (struct names){0};
}

/* getdents64() itself: two system calls fewer than libc's folders. */
int rootfs_names(const char *folder, struct names *names)
{
    static const size_t name_at = offsetof(struct dirent, d_name);
    _Alignas(struct dirent) char chunk[4096];
    int fd = open_fd(folder, O_RDONLY | O_DIRECTORY, 0);
    long n = -1;
    while (fd >= 0 && (n = syscall(SYS_getdents64, fd, chunk, sizeof chunk)) > 0)
        for (long at = 0; at < n;) {
            unsigned short length;
            const char *name = chunk + at + name_at;
            memcpy(&length, chunk + at + offsetof(struct dirent, d_reclen), sizeof length);
            if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
                names_add(names, xstrdup(name));
            at += length;
        }
    int error = errno;
    if (fd >= 0)
        close(fd);
    names_sort(names);
    errno = error;
    return n < 0 ? -1 : 0;
}
