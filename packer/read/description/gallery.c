/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gallery.h"
#include "fileio.h"

#include <string.h>

#define FILE_LIMIT ((gsize)64 * 1024)

static char *folder_of(const char *program, const char *name)
{
    g_autofree char *bin = g_path_get_dirname(program);
    g_autofree char *prefix = g_path_get_dirname(bin);
    return g_build_filename(prefix, "share/suppack/spec", name, NULL);
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What lies in a folder, sorted; empty when it cannot be read. */
static GPtrArray *entries(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) open = g_dir_open(folder, 0, NULL);
    const char *name = NULL;
    while (open != NULL && (name = g_dir_read_name(open)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, by_text);
    return names;
}

GPtrArray *sp_gallery_names(const char *program)
{
    g_autofree char *root = folder_of(program, "");
    GPtrArray *names = entries(root);
    for (guint i = names->len; i > 0; i--) {
        g_autofree char *ini = g_build_filename(root, names->pdata[i - 1], "pack.ini", NULL);
        if (strcmp(names->pdata[i - 1], "new") == 0 || !g_file_test(ini, G_FILE_TEST_IS_REGULAR))
            g_ptr_array_remove_index(names, i - 1);
    }
    return names;
}

static void free_file(gpointer data)
{
    SpGalleryFile *file = data;
    g_free(file->name);
    g_bytes_unref(file->text);
    g_free(file);
}

GPtrArray *sp_gallery_read(const char *program, const char *name, GError **error)
{
    g_autofree char *folder = folder_of(program, name);
    g_autoptr(GPtrArray) names = entries(folder);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(free_file);
    gboolean whole = FALSE;
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_build_filename(folder, names->pdata[i], NULL);
        GBytes *text = sp_read_path(path, FILE_LIMIT, NULL, error);
        if (text == NULL) {
            sp_prefix(error, "suppack is not installed completely");
            return NULL;
        }
        SpGalleryFile *file = g_new0(SpGalleryFile, 1);
        file->name = g_strdup(names->pdata[i]);
        file->text = text;
        g_ptr_array_add(files, file);
        whole = whole || strcmp(file->name, "pack.ini") == 0;
    }
    if (whole)
        return g_steal_pointer(&files);
    sp_throw(error, SP_ERROR_SYSTEM, "suppack is not installed completely: '%s' has no pack.ini",
             folder);
    return NULL;
}
