/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "volume_in.h"
#include "path_table_in.h"
#include "rock_in.h"

#include <string.h>
#include <sys/stat.h>

#define FIRST_SECTOR   16
#define DESCRIPTOR_MAX 32
#define ENTRIES_MAX    32768
#define DEPTH_MAX      16
#define FOLDER_MAX     ((gsize)2 * 1024 * 1024)
#define NAMES_ROOM     ((gint64)3 * 1024 * 1024)
#define NODE_COST      512 /* what a file takes in memory beside its path, when all is known of it */

typedef struct {
    SpSectors *in;
    gboolean joliet;
    GPtrArray *tree;
    SpRock rock;
    SpPathTable *folders;
    GHashTable *extents; /* of the files, by first sector */
    gint64 left;         /* bytes that files may still have: an image holds no more than itself */
    gint64 names;        /* memory that paths may still take */
} Walk;

/* A directory record, taken apart. */
typedef struct {
    const guint8 *data;
    gint64 offset;
    guint32 extent;
    gint64 size;
    gint64 when;
    guint8 flags;
    const guint8 *id;
    gsize id_length;
} Record;

static gboolean take_record(SpSectors *in, const guint8 *data, gsize left, gint64 offset,
                            Record *record)
{
    gsize length = data[0];
    if (length < 34 || length > left || 33 + (gsize)data[32] > length || data[32] == 0) {
        sp_sectors_say(in, offset, "a directory record has lengths of no sense");
        return FALSE;
    }
    *record = (Record){.data = data, .offset = offset, .flags = data[25], .id = data + 33};
    record->id_length = data[32];
    record->extent = sp_sectors_both32(in, data, 2, offset);
    record->size = sp_sectors_both32(in, data, 10, offset);
    record->when = sp_sectors_time(in, data, 18, offset);
    sp_sectors_zero(in, data, 1, 1, offset);  /* extended attributes */
    sp_sectors_zero(in, data, 26, 2, offset); /* interleaving */
    if ((record->flags & ~0x82U) != 0)
        sp_sectors_say(in, offset + 25, "has the flags 0x%02x", record->flags);
    if (sp_sectors_both16(in, data, 28, offset) != 1)
        sp_sectors_say(in, offset + 28, "is on another volume");
    if (record->id_length % 2 == 0)
        sp_sectors_zero(in, data, 33 + record->id_length, 1, offset);
    gint64 end = (gint64)record->extent * (gint64)SP_SECTOR + record->size;
    if (end > in->volume->size) {
        sp_sectors_say(in, offset, "lies beyond the end of the image");
        return FALSE;
    }
    return TRUE;
}

/* Of a record up to its system use area. */
static gsize own_length(const Record *record)
{
    return 33 + record->id_length + (record->id_length % 2 == 0 ? 1 : 0);
}

static void read_rock(Walk *walk, const Record *record, gboolean is_root)
{
    gsize from = own_length(record);
    gsize skip = is_root ? 0 : walk->rock.skip, length = record->data[0];
    sp_rock_reset(&walk->rock);
    if (from + skip <= length)
        sp_rock_read(&walk->rock, walk->in, record->data + from + skip, length - from - skip,
                     record->offset + (gint64)(from + skip));
}

/* "NAME.EXT;1" as everybody shows it, or the two bytes a letter of Joliet. */
static char *plain_name(const Walk *walk, const Record *record)
{
    g_autofree char *name = walk->joliet
                                ? g_convert((const char *)record->id, (gssize)record->id_length,
                                            "UTF-8", "UCS-2BE", NULL, NULL, NULL)
                                : g_strndup((const char *)record->id, record->id_length);
    if (name == NULL)
        return g_strdup("");
    char *version = strrchr(name, ';');
    if (version != NULL && strcmp(version, ";1") != 0)
        sp_sectors_say(walk->in, record->offset, "has the version '%s', not 1", version + 1);
    if (version != NULL)
        *version = '\0';
    if (g_str_has_suffix(name, ".") && (record->flags & 2) == 0)
        name[strlen(name) - 1] = '\0';
    return g_steal_pointer(&name);
}

/* Everything is of the root folder's time, by its record and by Rock Ridge; told once. */
static void check_time(const Walk *walk, const Record *record)
{
    SpVolume *volume = walk->in->volume;
    gint64 times[] = {record->when, walk->rock.has_time ? walk->rock.mtime : record->when};
    for (gsize i = 0; i < G_N_ELEMENTS(times) && volume->is_one_time; i++)
        volume->is_one_time = times[i] == volume->made;
}

static char *name_of(Walk *walk, const Record *record)
{
    SpSectors *in = walk->in;
    if (walk->joliet && record->data[0] != own_length(record))
        sp_sectors_say(in, record->offset, "has more in it than its name");
    if (walk->joliet || !in->volume->has_rock) {
        check_time(walk, record);
        return plain_name(walk, record);
    }
    read_rock(walk, record, FALSE);
    const SpRock *rock = &walk->rock;
    gboolean is_dir = (record->flags & 2) != 0;
    if (!rock->has_posix || !rock->has_time || rock->name->len == 0)
        sp_sectors_say(in, record->offset, "has no Rock Ridge name, mode or time");
    else if ((is_dir && !S_ISDIR(rock->mode)) || (!is_dir && !S_ISREG(rock->mode)))
        sp_sectors_say(in, record->offset,
                       "is a file to ISO 9660 and not to Rock Ridge, or a folder");
    check_time(walk, record);
    return g_strdup(rock->name->str);
}

/* The first reason counts. */
static void refuse(Walk *walk, const char *why)
{
    if (walk->in->refused == NULL)
        walk->in->refused = why;
}

/* Files may share their bytes, all of them: but not overlap so as to be more than there are. */
static void count(Walk *walk, const SpVolumeNode *node)
{
    if (g_hash_table_add(walk->extents, GUINT_TO_POINTER(node->extent)))
        walk->left -= node->size;
    if (walk->left < 0)
        refuse(walk, "its files have more bytes than it has itself");
}

static void walk_folder(Walk *walk, const Record *self, const char *path, guint32 parent,
                        guint depth);

static void take_entry(Walk *walk, const Record *record, const char *path, guint32 folder,
                       guint depth)
{
    SpSectors *in = walk->in;
    g_autofree char *name = name_of(walk, record);
    gboolean sane = name[0] != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
                    strcmp(name, "..") != 0 && g_utf8_validate(name, -1, NULL);
    if (!sane) {
        sp_sectors_say(in, record->offset, "has no name a file can have");
        return;
    }
    if (walk->tree->len >= ENTRIES_MAX || depth >= DEPTH_MAX) {
        refuse(walk, "it has more than 32768 files and folders, or more than 16 levels of them");
        return;
    }
    g_autofree char *full = path[0] != '\0' ? g_strconcat(path, "/", name, NULL) : g_strdup(name);
    walk->names -= NODE_COST + (gint64)strlen(full);
    if (walk->names < 0) {
        refuse(walk, "it has more or longer paths than an image of its size can need");
        return;
    }
    SpVolumeNode *node = sp_volume_add(walk->tree, full);
    node->is_dir = (record->flags & 2) != 0;
    node->extent = record->extent;
    node->size = record->size;
    if (node->is_dir) {
        if (sp_path_table_add(walk->folders, record->extent, folder, record->id, record->id_length))
            walk_folder(walk, record, full, folder, depth + 1);
        else
            refuse(walk, "a folder is in it twice, or in itself");
    } else {
        count(walk, node);
    }
}

/* Files of 4 GiB and more have a record for each part but the last, flag 0x80. */
static gboolean joins(Walk *walk, const Record *record, Record *open)
{
    gboolean goes_on = (record->flags & 0x80) != 0;
    if (open->data == NULL) {
        *open = *record;
    } else {
        gint64 next = (gint64)open->extent + open->size / (gint64)SP_SECTOR;
        if (record->id_length != open->id_length ||
            memcmp(record->id, open->id, open->id_length) != 0 || next != record->extent ||
            open->size % (gint64)SP_SECTOR != 0)
            sp_sectors_say(walk->in, record->offset, "is not the next part of the file before it");
        open->size += record->size;
    }
    return !goes_on;
}

static void check_own(Walk *walk, const Record *record, const Record *wanted, guint32 parent,
                      guint index)
{
    /* libisofs has Joliet's ".." point to the folder itself; nobody looks at it. */
    gboolean own = walk->joliet && index == 1 && record->extent == wanted->extent;
    gboolean good = record->id_length == 1 && record->id[0] == index && (record->flags & 2) != 0 &&
                    (record->extent == (index == 0 ? wanted->extent : parent) || own) &&
                    (index != 0 || record->size == wanted->size);
    if (!good)
        sp_sectors_say(walk->in, record->offset, "a folder starts without itself and its parent");
    if (walk->joliet || !walk->in->volume->has_rock) {
        check_time(walk, record);
        return;
    }
    read_rock(walk, record, index == 0 && wanted->extent == parent);
    check_time(walk, record);
    if (!walk->rock.has_posix || !S_ISDIR(walk->rock.mode))
        sp_sectors_say(walk->in, record->offset, "is a folder without a folder's mode");
}

static void walk_folder(Walk *walk, const Record *self, const char *path, guint32 parent,
                        guint depth)
{
    SpSectors *in = walk->in;
    gsize size = (gsize)self->size;
    gint64 base = (gint64)self->extent * (gint64)SP_SECTOR;
    if (size > FOLDER_MAX) {
        refuse(walk, "a folder in it has more than 2 MiB of names");
        return;
    }
    if (size == 0 || size % SP_SECTOR != 0) {
        sp_sectors_say(in, self->offset, "a folder has %zu bytes", size);
        return;
    }
    g_autofree guint8 *data = g_malloc(size);
    if (!sp_sectors_read(in, base, data, size))
        return;
    guint index = 0;
    Record open = {.data = NULL};
    for (gsize at = 0; at < size && in->refused == NULL;) {
        gsize left = SP_SECTOR - at % SP_SECTOR;
        if (data[at] == 0) {
            sp_sectors_zero(in, data, at, left, base);
            at += left;
            continue;
        }
        Record record;
        if (!take_record(in, data + at, left, base + (gint64)at, &record))
            return;
        if (index < 2) {
            check_own(walk, &record, self, parent, index);
        } else if (joins(walk, &record, &open)) {
            take_entry(walk, &open, path, self->extent, depth);
            open.data = NULL;
        }
        index++;
        at += data[at];
    }
}

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

static void walk_descriptor(SpSectors *in, const guint8 *data, gint64 base, gboolean joliet)
{
    SpVolume *volume = in->volume;
    gint64 sectors = sp_sectors_both32(in, data, 80, base);
    if (joliet && sectors != volume->sectors)
        sp_sectors_say(in, base + 80, "Joliet's volume has another size");
    volume->sectors = sectors;
    check_texts(in, data, base);
    if (!joliet)
        sp_sectors_zero(in, data, 88, 32, base);
    if (sp_sectors_both16(in, data, 120, base) != 1 ||
        sp_sectors_both16(in, data, 124, base) != 1 ||
        sp_sectors_both16(in, data, 128, base) != SP_SECTOR)
        sp_sectors_say(in, base + 120, "is not one volume with sectors of 2048 bytes");
    Record root;
    if (!take_record(in, data + 156, 34, base + 156, &root))
        return;
    Walk walk = {.in = in, .joliet = joliet, .left = volume->size};
    walk.names = NAMES_ROOM + volume->size / 8;
    walk.tree = joliet ? volume->joliet : volume->rock;
    walk.rock.name = g_string_new(NULL);
    walk.folders = sp_path_table_new();
    walk.extents = g_hash_table_new(g_direct_hash, g_direct_equal);
    (void)sp_path_table_add(walk.folders, root.extent, root.extent, root.id, root.id_length);
    if (!joliet) {
        guint8 first[256];
        Record self;
        volume->made = root.when;
        volume->is_one_time = TRUE;
        /* Whether there is Rock Ridge stands in the root's own record. */
        if (sp_sectors_read(in, (gint64)root.extent * (gint64)SP_SECTOR, first, 256) &&
            take_record(in, first, 255, (gint64)root.extent * (gint64)SP_SECTOR, &self))
            read_rock(&walk, &self, TRUE);
        volume->has_rock = walk.rock.has_susp && walk.rock.has_rrip;
    }
    check_time(&walk, &root);
    walk_folder(&walk, &root, "", root.extent, 0);
    sp_volume_sort(walk.tree);
    sp_path_table_check(walk.folders, in, data, base);
    sp_path_table_free(walk.folders);
    g_hash_table_unref(walk.extents);
    g_string_free(walk.rock.name, TRUE);
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

SpVolume *sp_volume_read(int fd, const char *name, SpFindings *found, GError **error)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        sp_throw_errno(error, "cannot read '%s'", name);
        return NULL;
    }
    g_autoptr(SpVolume) volume = sp_volume_new();
    volume->size = st.st_size;
    SpSectors in = {fd, volume, found, 0, NULL};
    for (guint i = 0; i < DESCRIPTOR_MAX; i++) {
        guint8 data[SP_SECTOR];
        gint64 base = (gint64)(FIRST_SECTOR + i) * (gint64)SP_SECTOR;
        if (!sp_sectors_read(&in, base, data, sizeof(data)) || memcmp(data + 1, "CD001", 5) != 0 ||
            (i == 0 && data[0] != 1)) {
            sp_throw(error, SP_ERROR_INPUT, "'%s' is not a pack: not an ISO 9660 image", name);
            return NULL;
        }
        if (data[0] == 255) {
            sp_sectors_zero(&in, data, 7, SP_SECTOR - 7, base);
            break;
        }
        gboolean joliet = data[0] == 2 && is_joliet(data);
        if (i == 0) {
            g_free(volume->id);
            volume->id = g_strchomp(g_strndup((const char *)data + 40, 32));
            sp_sectors_zero(&in, data, 7, 1, base);
        }
        if (joliet)
            check_joliet_id(&in, data);
        if (i == 0 || (joliet && !volume->has_joliet))
            walk_descriptor(&in, data, base, joliet);
        if (in.refused != NULL) {
            sp_throw(error, SP_ERROR_INPUT, "cannot read image '%s': %s", name, in.refused);
            return NULL;
        }
        volume->has_joliet = volume->has_joliet || joliet;
    }
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
