/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "volume.h"

#include <stdlib.h>
#include <string.h>

static void free_node(gpointer data)
{
    SpVolumeNode *node = data;
    g_free(node->path);
    g_free(node);
}

SpVolume *sp_volume_new(void)
{
    SpVolume *volume = g_new0(SpVolume, 1);
    volume->id = g_strdup("");
    volume->rock = g_ptr_array_new_with_free_func(free_node);
    volume->joliet = g_ptr_array_new_with_free_func(free_node);
    return volume;
}

void sp_volume_free(SpVolume *volume)
{
    if (volume == NULL)
        return;
    g_free(volume->id);
    g_ptr_array_unref(volume->rock);
    g_ptr_array_unref(volume->joliet);
    g_free(volume);
}

SpVolumeNode *sp_volume_add(GPtrArray *tree, const char *path)
{
    SpVolumeNode *node = g_new0(SpVolumeNode, 1);
    node->path = g_strdup(path);
    g_ptr_array_add(tree, node);
    return node;
}

static int by_path(const void *a, const void *b)
{
    return strcmp((*(SpVolumeNode *const *)a)->path, (*(SpVolumeNode *const *)b)->path);
}

void sp_volume_sort(GPtrArray *tree)
{
    g_ptr_array_sort(tree, by_path);
}

SpVolumeNode *sp_volume_find(const GPtrArray *tree, const char *path)
{
    const SpVolumeNode key = {.path = (char *)path}, *wanted = &key;
    SpVolumeNode *const *found =
        tree->len > 0 ? bsearch(&wanted, tree->pdata, tree->len, sizeof(gpointer), by_path) : NULL;
    return found != NULL ? *found : NULL;
}
