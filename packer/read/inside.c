/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inside.h"
#include "cleanup.h"
#include "fileio.h"

#include <fcntl.h>
#include <string.h>

static gboolean refuse(const char *name, GError **error)
{
    if (errno == ELOOP || errno == ENOTDIR)
        return sp_throw(error, SP_ERROR_INPUT,
                        "cannot read '%s': a part of it is a symbolic link or not a folder", name);
    SpErrorCode code = errno == ENOENT || errno == EACCES ? SP_ERROR_INPUT : SP_ERROR_SYSTEM;
    return sp_throw(error, code, "cannot read '%s': %s", name, g_strerror(errno));
}

GBytes *sp_inside_read(const char *dir, const char *name, gsize limit, gint64 *mtime,
                       GError **error)
{
    autofd int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0) {
        refuse(dir, error);
        return NULL;
    }
    g_auto(GStrv) parts = g_strsplit(name, "/", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        if (strcmp(parts[i], "..") == 0 || parts[i][0] == '\0') {
            sp_throw(error, SP_ERROR_INPUT, "cannot read '%s': not below the folder", name);
            return NULL;
        }
        int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
        int next = openat(at, parts[i], parts[i + 1] != NULL ? flags | O_DIRECTORY : flags);
        if (next < 0) {
            refuse(name, error);
            return NULL;
        }
        sp_close_quietly(&at);
        at = next;
    }
    return sp_read_fd(at, limit, name, mtime, error);
}
