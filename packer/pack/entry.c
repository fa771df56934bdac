/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "entry.h"
#include "sha256.h"

#include <string.h>

static void free_entry(gpointer data)
{
    SpEntry *entry = data;
    g_free(entry->path);
    g_free(entry->sha256);
    g_clear_pointer(&entry->content, g_bytes_unref);
    g_free(entry);
}

gboolean sp_path_is_inside(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        if (parts[i][0] == '\0' || strcmp(parts[i], ".") == 0 || strcmp(parts[i], "..") == 0)
            return FALSE;
    return parts[0] != NULL;
}

GPtrArray *sp_tree_new(void)
{
    return g_ptr_array_new_with_free_func(free_entry);
}

static SpEntry *add(GPtrArray *tree, const char *path, guint mode)
{
    SpEntry *entry = g_new0(SpEntry, 1);
    entry->path = g_strdup(path);
    entry->mode = mode;
    g_ptr_array_add(tree, entry);
    return entry;
}

SpEntry *sp_tree_add_file(GPtrArray *tree, const char *path, guint mode, GBytes *content)
{
    SpEntry *entry = add(tree, path, mode);
    entry->content = content != NULL ? g_bytes_ref(content) : NULL;
    return entry;
}

SpEntry *sp_tree_add_dir(GPtrArray *tree, const char *path, guint mode)
{
    SpEntry *entry = add(tree, path, mode);
    entry->is_dir = TRUE;
    return entry;
}

SpEntry *sp_tree_take_text(GPtrArray *tree, const char *path, guint mode, char *text)
{
    g_autoptr(GBytes) content = g_bytes_new_take(text, strlen(text));
    return sp_tree_add_file(tree, path, mode, content);
}

SpEntry *sp_tree_find(const GPtrArray *tree, const char *path)
{
    /* An image's are sorted, and there may be thousands; of any other this is worth a look. */
    guint first = 0;
    for (guint last = tree->len; first < last;) {
        guint middle = first + (last - first) / 2;
        if (strcmp(((const SpEntry *)tree->pdata[middle])->path, path) < 0)
            first = middle + 1;
        else
            last = middle;
    }
    if (first < tree->len && strcmp(((const SpEntry *)tree->pdata[first])->path, path) == 0)
        return tree->pdata[first];
    for (guint i = 0; i < tree->len; i++) {
        SpEntry *entry = tree->pdata[i];
        if (strcmp(entry->path, path) == 0)
            return entry;
    }
    return NULL;
}

const char *sp_entry_sha256(SpEntry *entry)
{
    if (entry->sha256 == NULL && entry->content != NULL)
        entry->sha256 = sp_sha256(entry->content);
    return entry->sha256;
}
