/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sums.h"

#include <string.h>

#define DIGEST     64 /* characters */
#define PATH_LIMIT 4096

gboolean sp_sums_wants(const SpEntry *entry)
{
    return !entry->is_dir && strcmp(entry->path, SP_SUMS) != 0 &&
           strcmp(entry->path, SP_SUMS_SIGNATURE) != 0;
}

static int by_path(gconstpointer a, gconstpointer b)
{
    const SpEntry *const *one = a, *const *other = b;
    return strcmp((*one)->path, (*other)->path);
}

GBytes *sp_sums_write(const GPtrArray *tree)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    for (guint i = 0; i < tree->len; i++)
        if (sp_sums_wants(tree->pdata[i]))
            g_ptr_array_add(files, tree->pdata[i]);
    g_ptr_array_sort(files, by_path);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < files->len; i++) {
        SpEntry *entry = files->pdata[i];
        g_string_append_printf(out, "%s  %s\n", sp_entry_sha256(entry), entry->path);
    }
    return g_string_free_to_bytes(out);
}

void sp_sums_open(SpSums *sums, GBytes *text)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    *sums = (SpSums){.path = g_string_new(NULL), .at = data, .end = size > 0 ? data + size : data};
}

void sp_sums_close(SpSums *sums)
{
    if (sums->path != NULL)
        g_string_free(sums->path, TRUE);
    sums->path = NULL;
}

/* 64 digits, two blanks (text and binary are the same to us, and "text" is what stands), and what
 * sha256sum would take for a path as it stands. */
static gboolean is_line(const char *line, gsize length)
{
    gboolean good = length > DIGEST + 2 && length <= DIGEST + 2 + PATH_LIMIT &&
                    line[DIGEST] == ' ' && line[DIGEST + 1] == ' ';
    for (gsize i = 0; good && i < DIGEST; i++)
        good = g_ascii_isdigit(line[i]) || (line[i] >= 'a' && line[i] <= 'f');
    for (gsize i = DIGEST + 2; good && i < length; i++)
        good = line[i] != '\\' && (guchar)line[i] >= ' ' && line[i] != 0x7f;
    return good;
}

gboolean sp_sums_next(SpSums *sums)
{
    if (sums->at == sums->end)
        return FALSE;
    const char *line = sums->at;
    const char *stop = memchr(line, '\n', (gsize)(sums->end - line));
    gsize length = (gsize)((stop != NULL ? stop : sums->end) - line);
    sums->line++;
    sums->at = stop != NULL ? stop + 1 : sums->end;
    sums->digest[0] = '\0';
    g_string_truncate(sums->path, 0);
    if (stop == NULL || !is_line(line, length))
        return TRUE;
    g_string_append_len(sums->path, line + DIGEST + 2, (gssize)(length - DIGEST - 2));
    if (sp_path_is_inside(sums->path->str)) {
        memcpy(sums->digest, line, DIGEST);
        sums->digest[DIGEST] = '\0';
    }
    return TRUE;
}
