/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_payload.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define UNPACKED_LIMIT ((gint64)64 * 1024 * 1024)
#define FILES_LIMIT    65536

typedef struct archive Archive;
static void free_archive(Archive *archive)
{
    (void)archive_read_free(archive);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, free_archive)

static gboolean fail(Archive *archive, const char *name, GError **error)
{
    const char *cause = archive_error_string(archive);
    return sp_throw(error, SP_ERROR_INPUT, "cannot read the payload of '%s': %s", name,
                    cause != NULL ? cause : "it is too large");
}

static SpEntry *add_file(Archive *archive, GPtrArray *files, const char *path, gint64 size)
{
    if (size < 0 || size > UNPACKED_LIMIT)
        return NULL;
    g_autofree char *data = g_malloc((gsize)size + 1);
    if (size > 0 && archive_read_data(archive, data, (gsize)size) != size)
        return NULL;
    g_autoptr(GBytes) content = g_bytes_new_take(g_steal_pointer(&data), (gsize)size);
    return sp_tree_add_file(files, path, 0, content);
}

gboolean sp_rpm_read_payload(GBytes *rpm, const char *name, GPtrArray *files, GError **error)
{
    gsize length = 0;
    const void *data = g_bytes_get_data(rpm, &length);
    g_autoptr(Archive) archive = archive_read_new();
    if (archive_read_support_filter_rpm(archive) != ARCHIVE_OK ||
        archive_read_support_filter_gzip(archive) != ARCHIVE_OK ||
        archive_read_support_filter_xz(archive) != ARCHIVE_OK ||
        archive_read_support_format_cpio(archive) != ARCHIVE_OK ||
        archive_read_open_memory(archive, data, length) != ARCHIVE_OK)
        return fail(archive, name, error);
    for (gint64 total = 0;;) {
        struct archive_entry *header = NULL;
        int rc = archive_read_next_header(archive, &header);
        if (rc == ARCHIVE_EOF)
            return TRUE;
        const char *path = rc == ARCHIVE_OK ? archive_entry_pathname(header) : NULL;
        if (path == NULL || files->len >= FILES_LIMIT)
            return fail(archive, name, error);
        path += g_str_has_prefix(path, "./") ? 2 : 0;
        total += archive_entry_size(header);
        SpEntry *entry = archive_entry_filetype(header) == AE_IFDIR
                             ? sp_tree_add_dir(files, path, 0)
                             : add_file(archive, files, path,
                                        total > UNPACKED_LIMIT ? -1 : archive_entry_size(header));
        if (entry == NULL)
            return fail(archive, name, error);
        entry->mode = archive_entry_perm(header);
        entry->mtime = archive_entry_mtime(header);
    }
}
