/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gunzip.h"

#include <string.h>
#include <zlib.h>

#define OPEN_LIMIT ((gsize)8 * 1024 * 1024)

/* RFC 1952 2.3.1: the last four bytes say how much it is; zlib holds them against what it met. */
static gsize claimed_size(const guint8 *data, gsize size)
{
    guint32 claimed = 0;
    if (size >= sizeof(claimed))
        memcpy(&claimed, data + size - sizeof(claimed), sizeof(claimed));
    return GUINT32_FROM_LE(claimed);
}

GBytes *sp_gunzip(const char *name, GBytes *packed, gsize most, GError **error)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(packed, &size);
    gsize limit = MIN(MAX(OPEN_LIMIT, most), G_MAXUINT32 - 1);
    gsize claimed = claimed_size(data, size);
    /* One more: or that of an empty file would have none. */
    gsize room = (claimed <= limit ? claimed : 0) + 1;
    g_autofree guint8 *out = g_try_malloc(room);
    z_stream stream = {.next_in = (Bytef *)data, .avail_in = (uInt)MIN(size, limit)};
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    /* 16: a gzip header and nothing else; host-installer knows no other compression. */
    if (out == NULL || inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) {
        sp_throw(error, SP_ERROR_SYSTEM, "cannot unpack '%s': out of memory", name);
        return NULL;
    }
    int rc = inflate(&stream, Z_FINISH);
    (void)inflateEnd(&stream);
    if (rc != Z_STREAM_END || stream.total_in != size) {
        sp_throw(error, SP_ERROR_INPUT,
                 "cannot unpack '%s': not whole gzip data of at most %zu MiB", name, limit >> 20);
        return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&out), stream.total_out);
}
