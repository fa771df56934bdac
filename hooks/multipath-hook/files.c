/* SPDX-License-Identifier: MIT */
#include "files.h"
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
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
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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

static int write_all(int fd, struct text text)
{
    for (size_t done = 0; done < text.n;) {
        ssize_t n = write(fd, text.p + done, text.n - done);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0)
            done += (size_t)n;
    }
    return 0;
}

static int dress(int fd, const struct stat *like, const char *like_path)
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

int files_write_new(const char *path, struct text text, const struct stat *like,
                    const char *like_path, struct fail *f)
{
    if (unlink(path) < 0 && errno != ENOENT) /* left by a run that was stopped */
        return fail_errno(f, "cannot remove the stale '%s'", path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail_errno(f, "cannot create '%s'", path);
    int rc = DONE;
    if (dress(fd, like, like_path) < 0)
        rc = fail_errno(f, "cannot give '%s' the owner, mode and attributes of the file", path);
    else if (write_all(fd, text) < 0)
        rc = fail_errno(f, "cannot write '%s'", path);
    else if (fsync(fd) < 0)
        rc = fail_errno(f, "cannot sync '%s'", path);
    if (close(fd) < 0 && !rc)
        rc = fail_errno(f, "cannot close '%s'", path);
    if (rc)
        unlink(path);
    return rc;
}

int files_rename(const char *from, const char *to, struct fail *f)
{
    if (rename(from, to) < 0)
        return fail_errno(f, "cannot rename '%s' to '%s'", from, to);
    return files_sync_parent(to, f);
}

int files_missing_parents(const char *root, const char *inside)
{
    int missing = 0;
    char *path = files_parent(inside);
    for (;; missing++) {
        char *outside = xprintf("%s%s", root, path);
        bool there = access(outside, F_OK) == 0 || strcmp(path, "/") == 0;
        free(outside);
        if (there)
            break;
        char *up = files_parent(path);
        free(path);
        path = up;
    }
    free(path);
    return missing;
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
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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
