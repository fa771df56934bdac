/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What several tests have to pack. */
#pragma once
#include "helper.h"

#include <string.h>
#include <zlib.h>

/* One gzip member of that. */
static GBytes *gzip(const char *text)
{
    guint8 out[4096];
    z_stream stream = {.next_in = (Bytef *)text,
                       .avail_in = (uInt)strlen(text),
                       .next_out = out,
                       .avail_out = sizeof(out)};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return g_bytes_new(out, stream.total_out);
}
