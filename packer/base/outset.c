/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outset.h"

#include <sys/stat.h>
#include <unistd.h>

struct SpOutset {
    char *dir;
    gboolean made; /* by us */
    gboolean replace;
    GPtrArray *files;  /* of SpOutfile */
    GPtrArray *absent; /* of char *: paths of what must not stay */
};

static void free_file(gpointer file)
{
    sp_outfile_free(file);
}

SpOutset *sp_outset_new(const char *dir, gboolean replace, GError **error)
{
    gboolean made = mkdir(dir, 0755) == 0;
    struct stat st;
    if (!made && (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))) {
        sp_throw_errno(error, "cannot make the output directory '%s'", dir);
        return NULL;
    }
    SpOutset *set = g_new0(SpOutset, 1);
    set->dir = g_strdup(dir);
    set->made = made;
    set->replace = replace;
    set->files = g_ptr_array_new_with_free_func(free_file);
    set->absent = g_ptr_array_new_with_free_func(g_free);
    return set;
}

void sp_outset_free(SpOutset *set)
{
    if (set == NULL)
        return;
    g_ptr_array_unref(set->files);
    g_ptr_array_unref(set->absent);
    if (set->made)
        (void)rmdir(set->dir); /* only while it is empty, so never after a success */
    g_free(set->dir);
    g_free(set);
}

/* Asked before any work; publishing asks again without a window in between. */
static gboolean check_free(const SpOutset *set, const char *path, GError **error)
{
    struct stat st;
    if (set->replace || lstat(path, &st) != 0)
        return TRUE;
    sp_throw(error, SP_ERROR_SYSTEM, "'%s' exists", path);
    return sp_hint(error, "--force replaces it");
}

SpOutfile *sp_outset_add(SpOutset *set, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(set->dir, name, NULL);
    SpOutfile *out = check_free(set, path, error) ? sp_outfile_new(set->dir, name, error) : NULL;
    if (out != NULL)
        g_ptr_array_add(set->files, out);
    return out;
}

gboolean sp_outset_absent(SpOutset *set, const char *name, GError **error)
{
    char *path = g_build_filename(set->dir, name, NULL);
    g_ptr_array_add(set->absent, path);
    return check_free(set, path, error);
}

gboolean sp_outset_publish(SpOutset *set, GError **error)
{
    for (guint i = 0; i < set->files->len; i++)
        if (!sp_outfile_flush(set->files->pdata[i], error))
            return FALSE;
    for (guint i = 0; i < set->files->len; i++) {
        if (sp_outfile_publish(set->files->pdata[i], set->replace, error))
            continue;
        while (i-- > 0)
            sp_outfile_withdraw(set->files->pdata[i]);
        return FALSE;
    }
    for (guint i = 0; set->replace && i < set->absent->len; i++)
        (void)unlink(set->absent->pdata[i]);
    return TRUE;
}
