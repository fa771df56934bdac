/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "folder_in.h"
#include "path_table_in.h"
#include "rock_in.h"

#include <string.h>
#include <sys/stat.h>

#define ENTRIES_MAX     32768
#define DEPTH_MAX       16
#define FOLDER_MAX      ((gsize)2 * 1024 * 1024)
#define PATH_LIMIT      255 /* Windows takes 260 with what stands before it */
#define PART_MIN        ((gint64)1 << 30)
#define NAMES_ROOM      ((gint64)3 * 1024 * 1024)
#define NAMES_OF_A_BYTE 8
#define NODE_COST       512 /* what a file takes in memory beside its path, when all is known of it */

typedef struct {
    SpSectors *in;
    gboolean joliet;
    GPtrArray *tree;
    SpRock rock;
    SpPathTable *folders;
    GHashTable *extents; /* size of the file at a first sector */
    gint64 left;         /* bytes that files may still have: an image holds no more than itself */
    gint64 named;        /* the same, those of two names counted twice: each name is digested */
    gint64 names;        /* memory that paths may still take */
} Walk;

/* A folder on the way down. */
typedef struct Folder Folder;
struct Folder {
    const SpRecord *record; /* where its parent lists it */
    const Folder *parent;   /* the root's is itself */
    const SpVolumeNode *node;
    guint depth;
};

/* A file that was met in part, or a folder. */
typedef struct {
    SpRecord record; /* the first part, with the size of all */
    gint64 last;     /* bytes of the newest part */
    char *name;      /* NULL: nothing is open */
    guint mode;
} Open;

static void read_rock(Walk *walk, const SpRecord *record, SpRockPlace place)
{
    gsize from = sp_record_own(record);
    gsize skip = place == SP_ROCK_ROOT ? 0 : walk->rock.skip, length = record->data[0];
    sp_rock_reset(&walk->rock);
    if (from + skip <= length)
        sp_rock_read(&walk->rock, walk->in, record->data + from + skip, length - from - skip,
                     record->offset + (gint64)(from + skip), place);
}

/* "NAME.EXT;1", or the two bytes a letter of Joliet; NULL when it is no text. */
static char *id_of(const Walk *walk, const SpRecord *record)
{
    const char *id = (const char *)record->id;
    gsize length = record->id_length;
    if (!walk->joliet)
        return memchr(id, 0, length) == NULL ? g_strndup(id, length) : NULL;
    g_autofree char *name = g_convert(id, (gssize)length, "UTF-8", "UCS-2BE", NULL, &length, NULL);
    return name != NULL && strlen(name) == length ? g_steal_pointer(&name) : NULL;
}

/* As readers show it. */
static char *plain_name(const Walk *walk, const SpRecord *record, const char *id)
{
    g_autofree char *name = g_strdup(id);
    char *version = strrchr(name, ';');
    if (version != NULL && (strcmp(version, ";1") != 0 || record->is_dir))
        sp_sectors_say(walk->in, record->offset, "has the version '%s'", version + 1);
    if (version != NULL)
        *version = '\0';
    if (g_str_has_suffix(name, ".") && !record->is_dir)
        name[strlen(name) - 1] = '\0';
    return g_steal_pointer(&name);
}

/* Everything is of the root folder's time, by its record and by Rock Ridge; told once. */
static void check_time(const Walk *walk, const SpRecord *record)
{
    SpVolume *volume = walk->in->volume;
    gint64 times[] = {record->when, walk->rock.has_time ? walk->rock.mtime : record->when};
    for (gsize i = 0; i < G_N_ELEMENTS(times) && volume->is_one_time; i++)
        volume->is_one_time = times[i] == volume->made;
}

static gboolean uses_rock(const Walk *walk)
{
    return !walk->joliet && walk->in->volume->has_rock;
}

/* A mode has a type, which is the record's, and permissions. */
static void check_mode(const Walk *walk, const SpRecord *record)
{
    guint mode = walk->rock.mode, type = record->is_dir ? S_IFDIR : S_IFREG;
    if (!walk->rock.has_posix || (mode & ~07777U) != type)
        sp_sectors_breach(walk->in, SP_RULE_IMAGE_SUSP, record->offset,
                          "is a %s to ISO 9660, and not one to Rock Ridge",
                          record->is_dir ? "folder" : "file");
}

static char *name_of(Walk *walk, const SpRecord *record, const char *id)
{
    SpSectors *in = walk->in;
    if (walk->joliet && record->data[0] != sp_record_own(record))
        sp_sectors_say(in, record->offset, "has more in it than its name");
    if (!uses_rock(walk)) {
        check_time(walk, record);
        return plain_name(walk, record, id);
    }
    read_rock(walk, record, SP_ROCK_ENTRY);
    if (!walk->rock.has_posix || !walk->rock.has_time || walk->rock.name->len == 0)
        sp_sectors_breach(in, SP_RULE_IMAGE_SUSP, record->offset,
                          "has no Rock Ridge name, mode or time");
    check_mode(walk, record);
    check_time(walk, record);
    return g_strdup(walk->rock.name->str);
}

/* Files may share their bytes, all of them: but not overlap so as to be more than there are. */
static void count(Walk *walk, const SpVolumeNode *node)
{
    gpointer place = GUINT_TO_POINTER(node->extent), size = NULL;
    gboolean known = g_hash_table_lookup_extended(walk->extents, place, NULL, &size);
    walk->named -= node->size;
    if (walk->named < 0)
        sp_sectors_refuse(walk->in, "its files have more than eight times its bytes under all "
                                    "their names");
    sp_sectors_claim(walk->in, (gint64)node->extent * (gint64)SP_SECTOR, node->size, TRUE);
    if (known && GPOINTER_TO_SIZE(size) == (gsize)node->size)
        return;
    g_hash_table_insert(walk->extents, place, GSIZE_TO_POINTER((gsize)node->size));
    walk->left -= node->size;
    if (walk->left < 0)
        sp_sectors_refuse(walk->in, "its files have more bytes than it has itself");
}

static void walk_folder(Walk *walk, const Folder *folder);

static gboolean is_sane(Walk *walk, const SpRecord *record, const char *id, const char *name)
{
    gboolean sane = id != NULL && name != NULL && name[0] != '\0' && strchr(name, '/') == NULL &&
                    strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
                    g_utf8_validate(name, -1, NULL);
    if (!sane)
        sp_sectors_say(walk->in, record->offset, "has no name a file can have");
    else if (strlen(name) > SP_ROCK_NAME_MAX)
        sp_sectors_breach(walk->in, SP_RULE_IMAGE_NAME, record->offset,
                          "has a name of more than %d bytes", SP_ROCK_NAME_MAX);
    return sane && strlen(name) <= SP_ROCK_NAME_MAX;
}

static SpVolumeNode *add_node(Walk *walk, const SpRecord *record, const Folder *folder,
                              const char *id, const char *name)
{
    g_autofree char *full =
        folder->node != NULL ? g_strconcat(folder->node->path, "/", name, NULL) : g_strdup(name);
    if (strlen(full) > PATH_LIMIT) {
        sp_sectors_breach(walk->in, SP_RULE_IMAGE_NAME, record->offset,
                          "has a path of more than %d bytes", PATH_LIMIT);
        walk->in->volume->is_whole = FALSE;
        return NULL;
    }
    walk->names -= NODE_COST + (gint64)strlen(full);
    if (walk->names < 0) {
        sp_sectors_refuse(walk->in,
                          "it has more or longer paths than an image of its size can need");
        return NULL;
    }
    SpVolumeNode *node = sp_volume_add(walk->tree, full);
    node->id = g_strdup(id);
    node->parent = folder->node;
    node->is_dir = record->is_dir;
    node->extent = record->extent;
    node->size = record->size;
    return node;
}

static void take_entry(Walk *walk, const Open *open, const char *id, const Folder *folder)
{
    const SpRecord *record = &open->record;
    if (walk->tree->len >= ENTRIES_MAX || folder->depth >= DEPTH_MAX) {
        sp_sectors_refuse(walk->in, "it has more than 32768 files and folders, or more than 16 "
                                    "levels of them");
        return;
    }
    SpVolumeNode *node = add_node(walk, record, folder, id, open->name);
    if (node == NULL)
        return;
    node->mode = open->mode;
    if (!node->is_dir) {
        count(walk, node);
        return;
    }
    const Folder next = {record, folder, node, folder->depth + 1};
    if (sp_path_table_add(walk->folders, record->extent, folder->record->extent, record->id,
                          record->id_length))
        walk_folder(walk, &next);
    else
        sp_sectors_refuse(walk->in, "a folder is in it twice, or in itself");
}

/* A file of 4 GiB and more has a record for each part: one name, one mode, one piece. Linux looks a
 * name up by the first part, lists it by the last and joins whatever follows; libarchive joins
 * whatever follows; others take the first part alone. */
static void join(Walk *walk, Open *open, const SpRecord *record, char *name)
{
    if (open->name == NULL) {
        *open = (Open){*record, record->size, name, walk->rock.mode & 07777U};
    } else {
        const SpRecord *first = &open->record;
        gint64 next = (gint64)first->extent * (gint64)SP_SECTOR + first->size;
        gboolean good = record->id_length == first->id_length &&
                        memcmp(record->id, first->id, first->id_length) == 0 &&
                        strcmp(name, open->name) == 0 && !record->is_dir && !first->is_dir &&
                        next == (gint64)record->extent * (gint64)SP_SECTOR &&
                        open->mode == (walk->rock.mode & 07777U);
        if (!good)
            sp_sectors_breach(walk->in, SP_RULE_IMAGE_PARTS, record->offset,
                              "is not the next part of the file before it");
        open->record.size += record->size;
        open->last = record->size;
        g_free(name);
    }
    if (record->goes_on &&
        (record->is_dir || open->last < PART_MIN || open->last % (gint64)SP_SECTOR != 0))
        sp_sectors_breach(walk->in, SP_RULE_IMAGE_PARTS, record->offset,
                          "is in parts, and not a file of 4 GiB or more");
}

static void take_record(Walk *walk, Open *open, const SpRecord *record, const Folder *folder)
{
    g_autofree char *id = id_of(walk, record);
    char *name = id != NULL ? name_of(walk, record, id) : NULL;
    if (!is_sane(walk, record, id, name)) {
        walk->in->volume->is_whole = FALSE;
        g_free(name);
        return;
    }
    join(walk, open, record, name);
    if (record->goes_on)
        return;
    take_entry(walk, open, id, folder);
    g_clear_pointer(&open->name, g_free);
}

/* The first two of a folder are itself, which Linux reads in place of what its parent says, and its
 * parent. */
static void check_own(Walk *walk, const SpRecord *record, const Folder *folder, guint index)
{
    /* libisofs has Joliet's ".." point to the folder itself; nobody looks at it. */
    const SpRecord *self = folder->record, *wanted = index == 0 ? self : folder->parent->record;
    gboolean own = walk->joliet && index == 1 && record->extent == self->extent;
    gboolean good = record->id_length == 1 && record->id[0] == index && record->is_dir &&
                    !record->goes_on && (record->extent == wanted->extent || own) &&
                    record->size == (own ? self->size : wanted->size);
    if (!good)
        sp_sectors_say(walk->in, record->offset, "a folder starts without itself and its parent");
    if (uses_rock(walk)) {
        gboolean is_root = index == 0 && folder->parent == folder;
        read_rock(walk, record, is_root ? SP_ROCK_ROOT : SP_ROCK_FOLDER);
        check_mode(walk, record);
    }
    check_time(walk, record);
}

/* FALSE when the rest of the folder cannot be read. */
static gboolean walk_records(Walk *walk, const Folder *folder, const guint8 *data, gsize size)
{
    SpSectors *in = walk->in;
    gint64 base = (gint64)folder->record->extent * (gint64)SP_SECTOR;
    guint index = 0;
    g_autofree Open *open = g_new0(Open, 1);
    gboolean good = TRUE;
    for (gsize at = 0; at < size && in->refused == NULL && good;) {
        gsize left = SP_SECTOR - at % SP_SECTOR;
        if (data[at] == 0) {
            sp_sectors_zero(in, data, at, left, base);
            at += left;
            continue;
        }
        SpRecord record;
        good = sp_record_take(in, data + at, left, base + (gint64)at, &record);
        if (good && index < 2)
            check_own(walk, &record, folder, index);
        else if (good)
            take_record(walk, open, &record, folder);
        index++;
        at += data[at];
    }
    if (open->name != NULL || index < 2)
        sp_sectors_breach(in, SP_RULE_IMAGE_PARTS, base, "a folder ends before its files do");
    good = good && open->name == NULL && index >= 2;
    g_free(open->name);
    return good;
}

static void walk_folder(Walk *walk, const Folder *folder)
{
    SpSectors *in = walk->in;
    gsize size = (gsize)folder->record->size;
    gint64 base = (gint64)folder->record->extent * (gint64)SP_SECTOR;
    if (size > FOLDER_MAX) {
        sp_sectors_refuse(in, "a folder in it has more than 2 MiB of names");
        return;
    }
    sp_sectors_claim(in, base, (gint64)size, FALSE);
    if (size == 0 || size % SP_SECTOR != 0) {
        sp_sectors_say(in, folder->record->offset, "a folder has %zu bytes", size);
        in->volume->is_whole = FALSE;
        return;
    }
    g_autofree guint8 *data = g_malloc(size);
    if (!sp_sectors_read(in, base, data, size) || !walk_records(walk, folder, data, size))
        in->volume->is_whole = FALSE;
}

/* Whether there is Rock Ridge stands in the root's own record; that is read once more later. */
static void look_for_rock(Walk *walk, const SpRecord *root)
{
    SpSectors *in = walk->in;
    guint8 first[256];
    gint64 base = (gint64)root->extent * (gint64)SP_SECTOR;
    SpRecord self;
    in->volume->made = root->when;
    in->volume->is_one_time = TRUE;
    in->is_quiet = TRUE;
    if (sp_sectors_read(in, base, first, sizeof(first)) &&
        sp_record_take(in, first, 255, base, &self))
        read_rock(walk, &self, SP_ROCK_ROOT);
    in->is_quiet = FALSE;
    in->volume->has_rock = walk->rock.has_susp && walk->rock.has_rrip;
}

void sp_folder_read_tree(SpSectors *in, const guint8 *descriptor, gint64 base, gboolean joliet)
{
    SpRecord root;
    if (!sp_record_take(in, descriptor + 156, 34, base + 156, &root) || !root.is_dir ||
        root.goes_on) {
        sp_sectors_say(in, base + 156, "the root is not a folder");
        in->volume->is_whole = FALSE;
        return;
    }
    Walk walk = {.in = in, .joliet = joliet, .left = in->volume->size};
    walk.named = NAMES_OF_A_BYTE * in->volume->size;
    walk.names = NAMES_ROOM + in->volume->size / 8;
    walk.tree = joliet ? in->volume->joliet : in->volume->rock;
    walk.rock.name = g_string_new(NULL);
    walk.folders = sp_path_table_new();
    walk.extents = g_hash_table_new(g_direct_hash, g_direct_equal);
    (void)sp_path_table_add(walk.folders, root.extent, root.extent, root.id, root.id_length);
    if (!joliet)
        look_for_rock(&walk, &root);
    check_time(&walk, &root);
    Folder top = {.record = &root};
    top.parent = &top;
    walk_folder(&walk, &top);
    sp_path_table_check(walk.folders, in, descriptor, base);
    sp_path_table_free(walk.folders);
    g_hash_table_unref(walk.extents);
    g_string_free(walk.rock.name, TRUE);
}
