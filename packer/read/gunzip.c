/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gunzip.h"

#include <zlib.h>

#define OPEN_LIMIT ((gsize)16 * 1024 * 1024)
#define OPEN_TIMES 32

GBytes *sp_gunzip(const char *name, GBytes *packed, GError **error)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(packed, &size);
    z_stream stream = {.next_in = (Bytef *)data, .avail_in = (uInt)size};
    /* 16: a gzip header and nothing else; host-installer knows no other compression. */
    if (size > G_MAXUINT32 / OPEN_TIMES || inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) {
        sp_throw(error, SP_ERROR_SYSTEM, "cannot unpack '%s'", name);
        return NULL;
    }
    gsize limit = MAX(OPEN_LIMIT, size * OPEN_TIMES);
    /* Not g_byte_array_new: to grow, it would for a while be there twice. */
    g_autoptr(GByteArray) out = g_byte_array_sized_new((guint)(size * 8));
    guint8 buffer[32 * 1024];
    int rc = Z_OK;
    while (rc == Z_OK && out->len <= limit) {
        stream.next_out = buffer;
        stream.avail_out = sizeof(buffer);
        rc = inflate(&stream, Z_NO_FLUSH);
        g_byte_array_append(out, buffer, (guint)(sizeof(buffer) - stream.avail_out));
    }
    (void)inflateEnd(&stream);
    if (rc != Z_STREAM_END || stream.avail_in != 0) {
        if (rc == Z_OK && out->len > limit)
            sp_throw(error, SP_ERROR_INPUT, "cannot unpack '%s': more than %zu MiB", name,
                     limit >> 20);
        else
            sp_throw(error, SP_ERROR_INPUT, "cannot unpack '%s': not whole gzip data", name);
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
