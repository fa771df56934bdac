/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive_in.h"
#include "sha256.h"

#include <archive.h>

void sp_archive_free(SpArchive *archive)
{
    (void)archive_read_free(archive);
}

gboolean sp_archive_fail(SpArchive *archive, const char *what, const char *name,
                         const char *otherwise, GError **error)
{
    const char *cause = archive_error_string(archive);
    return sp_throw(error, SP_ERROR_INPUT, "cannot read %s '%s': %s", what, name,
                    cause != NULL ? cause : otherwise);
}

GBytes *sp_archive_content(SpArchive *archive, gint64 size, gint64 *left)
{
    if (size < 0 || size > *left)
        return NULL;
    *left -= size;
    g_autofree char *data = g_malloc((gsize)size + 1);
    for (gint64 used = 0; used < size;) {
        la_ssize_t n = archive_read_data(archive, data + used, (gsize)(size - used));
        if (n <= 0)
            return NULL;
        used += n;
    }
    return g_bytes_new_take(g_steal_pointer(&data), (gsize)size);
}

char *sp_archive_sha256(SpArchive *archive, gint64 size, gint64 *left)
{
    if (size < 0 || size > *left)
        return NULL;
    *left -= size;
    g_autoptr(SpSha256) digest = sp_sha256_new();
    while (size > 0) {
        guint8 buffer[32 * 1024];
        la_ssize_t n = archive_read_data(archive, buffer, (gsize)MIN(size, (gint64)sizeof(buffer)));
        if (n <= 0)
            return NULL;
        sp_sha256_add(digest, buffer, (gsize)n);
        size -= n;
    }
    return sp_sha256_end(digest);
}
