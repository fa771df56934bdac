/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_payload.h"
#include "archive_in.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define UNPACKED_LIMIT ((gint64)64 * 1024 * 1024)
#define FILES_LIMIT    65536

static gboolean fail(SpArchive *archive, const char *name, GError **error)
{
    return sp_archive_fail(archive, "the payload of", name, "it is too large", error);
}

gboolean sp_rpm_read_payload(GBytes *rpm, const char *name, GPtrArray *files, GError **error)
{
    gsize length = 0;
    const void *data = g_bytes_get_data(rpm, &length);
    g_autoptr(SpArchive) archive = archive_read_new();
    if (archive_read_support_filter_rpm(archive) != ARCHIVE_OK ||
        archive_read_support_filter_gzip(archive) != ARCHIVE_OK ||
        archive_read_support_filter_xz(archive) != ARCHIVE_OK ||
        archive_read_support_format_cpio(archive) != ARCHIVE_OK ||
        archive_read_open_memory(archive, data, length) != ARCHIVE_OK)
        return fail(archive, name, error);
    gint64 left = UNPACKED_LIMIT;
    for (;;) {
        struct archive_entry *header = NULL;
        int rc = archive_read_next_header(archive, &header);
        if (rc == ARCHIVE_EOF)
            return TRUE;
        const char *path = rc == ARCHIVE_OK ? archive_entry_pathname(header) : NULL;
        if (path == NULL || files->len >= FILES_LIMIT)
            return fail(archive, name, error);
        path += g_str_has_prefix(path, "./") ? 2 : 0;
        SpEntry *entry = NULL;
        if (archive_entry_filetype(header) == AE_IFDIR) {
            entry = sp_tree_add_dir(files, path, 0);
        } else {
            g_autoptr(GBytes) content =
                sp_archive_content(archive, archive_entry_size(header), &left);
            if (content == NULL)
                return fail(archive, name, error);
            entry = sp_tree_add_file(files, path, 0, content);
        }
        entry->mode = archive_entry_perm(header);
        entry->mtime = archive_entry_mtime(header);
    }
}
