/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "buildroot.h"
#include "cleanup.h"
#include "fileio.h"

#include <fcntl.h>
#include <sys/stat.h>

static gboolean lay_file(const char *path, const SpEntry *entry, GError **error)
{
    autofd int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return sp_throw_errno(error, "cannot write '%s'", path);
    if (!sp_write_bytes(fd, entry->content, path, error))
        return FALSE;
    if (fchmod(fd, entry->mode) != 0 || sp_close_checked(&fd) != 0)
        return sp_throw_errno(error, "cannot write '%s'", path);
    return TRUE;
}

static gboolean set_mtime(const char *path, gint64 mtime, GError **error)
{
    const struct timespec times[2] = {{.tv_sec = mtime}, {.tv_sec = mtime}};
    if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) != 0)
        return sp_throw_errno(error, "cannot set the time of '%s'", path);
    return TRUE;
}

gboolean sp_buildroot_lay(const char *root, const GPtrArray *tree, gint64 mtime, GError **error)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < tree->len; i++) {
        const SpEntry *entry = tree->pdata[i];
        char *path = g_build_filename(root, entry->path, NULL);
        g_ptr_array_add(paths, path);
        g_autofree char *folder = entry->is_dir ? g_strdup(path) : g_path_get_dirname(path);
        if (g_mkdir_with_parents(folder, 0755) != 0)
            return sp_throw_errno(error, "cannot make directory '%s'", folder);
        if (entry->is_dir && chmod(path, entry->mode) != 0)
            return sp_throw_errno(error, "cannot set the mode of '%s'", path);
        if (!entry->is_dir && !lay_file(path, entry, error))
            return FALSE;
    }
    /* Backwards and last: laying a file touches the folder it lies in. */
    for (guint i = paths->len; i > 0; i--)
        if (!set_mtime(paths->pdata[i - 1], mtime, error))
            return FALSE;
    return TRUE;
}
