/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "padding_in.h"
#include "fileio.h"
#include "sector_in.h"
#include "verify_rules.h"

#define SECTOR    ((gint64)SP_SECTOR)
#define TOLD_MAX  8
#define DATA_FROM 19 /* behind the descriptors; */

static gint64 sector_end(gint64 size)
{
    return (size + SECTOR - 1) / SECTOR * SECTOR;
}

/* The first byte of them that is not zero; -1 when all are. */
static gint64 first_set(const guint8 *data, gint64 from, gint64 end)
{
    for (gint64 at = from; at < end; at++)
        if (data[at] != 0)
            return at;
    return -1;
}

static gint64 last_end(const GPtrArray *tree)
{
    gint64 last = DATA_FROM * SECTOR;
    for (guint i = 0; i < tree->len; i++) {
        const SpVolumeNode *node = tree->pdata[i];
        last = MAX(last, sector_end((gint64)node->extent * SECTOR + node->size));
    }
    return last;
}

/* Behind each file, up to the end of its sector. */
static void read_ends(const guint8 *data, gint64 size, const GPtrArray *tree, SpFindings *found)
{
    guint told = 0;
    for (guint i = 0; i < tree->len && told < TOLD_MAX; i++) {
        const SpVolumeNode *node = tree->pdata[i];
        gint64 end = (gint64)node->extent * SECTOR + node->size;
        gint64 set = node->is_dir ? -1 : first_set(data, end, MIN(sector_end(end), size));
        if (set < 0)
            continue;
        told++;
        sp_breach(found, SP_RULE_IMAGE_PADDING, node->path, 0,
                  "byte %" G_GINT64_FORMAT " behind its end is 0x%02x, not zero", set - end + 1,
                  data[set]);
    }
}

/* A walk through what may be gigabytes. */
static void read_rest(GBytes *image, gint64 from, SpFindings *found)
{
    const void *piece = NULL;
    gsize length = 0;
    for (gsize at = (gsize)from; (length = sp_piece(image, at, &piece)) > 0; at += length) {
        gint64 set = first_set(piece, 0, (gint64)length);
        if (set < 0)
            continue;
        gint64 offset = (gint64)at + set;
        g_autofree char *place = g_strdup_printf("sector %" G_GINT64_FORMAT, offset / SECTOR);
        sp_breach(found, SP_RULE_IMAGE_PADDING, place, 0,
                  "byte %d: is 0x%02x, not zero, behind the end of all files",
                  (int)(offset % SECTOR), ((const guint8 *)piece)[set]);
        return;
    }
}

gboolean sp_padding_read(int fd, const char *name, const SpVolume *volume, SpFindings *found,
                         GError **error)
{
    g_autoptr(GBytes) image = sp_map_fd(fd, name, NULL, error);
    if (image == NULL)
        return FALSE;
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(image, &size);
    gint64 last = MAX(last_end(volume->rock), last_end(volume->joliet));
    read_ends(data, (gint64)size, volume->rock, found);
    read_rest(image, MIN(last, (gint64)size), found);
    return TRUE;
}
