/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sector_in.h"

#include <errno.h>
#include <unistd.h>

#define SAID_MAX 100

gboolean sp_sectors_read(const SpSectors *in, gint64 offset, void *data, gsize size)
{
    guint8 *at = data;
    while (size > 0) {
        ssize_t n = pread(in->fd, at, size, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        at += n;
        offset += n;
        size -= (gsize)n;
    }
    return TRUE;
}

static void G_GNUC_PRINTF(4, 0)
    say(SpSectors *in, SpRule rule, gint64 offset, const char *format, va_list args)
{
    if (in->is_quiet || in->said++ >= SAID_MAX)
        return;
    g_autofree char *text = g_strdup_vprintf(format, args);
    g_autofree char *place =
        g_strdup_printf("sector %" G_GINT64_FORMAT, offset / (gint64)SP_SECTOR);
    sp_breach(in->found, rule, place, 0, "byte %d: %s", (int)(offset % (gint64)SP_SECTOR), text);
}

void sp_sectors_breach(SpSectors *in, SpRule rule, gint64 offset, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(in, rule, offset, format, args);
    va_end(args);
}

void sp_sectors_say(SpSectors *in, gint64 offset, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(in, SP_RULE_IMAGE_STRUCTURE, offset, format, args);
    va_end(args);
}

void sp_sectors_refuse(SpSectors *in, const char *why)
{
    if (in->refused == NULL)
        in->refused = why;
}

void sp_sectors_claim(SpSectors *in, gint64 start, gint64 size, gboolean is_file)
{
    const SpArea area = {start, start + size, is_file};
    if (!in->is_quiet && size > 0)
        g_array_append_val(in->volume->areas, area);
}

guint32 sp_le32(const guint8 *data)
{
    return (guint32)data[0] | (guint32)data[1] << 8 | (guint32)data[2] << 16 |
           (guint32)data[3] << 24;
}

guint32 sp_be32(const guint8 *data)
{
    return (guint32)data[3] | (guint32)data[2] << 8 | (guint32)data[1] << 16 |
           (guint32)data[0] << 24;
}

guint32 sp_sectors_both32(SpSectors *in, const guint8 *data, gsize at, gint64 base)
{
    guint32 little = sp_le32(data + at), big = sp_be32(data + at + 4);
    if (little != big)
        sp_sectors_say(in, base + (gint64)at, "a number is stored twice and is %u and %u", little,
                       big);
    return little;
}

guint16 sp_sectors_both16(SpSectors *in, const guint8 *data, gsize at, gint64 base)
{
    guint little = data[at] | (guint)data[at + 1] << 8;
    guint big = data[at + 3] | (guint)data[at + 2] << 8;
    if (little != big)
        sp_sectors_say(in, base + (gint64)at, "a number is stored twice and is %u and %u", little,
                       big);
    return (guint16)little;
}

void sp_sectors_zero(SpSectors *in, const guint8 *data, gsize at, gsize size, gint64 base)
{
    for (gsize i = at; i < at + size; i++)
        if (data[i] != 0) {
            sp_sectors_say(in, base + (gint64)i, "is 0x%02x in a place that must be zero", data[i]);
            return;
        }
}

/* Year since 1900, month, day, hour, minute, second, offset from UTC in quarters of an hour. */
gint64 sp_sectors_time(SpSectors *in, const guint8 *data, gsize at, gint64 base)
{
    const guint8 *t = data + at;
    int zone = t[6] < 128 ? t[6] : t[6] - 256; /* a signed byte */
    g_autoptr(GDateTime) when =
        g_date_time_new_utc(1900 + t[0], t[1], t[2], t[3], t[4], MIN((double)t[5], 60.0));
    if (when == NULL || zone < -48 || zone > 52) {
        sp_sectors_say(in, base + (gint64)at, "is no date");
        return 0;
    }
    return g_date_time_to_unix(when) - (gint64)zone * 15 * 60;
}
