/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "manifest.h"
#include "cleanup.h"
#include "fileio.h"
#include "sha256.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define LIST_MAX   ((gsize)64 * 1024 * 1024)
#define DIGEST_LEN 64

typedef struct {
    const char *shown;
    GHashTable *files;   /* path -> digest */
    GHashTable *folders; /* paths of those that files of the list lie in */
} List;

void sp_manifest_add(GString *list, const char *sha256, const char *path)
{
    g_string_append_printf(list, "%s  %s\n", sha256, path);
}

static gboolean refuse(const List *list, const char *path, const char *why, GError **error)
{
    sp_throw(error, SP_ERROR_SYSTEM, "'%s' is not replaced: '%s' in it %s", list->shown, path, why);
    return sp_hint(error, "publish into a folder of its own, or delete it by hand");
}

/* A line, taken apart; FALSE when it is none. */
static gboolean take_line(const List *list, char *line)
{
    if (strlen(line) < DIGEST_LEN + 3 || memcmp(line + DIGEST_LEN, "  ", 2) != 0)
        return FALSE;
    line[DIGEST_LEN] = '\0';
    const char *path = line + DIGEST_LEN + 2;
    g_hash_table_replace(list->files, g_strdup(path), g_strdup(line));
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
        g_hash_table_add(list->folders, g_strndup(path, (gsize)(slash - path)));
    return TRUE;
}

static gboolean read_list(const List *list, int at, GError **error)
{
    autofd int fd = openat(at, SP_MANIFEST, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        sp_throw(error, SP_ERROR_SYSTEM,
                 "'%s' is not replaced: it has no '%s', which lists what was published",
                 list->shown, SP_MANIFEST);
        return sp_hint(error, "publish into a folder of its own, or delete it by hand");
    }
    g_autoptr(GBytes) text = sp_read_fd(fd, LIST_MAX, SP_MANIFEST, NULL, error);
    if (text == NULL)
        return FALSE;
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    g_autofree char *copy = g_strndup(size > 0 ? data : "", size);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
        if (lines[i][0] != '\0' && !take_line(list, lines[i]))
            return refuse(list, SP_MANIFEST, "is not one of ours", error);
    return TRUE;
}

static gboolean check_file(const List *list, int at, const char *name, const char *path,
                           GError **error)
{
    const char *wanted = g_hash_table_lookup(list->files, path);
    if (strcmp(path, SP_MANIFEST) == 0)
        return TRUE;
    if (wanted == NULL)
        return refuse(list, path, "was not published by suppack", error);
    autofd int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    g_autoptr(GBytes) content = fd >= 0 ? sp_map_fd(fd, path, NULL, error) : NULL;
    if (content == NULL)
        return fd >= 0 ? FALSE : sp_throw_errno(error, "cannot read '%s'", path);
    g_autofree char *digest = sp_sha256(content);
    return strcmp(digest, wanted) == 0 ||
           refuse(list, path, "is not as suppack published it", error);
}

static void close_folder(DIR *folder)
{
    (void)closedir(folder);
}
typedef DIR Folder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folder, close_folder)

/* As deep as the folders that the list names. */
static gboolean check_folder(const List *list, int parent, const char *name, const char *above,
                             GError **error)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    g_autoptr(Folder) folder = fd >= 0 ? fdopendir(fd) : NULL;
    if (folder == NULL) {
        sp_close_quietly(&fd);
        return sp_throw_errno(error, "cannot read '%s'", list->shown);
    }
    for (const struct dirent *one = NULL; (one = readdir(folder)) != NULL;) {
        struct stat st;
        if (strcmp(one->d_name, ".") == 0 || strcmp(one->d_name, "..") == 0)
            continue;
        g_autofree char *path =
            above[0] != '\0' ? g_build_filename(above, one->d_name, NULL) : g_strdup(one->d_name);
        if (fstatat(dirfd(folder), one->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            return sp_throw_errno(error, "cannot read '%s'", path);
        gboolean good = FALSE;
        if (S_ISREG(st.st_mode))
            good = check_file(list, dirfd(folder), one->d_name, path, error);
        else if (S_ISDIR(st.st_mode) && g_hash_table_contains(list->folders, path))
            good = check_folder(list, dirfd(folder), one->d_name, path, error);
        else
            good = refuse(list, path, "was not published by suppack", error);
        if (!good)
            return FALSE;
    }
    return TRUE;
}

static gboolean is_empty(const char *dir)
{
    g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
    return open != NULL ? g_dir_read_name(open) == NULL : access(dir, F_OK) != 0;
}

gboolean sp_manifest_check(const char *dir, const char *shown, GError **error)
{
    if (is_empty(dir))
        return TRUE;
    autofd int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0)
        return sp_throw(error, SP_ERROR_SYSTEM, "'%s' exists and is not a folder", shown);
    g_autoptr(GHashTable) files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const List list = {shown, files, folders};
    return read_list(&list, at, error) && check_folder(&list, at, ".", "", error);
}
