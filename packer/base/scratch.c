/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* nftw */
#include "scratch.h"
#include "cleanup.h"
#include "fileio.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct SpScratch {
    char *path;
};

SpScratch *sp_scratch_new(const char *parent, GError **error)
{
    g_autofree char *path = g_build_filename(parent, "suppack.XXXXXX", NULL);
    if (mkdtemp(path) == NULL) {
        sp_throw_errno(error, "cannot make a scratch directory in '%s'", parent);
        sp_hint(error, "TMPDIR names the directory to use");
        return NULL;
    }
    SpScratch *scratch = g_new0(SpScratch, 1);
    scratch->path = g_steal_pointer(&path);
    return scratch;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    (void)remove(path);
    return 0;
}

void sp_scratch_free(SpScratch *scratch)
{
    if (scratch == NULL)
        return;
    (void)nftw(scratch->path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    g_free(scratch->path);
    g_free(scratch);
}

const char *sp_scratch_path(const SpScratch *scratch)
{
    return scratch->path;
}

char *sp_scratch_dir(const SpScratch *scratch, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(scratch->path, name, NULL);
    if (mkdir(path, 0700) != 0) {
        sp_throw_errno(error, "cannot make directory '%s'", path);
        return NULL;
    }
    return g_steal_pointer(&path);
}

char *sp_scratch_file(const SpScratch *scratch, const char *name, GBytes *content, GError **error)
{
    g_autofree char *path = g_build_filename(scratch->path, name, NULL);
    autofd int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        sp_throw_errno(error, "cannot write '%s'", path);
        return NULL;
    }
    if (!sp_write_bytes(fd, content, NULL, path, error))
        return NULL;
    if (sp_close_checked(&fd) != 0) {
        sp_throw_errno(error, "cannot write '%s'", path);
        return NULL;
    }
    return g_steal_pointer(&path);
}
