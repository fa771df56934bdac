/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "path_table_in.h"

#include <string.h>

#define TABLE_MAX ((gsize)4 * 1024 * 1024)

typedef struct {
    guint32 parent;
    GBytes *id;
    guint seen; /* how many tables list it */
} Folder;

struct SpPathTable {
    GHashTable *folders; /* by extent */
};

static void free_folder(gpointer data)
{
    Folder *folder = data;
    g_bytes_unref(folder->id);
    g_free(folder);
}

SpPathTable *sp_path_table_new(void)
{
    SpPathTable *table = g_new0(SpPathTable, 1);
    table->folders = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_folder);
    return table;
}

void sp_path_table_free(SpPathTable *table)
{
    g_hash_table_unref(table->folders);
    g_free(table);
}

gboolean sp_path_table_add(SpPathTable *table, guint32 extent, guint32 parent, const guint8 *id,
                           gsize id_length)
{
    if (g_hash_table_contains(table->folders, GUINT_TO_POINTER(extent)))
        return FALSE;
    Folder *folder = g_new0(Folder, 1);
    folder->parent = parent;
    folder->id = g_bytes_new(id, id_length);
    g_hash_table_insert(table->folders, GUINT_TO_POINTER(extent), folder);
    return TRUE;
}

typedef struct {
    const SpPathTable *table;
    SpSectors *in;
    gboolean big; /* endian: the second table */
    const guint8 *data;
    gsize size;
    gint64 base;
    GArray *extents; /* of the records so far: a record names its parent by number */
} Check;

/* The record at `at`; 0 when it is none, else how long it is. */
static gsize check_record(Check *check, gsize at)
{
    const guint8 *record = check->data + at;
    gsize left = check->size - at, id_length = record[0];
    gsize length = 8 + id_length + id_length % 2;
    if (left < 8 || id_length == 0 || length > left)
        return 0;
    guint32 extent = check->big ? sp_be32(record + 2) : sp_le32(record + 2);
    guint number =
        check->big ? (guint)record[6] << 8 | record[7] : (guint)record[7] << 8 | record[6];
    Folder *folder = g_hash_table_lookup(check->table->folders, GUINT_TO_POINTER(extent));
    g_array_append_val(check->extents, extent);
    /* Windows finds folders by this table alone: each is in it once. */
    if (folder == NULL || folder->seen++ != (check->big ? 1 : 0) || record[1] != 0 || number == 0 ||
        number > check->extents->len ||
        g_array_index(check->extents, guint32, number - 1) != folder->parent)
        return 0;
    g_autoptr(GBytes) id = g_bytes_new_static(record + 8, id_length);
    if (!g_bytes_equal(id, folder->id))
        return 0;
    sp_sectors_zero(check->in, record, 8 + id_length, id_length % 2, check->base + (gint64)at);
    return length;
}

static void check_one(const SpPathTable *table, SpSectors *in, gint64 base, gsize size,
                      gboolean big)
{
    g_autofree guint8 *data = g_malloc0(size + 8);
    g_autoptr(GArray) extents = g_array_new(FALSE, FALSE, sizeof(guint32));
    Check check = {table, in, big, data, size, base, extents};
    if (!sp_sectors_read(in, base, data, size)) {
        sp_sectors_breach(in, SP_RULE_IMAGE_PATH_TABLE, base, "the path table is not there");
        return;
    }
    sp_sectors_claim(in, base, (gint64)size, FALSE);
    for (gsize at = 0; at < size;) {
        gsize length = check_record(&check, at);
        if (length == 0) {
            sp_sectors_breach(in, SP_RULE_IMAGE_PATH_TABLE, base + (gint64)at,
                              "the path table lists a folder that is not there, or twice");
            return;
        }
        at += length;
    }
    if (extents->len != g_hash_table_size(table->folders))
        sp_sectors_breach(in, SP_RULE_IMAGE_PATH_TABLE, base,
                          "the path table has %u folders, the volume %u", extents->len,
                          g_hash_table_size(table->folders));
}

void sp_path_table_check(const SpPathTable *table, SpSectors *in, const guint8 *descriptor,
                         gint64 base)
{
    gsize size = sp_sectors_both32(in, descriptor, 132, base);
    if (size == 0 || size > TABLE_MAX) {
        sp_sectors_breach(in, SP_RULE_IMAGE_PATH_TABLE, base + 132, "the path table has %zu bytes",
                          size);
        return;
    }
    if (sp_le32(descriptor + 144) != 0 || sp_be32(descriptor + 152) != 0)
        sp_sectors_breach(in, SP_RULE_IMAGE_PATH_TABLE, base + 144,
                          "has further path tables, which may say something else");
    check_one(table, in, (gint64)sp_le32(descriptor + 140) * (gint64)SP_SECTOR, size, FALSE);
    check_one(table, in, (gint64)sp_be32(descriptor + 148) * (gint64)SP_SECTOR, size, TRUE);
}
