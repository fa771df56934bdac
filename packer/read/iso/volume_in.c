/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* SEEK_DATA */
#include "volume_in.h"
#include "fileio.h"
#include "folder_in.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_SECTOR   16
#define DESCRIPTOR_MAX 32
#define STRAY_MAX      20

static void check_texts(SpSectors *in, const guint8 *data, gint64 base)
{
    static const gsize dates[] = {813, 830, 847, 864};
    for (gsize i = 0; i < G_N_ELEMENTS(dates); i++)
        for (gsize k = 0; k < 16; k++)
            if (!g_ascii_isdigit(data[dates[i] + k])) {
                sp_sectors_say(in, base + (gint64)(dates[i] + k), "a date is not made of digits");
                break;
            }
    if (data[6] != 1 || data[881] != 1)
        sp_sectors_say(in, base, "is of a version there is not");
    sp_sectors_zero(in, data, 72, 8, base);
    sp_sectors_zero(in, data, 882, 1, base);
    sp_sectors_zero(in, data, 1395, SP_SECTOR - 1395, base);
}

static void read_descriptor(SpSectors *in, const guint8 *data, gint64 base, gboolean joliet)
{
    SpVolume *volume = in->volume;
    gint64 sectors = sp_sectors_both32(in, data, 80, base);
    if (joliet && sectors != volume->sectors)
        sp_sectors_say(in, base + 80, "Joliet's volume has another size");
    volume->sectors = sectors;
    check_texts(in, data, base);
    sp_sectors_zero(in, data, 7, 1, base);
    sp_sectors_zero(in, data, joliet ? 91 : 88, joliet ? 29 : 32, base);
    if (sp_sectors_both16(in, data, 120, base) != 1 ||
        sp_sectors_both16(in, data, 124, base) != 1 ||
        sp_sectors_both16(in, data, 128, base) != SP_SECTOR)
        sp_sectors_say(in, base + 120, "is not one volume with sectors of 2048 bytes");
    sp_folder_read_tree(in, data, base, joliet);
}

static gboolean is_joliet(const guint8 *data)
{
    return memcmp(data + 88, "%/@", 3) == 0 || memcmp(data + 88, "%/C", 3) == 0 ||
           memcmp(data + 88, "%/E", 3) == 0;
}

/* Joliet's volume id is the same, in capitals of 16 letters. */
static void check_joliet_id(SpSectors *in, const guint8 *data)
{
    g_autofree char *id =
        g_convert((const char *)data + 40, 32, "UTF-8", "UCS-2BE", NULL, NULL, NULL);
    if (id != NULL)
        g_strchomp(id);
    if (id == NULL || g_ascii_strncasecmp(in->volume->id, id, strlen(id)) != 0)
        sp_breach(in->found, SP_RULE_VOLUME_ID, "sector 17", 0, "Joliet has another volume id");
}

static gboolean add_descriptor(SpSectors *in, const guint8 *data, guint sector)
{
    SpDescriptor descriptor = {.sector = sector, .type = data[0], .version = data[6]};
    memcpy(descriptor.id, data + 1, 5);
    descriptor.is_joliet = data[0] == 2 && is_joliet(data);
    g_array_append_val(in->volume->descriptors, descriptor);
    sp_sectors_claim(in, (gint64)sector * (gint64)SP_SECTOR, (gint64)SP_SECTOR, FALSE);
    return descriptor.is_joliet;
}

static void read_primary(SpSectors *in, const guint8 *data)
{
    g_free(in->volume->id);
    in->volume->id = g_strchomp(g_strndup((const char *)data + 40, 32));
    read_descriptor(in, data, FIRST_SECTOR * (gint64)SP_SECTOR, FALSE);
}

static void read_joliet(SpSectors *in, const guint8 *data, gint64 base)
{
    check_joliet_id(in, data);
    in->volume->has_joliet = TRUE;
    read_descriptor(in, data, base, TRUE);
}

/* What goes on behind the end as UDF and others do (ECMA-167 2/8.3) is another list; mkisofs notes
 * its version and the time there, which nobody takes for anything else. */
static void look_behind(SpSectors *in, guint sector)
{
    static const char *const ids[] = {"BEA01", "BOOT2", "CD001", "CDW02",
                                      "NSR02", "NSR03", "TEA01"};
    guint8 data[SP_SECTOR];
    gint64 base = (gint64)sector * (gint64)SP_SECTOR;
    if (!sp_sectors_read(in, base, data, sizeof(data)))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
        if (memcmp(data + 1, ids[i], 5) == 0)
            (void)add_descriptor(in, data, sector);
    if (memcmp(data, "MKI ", 4) == 0)
        sp_sectors_claim(in, base, (gint64)SP_SECTOR, FALSE);
}

/* FALSE when there is no list of them. */
static gboolean read_descriptors(SpSectors *in)
{
    SpVolume *volume = in->volume;
    for (guint i = 0; i < DESCRIPTOR_MAX && in->refused == NULL; i++) {
        guint8 data[SP_SECTOR];
        gint64 base = (gint64)(FIRST_SECTOR + i) * (gint64)SP_SECTOR;
        gboolean is_one =
            sp_sectors_read(in, base, data, sizeof(data)) && memcmp(data + 1, "CD001", 5) == 0;
        if ((i <= 1 && !is_one) || (i == 0 && data[0] != 1))
            return FALSE;
        if (!is_one)
            break;
        gboolean joliet = add_descriptor(in, data, FIRST_SECTOR + i);
        if (data[0] == 255) {
            sp_sectors_zero(in, data, 7, SP_SECTOR - 7, base);
            volume->is_ended = TRUE;
            look_behind(in, FIRST_SECTOR + i + 1);
            return TRUE;
        }
        if (i == 0)
            read_primary(in, data);
        else if (joliet && !volume->has_joliet)
            read_joliet(in, data, base);
    }
    volume->is_whole = FALSE; /* libarchive wants an end */
    return TRUE;
}

/* Up to `end`; of a large part no more than a piece stays in memory. -1: only zeros. */
static gint64 first_not_zero(const guint8 *data, gint64 at, gint64 end)
{
    for (gint64 kept = at; at < end; at++) {
        if (data[at] != 0)
            return at;
        if (at - kept >= (gint64)SP_PIECE) {
            sp_map_forget(data + kept, (gsize)(at - kept));
            kept = at;
        }
    }
    return -1;
}

/* The same, passing over the holes of a file. */
static gint64 first_stray(int fd, const guint8 *data, gint64 at, gint64 end)
{
    gint64 found = -1;
    while (at < end && found < 0) {
        gint64 from = lseek(fd, at, SEEK_DATA);
        if (from < 0 && errno == ENXIO)
            return -1;
        gint64 hole = from >= 0 ? lseek(fd, from, SEEK_HOLE) : -1;
        from = MAX(from, at);
        at = hole > from ? MIN(hole, end) : end;
        found = first_not_zero(data, from, at);
    }
    return found;
}

void sp_volume_find_stray(SpVolume *volume, int fd, GBytes *image)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(image, &size);
    gint64 from = 0, all = (gint64)size;
    for (guint i = 0; i <= volume->areas->len && volume->stray->len < STRAY_MAX; i++) {
        const SpArea *area =
            i < volume->areas->len ? &g_array_index(volume->areas, SpArea, i) : NULL;
        gint64 end = area != NULL ? MIN(area->start, all) : all;
        gint64 found = from < end ? first_stray(fd, data, from, end) : -1;
        if (found >= 0)
            g_array_append_val(volume->stray, found);
        from = MAX(from, area != NULL ? area->end : all);
    }
}

SpVolume *sp_volume_read(int fd, const char *name, SpFindings *found, GError **error)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        sp_throw_errno(error, "cannot read '%s'", name);
        return NULL;
    }
    g_autoptr(SpVolume) volume = sp_volume_new();
    volume->size = st.st_size;
    SpSectors in = {.fd = fd, .volume = volume, .found = found};
    if (!read_descriptors(&in)) {
        sp_throw(error, SP_ERROR_INPUT, "'%s' is not a pack: not an ISO 9660 image", name);
        return NULL;
    }
    if (in.refused != NULL) {
        sp_throw(error, SP_ERROR_INPUT, "cannot read image '%s': %s", name, in.refused);
        return NULL;
    }
    sp_volume_sort(volume);
    return g_steal_pointer(&volume);
}

/* Mostly they are the very bytes of the image, not a copy of them. */
static gboolean has_bytes(GBytes *image, const SpVolumeNode *node, GBytes *content)
{
    gsize size = 0, all = 0;
    const guint8 *data = g_bytes_get_data(content, &size);
    const guint8 *start = g_bytes_get_data(image, &all);
    gsize offset = (gsize)node->extent * SP_SECTOR;
    return node->size == (gint64)size && size <= all && offset <= all - size &&
           (data == start + offset || size == 0 || memcmp(data, start + offset, size) == 0);
}

void sp_volume_compare(SpVolume *volume, GBytes *image, const GPtrArray *entries)
{
    for (guint i = 0; i < entries->len; i++) {
        const SpEntry *entry = entries->pdata[i];
        SpVolumeNode *node = sp_volume_find(volume->rock, entry->path);
        if (node != NULL)
            node->same = entry->is_dir ? node->is_dir
                                       : entry->content != NULL && !node->is_dir &&
                                             has_bytes(image, node, entry->content);
    }
}

GPtrArray *sp_volume_entries(const SpVolume *volume, GBytes *image)
{
    GPtrArray *entries = sp_tree_new();
    for (guint i = 0; i < volume->rock->len; i++) {
        const SpVolumeNode *node = volume->rock->pdata[i];
        if (node->is_dir) {
            (void)sp_tree_add_dir(entries, node->path, node->mode);
            continue;
        }
        gsize offset = node->size > 0 ? (gsize)node->extent * SP_SECTOR : 0;
        g_autoptr(GBytes) content = g_bytes_new_from_bytes(image, offset, (gsize)node->size);
        (void)sp_tree_add_file(entries, node->path, node->mode, content);
    }
    return entries;
}
