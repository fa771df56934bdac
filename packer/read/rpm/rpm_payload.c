/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_payload.h"
#include "archive_in.h"
#include "fileio.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define KEPT_MAX ((gint64)1024 * 1024) /* of one file */

static gboolean fail(SpArchive *archive, const char *name, GError **error)
{
    return sp_archive_fail(archive, "the payload of", name, "it is too large", error);
}

/* NULL when it cannot be read or is too large. */
static SpEntry *add_file(SpArchive *archive, struct archive_entry *header, const char *path,
                         SpRpmBudget *budget, GPtrArray *files)
{
    g_autoptr(GBytes) content = NULL;
    g_autofree char *sha256 = NULL;
    gint64 size = archive_entry_size(header);
    const char *target = archive_entry_symlink(header); /* read with the header already */
    if (target != NULL) {
        content = g_bytes_new(target, strlen(target));
    } else if (size <= KEPT_MAX && size <= budget->kept) {
        content = sp_archive_content(archive, size, &budget->unpacked);
        budget->kept -= size;
    } else {
        sha256 = sp_archive_sha256(archive, size, &budget->unpacked);
    }
    if (content == NULL && sha256 == NULL)
        return NULL;
    SpEntry *entry = sp_tree_add_dir(files, path, 0);
    entry->is_dir = FALSE;
    entry->content = g_steal_pointer(&content);
    entry->sha256 = g_steal_pointer(&sha256);
    return entry;
}

typedef struct {
    GBytes *rpm;
    gsize at;
} Walk;

static la_ssize_t next_piece(struct archive *archive, void *given, const void **data)
{
    (void)archive;
    Walk *walk = given;
    gsize size = sp_piece(walk->rpm, walk->at, data);
    walk->at += size;
    return (la_ssize_t)size;
}

gboolean sp_rpm_read_payload(GBytes *rpm, const char *name, SpRpmBudget *budget, GPtrArray *files,
                             GError **error)
{
    Walk walk = {rpm, 0};
    g_autoptr(SpArchive) archive = archive_read_new();
    if (archive_read_support_filter_rpm(archive) != ARCHIVE_OK ||
        archive_read_support_filter_gzip(archive) != ARCHIVE_OK ||
        archive_read_support_filter_bzip2(archive) != ARCHIVE_OK ||
        archive_read_support_filter_xz(archive) != ARCHIVE_OK ||
        archive_read_support_filter_lzma(archive) != ARCHIVE_OK ||
        archive_read_support_format_cpio(archive) != ARCHIVE_OK ||
        archive_read_open(archive, &walk, NULL, next_piece, NULL) != ARCHIVE_OK)
        return fail(archive, name, error);
    for (;;) {
        struct archive_entry *header = NULL;
        int rc = archive_read_next_header(archive, &header);
        if (rc == ARCHIVE_EOF)
            return TRUE;
        const char *path = rc == ARCHIVE_OK ? archive_entry_pathname(header) : NULL;
        if (path == NULL || budget->files == 0)
            return fail(archive, name, error);
        path += g_str_has_prefix(path, "./") ? 2 : 0;
        budget->files--;
        SpEntry *entry = archive_entry_filetype(header) == AE_IFDIR
                             ? sp_tree_add_dir(files, path, 0)
                             : add_file(archive, header, path, budget, files);
        if (entry == NULL)
            return fail(archive, name, error);
        entry->mode = archive_entry_perm(header);
        entry->mtime = archive_entry_mtime(header);
    }
}
