/* SPDX-License-Identifier: MIT */
#include "files.h"
#include "clock.h"
#include "openfd.h"
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

char *files_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return xstrdup(slash ? "/" : ".");
    return xprintf("%.*s", (int)(slash - path), path);
}

int files_sync_parent(const char *path, struct fail *f)
{
    char *dir = files_parent(path);
    int fd = open_fd(dir, O_RDONLY | O_DIRECTORY, 0);
    int rc = DONE;
    if (fd < 0 || fsync(fd) < 0)
        rc = fail_errno(f, "cannot sync the folder '%s'", dir);
    if (fd >= 0)
        close(fd);
    free(dir);
    return rc;
}

/* SELinux label, ACL and whatever else hangs on the file. */
static int copy_attributes(int fd, const char *from)
{
    char names[4096], value[4096];
    ssize_t size = listxattr(from, names, sizeof names);
    if (size < 0)
        return errno == ENOTSUP || errno == ENOSYS ? 0 : -1;
    for (char *name = names; name < names + size; name += strlen(name) + 1) {
        ssize_t n = getxattr(from, name, value, sizeof value);
        if (n < 0 && (errno == ENODATA || errno == ENOTSUP))
            continue;
        if (n < 0 || fsetxattr(fd, name, value, (size_t)n, 0) < 0)
            return -1;
    }
    return 0;
}

int files_same(int fd, struct text text)
{
    struct stat st;
    char chunk[65536];
    if (fstat(fd, &st) < 0)
        return -1;
    if ((size_t)st.st_size != text.n)
        return 0;
    for (size_t at = 0; at < text.n;) {
        ssize_t n = pread(fd, chunk, sizeof chunk, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return (int)n;
        if ((size_t)n > text.n - at || memcmp(chunk, text.p + at, (size_t)n) != 0)
            return 0;
        at += (size_t)n;
    }
    return 1;
}

static int copy_metadata(int fd, const struct stat *like, const char *like_path)
{
    if (!like)
        return fchmod(fd, 0644);
    struct stat own;
    if (fstat(fd, &own) < 0)
        return -1;
    /* Owner before mode: chown clears set-id bits. Asked for only where it differs, so that it
     * cannot fail for want of a right that is not needed. */
    if ((own.st_uid != like->st_uid || own.st_gid != like->st_gid) &&
        fchown(fd, like->st_uid, like->st_gid) < 0)
        return -1;
    if (fchmod(fd, like->st_mode & 07777) < 0)
        return -1;
    return like_path ? copy_attributes(fd, like_path) : 0;
}

static int set_times(int fd, const struct stat *times)
{
    return times ? futimens(fd, (struct timespec[]){times->st_atim, times->st_mtim}) : 0;
}

int files_write_new(const char *path, struct text text, const struct stat *like,
                    const char *like_path, const struct stat *times, struct fail *f)
{
    if (unlink(path) < 0 && errno != ENOENT) /* left by a run that was stopped */
        return fail_errno(f, "cannot remove the stale '%s'", path);
    int fd = open_fd(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail_errno(f, "cannot create '%s'", path);
    int rc = DONE;
    if (copy_metadata(fd, like, like_path) < 0)
        rc = fail_errno(f, "cannot give '%s' the owner, mode and attributes of the file", path);
    else if (!text_write(fd, text))
        rc = fail_errno(f, "cannot write '%s'", path);
    else if (set_times(fd, times) < 0)
        rc = fail_errno(f, "cannot set the times of '%s'", path);
    else if (fsync(fd) < 0)
        rc = fail_errno(f, "cannot sync '%s'", path);
    if (close(fd) < 0 && !rc)
        rc = fail_errno(f, "cannot close '%s'", path);
    if (rc)
        unlink(path);
    return rc;
}

/* linux/fs.h, which musl has none of. */
#define GET_FLAGS   _IOR('f', 1, long)
#define IMMUTABLE   0x10
#define APPEND_ONLY 0x20

/* lsattr's i and a; a file system without such flags answers ENOTTY. */
static bool is_fixed(const char *path)
{
    int flags = 0, fd = open_fd(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    if (fd < 0)
        return false;
    bool fixed = ioctl(fd, (int)GET_FLAGS, &flags) == 0 && flags & (IMMUTABLE | APPEND_ONLY);
    close(fd);
    return fixed;
}

/* The word of mountinfo, in which blanks and the like are octal: "\\040" (proc(5)). */
static bool is_written(struct text word, const char *path)
{
    size_t i = 0;
    for (; i < word.n && *path; i++, path++) {
        char c = word.p[i];
        if (c == '\\' && word.n - i > 3) {
            c = (char)((word.p[i + 1] - '0') << 6 | (word.p[i + 2] - '0') << 3 |
                       (word.p[i + 3] - '0'));
            i += 3;
        }
        if (c != *path)
            return false;
    }
    return i == word.n && !*path;
}

/* Is it the fifth word of a line of mountinfo? Names there are without links. */
static bool is_mount_point(const char *path)
{
    struct buf mounts = {0};
    struct text line;
    bool yes = false;
    char *real = rootfs_resolve("", path); /* root is in it */
    if (real && rootfs_read("", "/proc/self/mountinfo", &mounts) < 0)
        mounts.n = 0;
    for (size_t at = 0; real && !yes && text_line(text_buf(&mounts), &at, &line);) {
        const char *blank = NULL;
        for (int word = 0; word < 5; word++) {
            line = blank ? text_sub(line, (size_t)(blank - line.p) + 1, line.n) : line;
            blank = memchr(line.p, ' ', line.n);
            if (!blank)
                break;
        }
        yes = blank && is_written(text_sub(line, 0, (size_t)(blank - line.p)), real);
    }
    free(real);
    buf_free(&mounts);
    return yes;
}

int files_can_replace(const char *path, struct fail *f)
{
    char *dir = files_parent(path);
    int rc = DONE;
    while (access(dir, F_OK) < 0 && errno == ENOENT && strcmp(dir, "/") != 0) {
        char *up = files_parent(dir);
        free(dir);
        dir = up;
    }
    if (access(dir, W_OK | X_OK) < 0) {
        fail_errno(f, "cannot write in '%s'", dir);
        rc = REFUSED;
    } else if (is_fixed(path) || is_fixed(dir)) {
        rc = fail_with(f, REFUSED, "'%s' is immutable or append-only (lsattr)",
                       is_fixed(path) ? path : dir);
    } else if (is_mount_point(path)) {
        rc = fail_with(f, REFUSED, "'%s' is a mount point: it cannot be replaced", path);
    }
    free(dir);
    return rc;
}

int files_rename(const char *from, const char *to, struct fail *f)
{
    if (rename(from, to) < 0)
        return fail_errno(f, "cannot rename '%s' to '%s'", from, to);
    return files_sync_parent(to, f);
}

int files_missing_parents(const char *root, const char *inside, int *missing, struct fail *f)
{
    char *path = files_parent(inside);
    int rc = DONE;
    for (*missing = 0; strcmp(path, "/") != 0; ++*missing) {
        char *outside = xprintf("%s%s", root, path);
        bool there = access(outside, F_OK) == 0;
        /* Counting one that cannot be seen would have removal take it away. */
        if (!there && errno != ENOENT)
            rc = fail_errno(f, "cannot see the folder '%s'", outside);
        free(outside);
        if (there || rc)
            break;
        char *up = files_parent(path);
        free(path);
        path = up;
    }
    free(path);
    return rc;
}

int files_make_parents(const char *root, const char *inside, struct fail *f)
{
    int rc = DONE;
    char *dir = files_parent(inside);
    size_t n = strlen(dir);
    for (size_t i = 1; i <= n && !rc; i++) {
        if (i < n && dir[i] != '/')
            continue;
        char *path = xprintf("%s%.*s", root, (int)i, dir);
        if (mkdir(path, 0755) == 0) /* chmod: whatever the umask is */
            rc = chmod(path, 0755) < 0 ? fail_errno(f, "cannot set the mode of '%s'", path)
                                       : files_sync_parent(path, f);
        else if (errno != EEXIST)
            rc = fail_errno(f, "cannot make the folder '%s'", path);
        free(path);
    }
    free(dir);
    return rc;
}

int files_remove_parents(const char *root, const char *inside, int count, struct fail *f)
{
    int rc = DONE;
    char *path = xprintf("%s%s", root, inside);
    for (int i = 0; i < count && !rc; i++) {
        char *dir = files_parent(path);
        free(path);
        path = dir;
        if (rmdir(path) == 0) {
            rc = files_sync_parent(path, f);
        } else if (errno == ENOTEMPTY || errno == EEXIST) {
            break; /* in use by somebody else by now: it stays */
        } else if (errno != ENOENT) {
            rc = fail_errno(f, "cannot remove the folder '%s'", path);
        }
    }
    free(path);
    return rc;
}

int files_lock_dir(const char *path, int most_ms, struct fail *f)
{
    int fd = open_fd(path, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return fail_errno(f, "cannot open the folder '%s'", path);
    for (long long until = ms_now() + most_ms; flock(fd, LOCK_EX | LOCK_NB) < 0; ms_sleep(20)) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return fail_errno(f, "cannot lock the folder '%s'", path);
        if (!ms_left(until))
            return fail_with(f, SYSTEM, "another multipath-hook has held the lock on '%s' for %d s",
                             path, most_ms / 1000);
    }
    return DONE; /* the lock lives as long as the process: fd stays open on purpose */
}
