/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "volume.h"

#include <stdlib.h>
#include <string.h>

static void free_node(gpointer data)
{
    SpVolumeNode *node = data;
    g_free(node->path);
    g_free(node->id);
    g_free(node);
}

SpVolume *sp_volume_new(void)
{
    SpVolume *volume = g_new0(SpVolume, 1);
    volume->id = g_strdup("");
    volume->is_whole = TRUE;
    volume->rock = g_ptr_array_new_with_free_func(free_node);
    volume->joliet = g_ptr_array_new_with_free_func(free_node);
    volume->descriptors = g_array_new(FALSE, TRUE, sizeof(SpDescriptor));
    volume->areas = g_array_new(FALSE, TRUE, sizeof(SpArea));
    volume->stray = g_array_new(FALSE, TRUE, sizeof(gint64));
    return volume;
}

void sp_volume_free(SpVolume *volume)
{
    if (volume == NULL)
        return;
    g_free(volume->id);
    g_ptr_array_unref(volume->rock);
    g_ptr_array_unref(volume->joliet);
    g_array_unref(volume->descriptors);
    g_array_unref(volume->areas);
    g_array_unref(volume->stray);
    g_free(volume);
}

SpVolumeNode *sp_volume_add(GPtrArray *tree, const char *path)
{
    SpVolumeNode *node = g_new0(SpVolumeNode, 1);
    node->path = g_strdup(path);
    const char *slash = strrchr(node->path, '/');
    node->name = slash != NULL ? slash + 1 : node->path;
    g_ptr_array_add(tree, node);
    return node;
}

static int by_path(const void *a, const void *b)
{
    return strcmp((*(SpVolumeNode *const *)a)->path, (*(SpVolumeNode *const *)b)->path);
}

static int by_place(const void *a, const void *b)
{
    const SpArea *one = a, *other = b;
    if (one->start != other->start)
        return one->start < other->start ? -1 : 1;
    return one->end < other->end ? -1 : one->end > other->end;
}

void sp_volume_sort(SpVolume *volume)
{
    g_ptr_array_sort(volume->rock, by_path);
    g_ptr_array_sort(volume->joliet, by_path);
    g_array_sort(volume->areas, by_place);
}

SpVolumeNode *sp_volume_find(const GPtrArray *tree, const char *path)
{
    const SpVolumeNode key = {.path = (char *)path}, *wanted = &key;
    SpVolumeNode *const *found =
        tree->len > 0 ? bsearch(&wanted, tree->pdata, tree->len, sizeof(gpointer), by_path) : NULL;
    return found != NULL ? *found : NULL;
}
