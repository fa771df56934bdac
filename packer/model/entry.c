/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "entry.h"
#include "sha256.h"

#include <string.h>

static void free_entry(gpointer data)
{
    SpEntry *entry = data;
    g_free(entry->path);
    g_free(entry->sha256);
    g_free(entry->md5);
    g_clear_pointer(&entry->content, g_bytes_unref);
    g_free(entry);
}

gboolean sp_path_is_inside(const char *path)
{
    for (gsize length = 0;; path += length + 1) {
        length = strcspn(path, "/");
        if (length == 0 || (path[0] == '.' && length == 1) ||
            (path[0] == '.' && path[1] == '.' && length == 2))
            return FALSE;
        if (path[length] == '\0')
            return TRUE;
    }
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

SpEntry *sp_tree_look_up(const GPtrArray *sorted, const char *path)
{
    guint first = 0;
    for (guint last = sorted->len; first < last;) {
        guint middle = first + (last - first) / 2;
        if (strcmp(((const SpEntry *)sorted->pdata[middle])->path, path) < 0)
            first = middle + 1;
        else
            last = middle;
    }
    if (first < sorted->len && strcmp(((const SpEntry *)sorted->pdata[first])->path, path) == 0)
        return sorted->pdata[first];
    return NULL;
}

SpEntry *sp_tree_find(const GPtrArray *tree, const char *path)
{
    /* Most are sorted, and there may be thousands; of any other this is worth a look. */
    SpEntry *found = sp_tree_look_up(tree, path);
    if (found != NULL)
        return found;
    for (guint i = 0; i < tree->len; i++) {
        SpEntry *entry = tree->pdata[i];
        if (strcmp(entry->path, path) == 0)
            return entry;
    }
    return NULL;
}

gsize sp_rpms_size(const GPtrArray *tree)
{
    gsize size = 0;
    for (guint i = 0; i < tree->len; i++) {
        const SpEntry *entry = tree->pdata[i];
        if (entry->content != NULL && g_str_has_suffix(entry->path, ".rpm"))
            size += g_bytes_get_size(entry->content);
    }
    return size;
}

const char *sp_entry_sha256(SpEntry *entry)
{
    if (entry->sha256 == NULL && entry->content != NULL)
        entry->sha256 = sp_sha256(entry->content);
    return entry->sha256;
}

const char *sp_entry_md5(SpEntry *entry)
{
    if (entry->md5 == NULL && entry->content != NULL)
        entry->md5 = g_compute_checksum_for_bytes(G_CHECKSUM_MD5, entry->content);
    return entry->md5;
}
