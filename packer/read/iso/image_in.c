/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_in.h"
#include "archive_in.h"
#include "fileio.h"
#include "verify_rules.h"
#include "volume_in.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define ENTRIES_LIMIT 32768
#define COPIES_LIMIT  ((gsize)16 * 1024 * 1024)

typedef struct {
    const char *name;
    GBytes *image; /* mapped */
    SpArchive *archive;
    GPtrArray *entries;
    gint64 left;         /* what is in it cannot be larger than it: loops of records */
    GHashTable *by_path; /* SpEntry */
    gsize copies;        /* bytes of what does not lie in one piece */
    gboolean gave_up;
} Reading;

static gboolean fail(Reading *reading, GError **error)
{
    reading->gave_up = TRUE;
    return sp_archive_fail(reading->archive, "image", reading->name,
                           "it has more in it than an image can hold", error);
}

/* A piece of a file: in place as long as it goes on where the one before ended, else copied. */
static gboolean add_piece(Reading *reading, const guint8 **start, gsize *have, GByteArray *copy,
                          const guint8 *piece, gsize length)
{
    gsize size = 0;
    const guint8 *image = g_bytes_get_data(reading->image, &size);
    gboolean inside = piece >= image && length <= size && piece <= image + (size - length);
    if (*have == 0)
        *start = piece;
    if (copy->len == 0 && inside && piece == *start + *have) {
        *have += length;
        return TRUE;
    }
    gsize grown = length + (copy->len == 0 ? *have : 0);
    if (grown > COPIES_LIMIT - reading->copies)
        return FALSE;
    reading->copies += grown;
    if (copy->len == 0 && *have > 0)
        g_byte_array_append(copy, *start, (guint)*have);
    g_byte_array_append(copy, piece, (guint)length);
    *have += length;
    return TRUE;
}

/* libarchive, reading from memory, points into it: a file of an image lies there in one piece, and
 * so costs nothing however large it is. NULL when it is not whole, or too large. */
static GBytes *bytes_of(Reading *reading, gint64 size)
{
    if (size < 0 || size > reading->left)
        return NULL;
    reading->left -= size;
    g_autoptr(GByteArray) copy = g_byte_array_new();
    const guint8 *start = NULL;
    gsize have = 0;
    while (have < (gsize)size) {
        const void *piece = NULL;
        size_t length = 0;
        la_int64_t offset = 0;
        if (archive_read_data_block(reading->archive, &piece, &length, &offset) != ARCHIVE_OK)
            return NULL;
        length = MIN(length, (gsize)size - have);
        if (offset != (la_int64_t)have || !add_piece(reading, &start, &have, copy, piece, length))
            return NULL;
    }
    if (copy->len > 0)
        return g_byte_array_free_to_bytes(g_steal_pointer(&copy));
    const guint8 *image = g_bytes_get_data(reading->image, NULL);
    return size == 0 ? g_bytes_new(NULL, 0)
                     : g_bytes_new_from_bytes(reading->image, (gsize)(start - image), have);
}

/* Of two names for the same sectors libarchive gives the bytes with the first only. */
static GBytes *content_of(Reading *reading, struct archive_entry *header)
{
    const char *link = archive_entry_hardlink(header);
    const SpEntry *first =
        link != NULL
            ? g_hash_table_lookup(reading->by_path, link + (g_str_has_prefix(link, "./") ? 2 : 0))
            : NULL;
    if (link == NULL)
        return bytes_of(reading, archive_entry_size(header));
    return first != NULL && first->content != NULL ? g_bytes_ref(first->content) : NULL;
}

static gboolean read_entry(Reading *reading, struct archive_entry *header, GError **error)
{
    const char *path = archive_entry_pathname(header);
    mode_t type = archive_entry_filetype(header);
    if (path == NULL || strcmp(path, ".") == 0)
        return TRUE;
    path += g_str_has_prefix(path, "./") ? 2 : 0;
    /* Nothing may come to lie elsewhere because of it; what is left out here is told by who
     * compares the two readers. */
    if (!sp_path_is_inside(path))
        return TRUE;
    if (type != AE_IFDIR && type != AE_IFREG)
        return sp_throw(error, SP_ERROR_INPUT,
                        "cannot read image '%s': '%s' is neither a file nor a folder",
                        reading->name, path);
    SpEntry *entry = NULL;
    if (type == AE_IFDIR) {
        entry = sp_tree_add_dir(reading->entries, path, 0);
    } else {
        g_autoptr(GBytes) content = content_of(reading, header);
        if (content == NULL)
            return fail(reading, error);
        entry = sp_tree_add_file(reading->entries, path, 0, content);
    }
    g_hash_table_replace(reading->by_path, entry->path, entry);
    entry->mode = archive_entry_perm(header);
    entry->uid = (guint)archive_entry_uid(header);
    entry->gid = (guint)archive_entry_gid(header);
    entry->mtime = archive_entry_mtime(header);
    return TRUE;
}

static gint by_path(gconstpointer a, gconstpointer b)
{
    return strcmp((*(SpEntry *const *)a)->path, (*(SpEntry *const *)b)->path);
}

static gboolean read_entries(Reading *reading, GError **error)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(reading->image, &size);
    if (archive_read_support_format_iso9660(reading->archive) != ARCHIVE_OK ||
        archive_read_open_memory(reading->archive, data, size) != ARCHIVE_OK)
        return fail(reading, error);
    for (;;) {
        struct archive_entry *header = NULL;
        int rc = archive_read_next_header(reading->archive, &header);
        if (rc == ARCHIVE_EOF)
            return TRUE;
        if (rc != ARCHIVE_OK || reading->entries->len >= ENTRIES_LIMIT)
            return fail(reading, error);
        if (!read_entry(reading, header, error))
            return FALSE;
    }
}

/* What libarchive makes of the image. Where it gives up, that is a breach, and as with an image it
 * is not to be bothered with the entries are what the volume's own records give. */
static GPtrArray *read_all(const char *name, GBytes *image, SpVolume *volume, SpFindings *found,
                           GError **error)
{
    g_autoptr(SpArchive) archive = archive_read_new();
    g_autoptr(GPtrArray) entries = sp_tree_new();
    g_autoptr(GError) cause = NULL;
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    Reading reading = {.name = name, .image = image, .archive = archive, .entries = entries};
    reading.left = (gint64)g_bytes_get_size(image);
    reading.by_path = known;
    if (!volume->is_whole)
        return sp_volume_entries(volume, image);
    if (read_entries(&reading, &cause)) {
        g_ptr_array_sort(entries, by_path);
        sp_volume_compare(volume, image, entries);
        return g_steal_pointer(&entries);
    }
    if (!reading.gave_up) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return NULL;
    }
    volume->is_whole = FALSE;
    sp_breach(found, SP_RULE_IMAGE_CONTENT, name, 0, "not every reader can read it: %s",
              cause->message);
    return sp_volume_entries(volume, image);
}

GPtrArray *sp_image_read(int fd, const char *name, SpVolume **volume, SpFindings *found,
                         GError **error)
{
    g_autoptr(SpFindings) nobodys = sp_findings_new();
    g_autoptr(GBytes) image = sp_map_fd(fd, name, NULL, error);
    g_autoptr(SpVolume) read =
        image != NULL ? sp_volume_read(fd, name, found != NULL ? found : nobodys, error) : NULL;
    if (read == NULL)
        return NULL;
    sp_volume_find_stray(read, fd, image);
    g_autoptr(GPtrArray) entries =
        read_all(name, image, read, found != NULL ? found : nobodys, error);
    if (entries == NULL)
        return NULL;
    *volume = g_steal_pointer(&read);
    return g_steal_pointer(&entries);
}
