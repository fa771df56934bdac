/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* O_TMPFILE */
#include "outfile.h"
#include "cleanup.h"
#include "fileio.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct SpOutfile {
    int dirfd;
    int fd;
    char *path; /* for people: directory and name */
    char *name; /* final name in dirfd */
    char *temp; /* temporary name in dirfd, or NULL while it has none */
    gboolean published;
};

static char *temp_name(const char *name)
{
    return g_strdup_printf(".%s.%08x%08x", name, g_random_int(), g_random_int());
}

/* O_TMPFILE leaves nothing behind even when we are killed; NFS and some FUSE cannot do it. */
static gboolean open_content(SpOutfile *out, GError **error)
{
    out->fd = openat(out->dirfd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
    if (out->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
        out->temp = temp_name(out->name);
        out->fd = openat(out->dirfd, out->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    }
    if (out->fd < 0)
        return sp_throw_errno(error, "cannot write '%s'", out->path);
    /* The mode of a result does not depend on the umask of whoever built it. */
    if (fchmod(out->fd, 0644) != 0)
        return sp_throw_errno(error, "cannot set the mode of '%s'", out->path);
    return TRUE;
}

SpOutfile *sp_outfile_new(const char *dir, const char *name, GError **error)
{
    g_autoptr(SpOutfile) out = g_new0(SpOutfile, 1);
    out->fd = -1;
    out->path = g_build_filename(dir, name, NULL);
    out->name = g_strdup(name);
    out->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out->dirfd < 0) {
        sp_throw_errno(error, "cannot open directory '%s'", dir);
        return NULL;
    }
    return open_content(out, error) ? g_steal_pointer(&out) : NULL;
}

void sp_outfile_free(SpOutfile *out)
{
    if (out == NULL)
        return;
    if (out->temp != NULL)
        (void)unlinkat(out->dirfd, out->temp, 0);
    sp_close_quietly(&out->fd);
    sp_close_quietly(&out->dirfd);
    g_free(out->temp);
    g_free(out->name);
    g_free(out->path);
    g_free(out);
}

int sp_outfile_fd(const SpOutfile *out)
{
    return out->fd;
}

const char *sp_outfile_path(const SpOutfile *out)
{
    return out->path;
}

gboolean sp_outfile_print(SpOutfile *out, GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return sp_write_all(out->fd, text, strlen(text), out->path, error);
}

gboolean sp_outfile_flush(SpOutfile *out, GError **error)
{
    if (fsync(out->fd) != 0)
        return sp_throw_errno(error, "cannot flush '%s'", out->path);
    return TRUE;
}

/* linkat never replaces, so "refuse what exists" has no window between check and act. */
static int give_name(SpOutfile *out, const char *name)
{
    if (out->temp != NULL)
        return linkat(out->dirfd, out->temp, out->dirfd, name, 0);
    char self[64];
    (void)snprintf(self, sizeof(self), "/proc/self/fd/%d", out->fd);
    return linkat(AT_FDCWD, self, out->dirfd, name, AT_SYMLINK_FOLLOW);
}

static gboolean replace_name(SpOutfile *out, GError **error)
{
    if (out->temp == NULL) {
        g_autofree char *temp = temp_name(out->name);
        if (give_name(out, temp) != 0)
            return sp_throw_errno(error, "cannot name '%s'", out->path);
        out->temp = g_steal_pointer(&temp);
    }
    if (renameat(out->dirfd, out->temp, out->dirfd, out->name) != 0)
        return sp_throw_errno(error, "cannot publish '%s'", out->path);
    g_clear_pointer(&out->temp, g_free);
    return TRUE;
}

gboolean sp_outfile_publish(SpOutfile *out, gboolean replace, GError **error)
{
    if (replace) {
        if (!replace_name(out, error))
            return FALSE;
    } else if (give_name(out, out->name) != 0) {
        gboolean exists = errno == EEXIST;
        sp_throw_errno(error, "cannot publish '%s'", out->path);
        return exists ? sp_hint(error, "--force replaces it") : FALSE;
    }
    out->published = TRUE;
    if (fsync(out->dirfd) != 0)
        return sp_throw_errno(error, "cannot flush the directory of '%s'", out->path);
    return TRUE;
}

void sp_outfile_withdraw(SpOutfile *out)
{
    if (out->published)
        (void)unlinkat(out->dirfd, out->name, 0);
    out->published = FALSE;
}
