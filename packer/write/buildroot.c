/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "buildroot.h"
#include "cleanup.h"
#include "fileio.h"

#include <fcntl.h>
#include <sys/stat.h>

static gboolean make_folder(const char *folder, GError **error)
{
    return g_mkdir_with_parents(folder, 0755) == 0 ||
           sp_throw_errno(error, "cannot make directory '%s'", folder);
}

gboolean sp_buildroot_lay_file(const char *root, const char *path, guint mode, GBytes *content,
                               SpSha256 *digest, GError **error)
{
    g_autofree char *place = g_build_filename(root, path, NULL);
    g_autofree char *folder = g_path_get_dirname(place);
    if (!make_folder(folder, error))
        return FALSE;
    autofd int fd = open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return sp_throw_errno(error, "cannot write '%s'", place);
    if (!sp_write_bytes(fd, content, digest, place, error))
        return FALSE;
    if (fchmod(fd, mode) != 0 || sp_close_checked(&fd) != 0)
        return sp_throw_errno(error, "cannot write '%s'", place);
    return TRUE;
}

static gboolean lay_folder(const char *path, guint mode, GError **error)
{
    return make_folder(path, error) &&
           (chmod(path, mode) == 0 || sp_throw_errno(error, "cannot set the mode of '%s'", path));
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
        gboolean good = entry->is_dir ? lay_folder(path, entry->mode, error)
                                      : entry->content == NULL ||
                                            sp_buildroot_lay_file(root, entry->path, entry->mode,
                                                                  entry->content, NULL, error);
        if (!good)
            return FALSE;
    }
    /* Backwards and last: laying a file touches the folder it lies in. */
    for (guint i = paths->len; i > 0; i--)
        if (!set_mtime(paths->pdata[i - 1], mtime, error))
            return FALSE;
    return TRUE;
}
