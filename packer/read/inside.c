/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inside.h"
#include "cleanup.h"
#include "fileio.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

#define FLAGS (O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)

static gboolean refuse(const char *name, GError **error)
{
    if (errno == ELOOP || errno == ENOTDIR)
        return sp_throw(error, SP_ERROR_INPUT,
                        "cannot read '%s': a part of it is a symbolic link or not a folder", name);
    SpErrorCode code = errno == ENOENT || errno == EACCES ? SP_ERROR_INPUT : SP_ERROR_SYSTEM;
    return sp_throw(error, code, "cannot read '%s': %s", name, g_strerror(errno));
}

static int open_folder(const char *dir, GError **error)
{
    int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0)
        refuse(dir, error);
    return at;
}

int sp_inside_open(const char *dir, const char *name, GError **error)
{
    autofd int at = open_folder(dir, error);
    g_auto(GStrv) parts = g_strsplit(name, "/", -1);
    for (guint i = 0; at >= 0 && parts[i] != NULL; i++) {
        if (strcmp(parts[i], "..") == 0 || parts[i][0] == '\0') {
            sp_throw(error, SP_ERROR_INPUT, "cannot read '%s': not below the folder", name);
            return -1;
        }
        int next = openat(at, parts[i], parts[i + 1] != NULL ? FLAGS | O_DIRECTORY : FLAGS);
        if (next < 0) {
            refuse(name, error);
            return -1;
        }
        sp_close_quietly(&at);
        at = next;
    }
    return sp_steal_fd(&at);
}

GBytes *sp_inside_read(const char *dir, const char *name, gsize limit, gint64 *mtime,
                       GError **error)
{
    autofd int fd = sp_inside_open(dir, name, error);
    return fd >= 0 ? sp_read_fd(fd, limit, name, mtime, error) : NULL;
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in the folder that match, sorted; NULL with error. */
static GPtrArray *matching(int at, const char *pattern, const char *name, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    int again = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = again >= 0 ? fdopendir(again) : NULL;
    if (folder == NULL) {
        refuse(name, error);
        sp_close_quietly(&again);
        return NULL;
    }
    for (const struct dirent *one = NULL; (one = readdir(folder)) != NULL;)
        if (fnmatch(pattern, one->d_name, FNM_PERIOD) == 0)
            g_ptr_array_add(found, g_strdup(one->d_name));
    (void)closedir(folder);
    g_ptr_array_sort(found, by_text);
    return g_steal_pointer(&found);
}

typedef struct {
    GPtrArray *names;
    gboolean loose; /* behind a wildcard: what is not there is passed over, as in a shell */
} Matches;

/* What the part stands for in the folder; NULL with error. */
static GPtrArray *candidates(int at, const char *part, const char *name, Matches *matches,
                             GError **error)
{
    struct stat st;
    if (strpbrk(part, "*?") != NULL) {
        matches->loose = TRUE;
        return matching(at, part, name, error);
    }
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    if (!matches->loose || fstatat(at, part, &st, AT_SYMLINK_NOFOLLOW) == 0)
        g_ptr_array_add(found, g_strdup(part));
    return found;
}

/* One part of the path a call, so as deep as the path has parts. */
static gboolean match(int at, char *const *parts, const char *before, Matches matches,
                      GError **error)
{
    g_autofree char *here = g_build_filename(before, parts[0], NULL);
    g_autoptr(GPtrArray) found = candidates(at, parts[0], here, &matches, error);
    for (guint i = 0; found != NULL && i < found->len; i++) {
        g_autofree char *name = g_build_filename(before, found->pdata[i], NULL);
        if (parts[1] == NULL) {
            g_ptr_array_add(matches.names, g_steal_pointer(&name));
            continue;
        }
        autofd int next = openat(at, found->pdata[i], FLAGS | O_DIRECTORY);
        if (next < 0 && matches.loose && (errno == ENOTDIR || errno == ELOOP))
            continue;
        if (next < 0)
            return refuse(name, error);
        if (!match(next, parts + 1, name, matches, error))
            return FALSE;
    }
    return found != NULL;
}

gboolean sp_inside_match(const char *dir, const char *glob, GPtrArray *names, GError **error)
{
    autofd int at = open_folder(dir, error);
    g_auto(GStrv) parts = g_strsplit(glob, "/", -1);
    return at >= 0 && match(at, parts, "", (Matches){names, FALSE}, error);
}
