/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_in.h"
#include "archive_in.h"
#include "cleanup.h"
#include "volume_in.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/stat.h>

#define IMAGE_LIMIT   ((gint64)64 * 1024 * 1024)
#define ENTRIES_LIMIT 4096

static gboolean check_file(int fd, const char *name, GError **error)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return sp_throw_errno(error, "cannot read '%s'", name);
    if (!S_ISREG(st.st_mode))
        return sp_throw(error, SP_ERROR_INPUT, "cannot read '%s': not a regular file", name);
    if (st.st_size > IMAGE_LIMIT)
        return sp_throw(error, SP_ERROR_INPUT, "cannot read '%s': larger than %d MiB", name,
                        (int)(IMAGE_LIMIT >> 20));
    return TRUE;
}

static gboolean fail(SpArchive *archive, const char *name, GError **error)
{
    return sp_archive_fail(archive, "image", name, "it has more in it than an image can hold",
                           error);
}

/* Of two names for the same sectors libarchive gives the bytes with the first only. */
static GBytes *content_of(SpArchive *archive, struct archive_entry *header,
                          const GPtrArray *entries, gint64 *left)
{
    const char *link = archive_entry_hardlink(header);
    if (link == NULL)
        return sp_archive_content(archive, archive_entry_size(header), left);
    const SpEntry *first = sp_tree_find(entries, link + (g_str_has_prefix(link, "./") ? 2 : 0));
    return first != NULL && first->content != NULL ? g_bytes_ref(first->content) : NULL;
}

static gboolean read_entry(SpArchive *archive, struct archive_entry *header, GPtrArray *entries,
                           gint64 *left, const char *name, GError **error)
{
    const char *path = archive_entry_pathname(header);
    mode_t type = archive_entry_filetype(header);
    if (path == NULL || strcmp(path, ".") == 0)
        return TRUE;
    path += g_str_has_prefix(path, "./") ? 2 : 0;
    if (type != AE_IFDIR && type != AE_IFREG)
        return sp_throw(error, SP_ERROR_INPUT,
                        "cannot read image '%s': '%s' is neither a file nor a folder", name, path);
    SpEntry *entry = NULL;
    if (type == AE_IFDIR) {
        entry = sp_tree_add_dir(entries, path, 0);
    } else {
        g_autoptr(GBytes) content = content_of(archive, header, entries, left);
        if (content == NULL)
            return fail(archive, name, error);
        entry = sp_tree_add_file(entries, path, 0, content);
    }
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

GPtrArray *sp_image_read(int fd, const char *name, SpVolume **volume, SpFindings *found,
                         GError **error)
{
    g_autoptr(SpFindings) nobodys = sp_findings_new();
    if (!check_file(fd, name, error))
        return NULL;
    g_autoptr(SpVolume) read = sp_volume_read(fd, name, found != NULL ? found : nobodys, error);
    if (read == NULL)
        return NULL;
    if (lseek(fd, 0, SEEK_SET) != 0) {
        sp_throw_errno(error, "cannot read '%s'", name);
        return NULL;
    }
    g_autoptr(SpArchive) archive = archive_read_new();
    g_autoptr(GPtrArray) entries = sp_tree_new();
    gint64 left = read->size; /* what is in it cannot be larger than it */
    if (archive_read_support_format_iso9660(archive) != ARCHIVE_OK ||
        archive_read_open_fd(archive, fd, (size_t)64 * 1024) != ARCHIVE_OK) {
        fail(archive, name, error);
        return NULL;
    }
    for (;;) {
        struct archive_entry *header = NULL;
        int rc = archive_read_next_header(archive, &header);
        if (rc == ARCHIVE_EOF)
            break;
        if (rc != ARCHIVE_OK || entries->len >= ENTRIES_LIMIT) {
            fail(archive, name, error);
            return NULL;
        }
        if (!read_entry(archive, header, entries, &left, name, error))
            return NULL;
    }
    g_ptr_array_sort(entries, by_path);
    sp_volume_compare(read, fd, entries);
    *volume = g_steal_pointer(&read);
    return g_steal_pointer(&entries);
}
