/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* renameat2, syncfs */
#include "outdir.h"
#include "cleanup.h"
#include "scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct SpOutdir {
    char *place; /* without symbolic links at its end */
    gboolean replace;
    SpOutdirCheck check;
    SpScratch *content; /* beside it; after an exchange, what was there before */
};

static gboolean is_free(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    return dir != NULL ? g_dir_read_name(dir) == NULL : access(path, F_OK) != 0;
}

SpOutdir *sp_outdir_new(const char *path, gboolean replace, GError **error)
{
    g_autoptr(SpOutdir) out = g_new0(SpOutdir, 1);
    char *real = realpath(path, NULL);
    out->place = g_canonicalize_filename(real != NULL ? real : path, NULL);
    free(real);
    out->replace = replace;
    /* Asked before any work; publishing asks again without a window in between. */
    if (!is_free(out->place) && !(replace && g_file_test(out->place, G_FILE_TEST_IS_DIR))) {
        sp_throw(error, SP_ERROR_SYSTEM, "'%s' exists and is not an empty folder", path);
        return NULL;
    }
    g_autofree char *parent = g_path_get_dirname(out->place);
    if (access(parent, W_OK) != 0) {
        sp_throw_errno(error, "cannot write in '%s'", parent);
        return NULL;
    }
    out->content = sp_scratch_new(parent, error);
    return out->content != NULL ? g_steal_pointer(&out) : NULL;
}

void sp_outdir_free(SpOutdir *out)
{
    if (out == NULL)
        return;
    sp_scratch_free(out->content);
    g_free(out->place);
    g_free(out);
}

const char *sp_outdir_path(const SpOutdir *out)
{
    return sp_scratch_path(out->content);
}

void sp_outdir_ask(SpOutdir *out, SpOutdirCheck check)
{
    out->check = check;
}

static gboolean exchange(const SpOutdir *out)
{
    return renameat2(AT_FDCWD, sp_outdir_path(out), AT_FDCWD, out->place, RENAME_EXCHANGE) == 0;
}

static gboolean flush(const char *path, GError **error)
{
    autofd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || syncfs(fd) != 0)
        return sp_throw_errno(error, "cannot flush '%s'", path);
    return TRUE;
}

gboolean sp_outdir_publish(SpOutdir *out, GError **error)
{
    const char *from = sp_outdir_path(out);
    if (chmod(from, 0755) != 0)
        return sp_throw_errno(error, "cannot set the mode of '%s'", out->place);
    if (!flush(from, error))
        return FALSE;
    /* A plain rename takes the place of nothing but an empty folder. */
    gboolean done = rename(from, out->place) == 0;
    if (!done && out->replace && (errno == ENOTEMPTY || errno == EEXIST))
        done = exchange(out);
    if (!done)
        return sp_throw_errno(error, "cannot publish '%s'", out->place);
    /* Whatever came to lie in it between the first look and now. */
    if (out->check != NULL && !out->check(from, out->place, error)) {
        (void)exchange(out);
        return FALSE;
    }
    g_autofree char *parent = g_path_get_dirname(out->place);
    return flush(parent, error);
}
