/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_slices.h"

#include <string.h>

#define LEAD_SIZE   96
#define INTRO_SIZE  16 /* of a header: magic and version, number of tags, bytes of data */
#define ENTRY_SIZE  16
#define ENTRIES_MAX (64 * 1024)
#define DATA_MAX    (256 * 1024 * 1024)

static guint32 number(const guint8 *at)
{
    guint32 value = 0;
    memcpy(&value, at, sizeof(value));
    return GUINT32_FROM_BE(value);
}

/* The end of the header that starts at `at`; 0 when there is none. */
static gsize header_end(const guint8 *data, gsize size, gsize at)
{
    static const guint8 magic[] = {0x8e, 0xad, 0xe8, 0x01};
    if (size < INTRO_SIZE || at > size - INTRO_SIZE || memcmp(data + at, magic, sizeof(magic)) != 0)
        return 0;
    guint32 entries = number(data + at + 8), bytes = number(data + at + 12);
    if (entries > ENTRIES_MAX || bytes > DATA_MAX)
        return 0;
    gsize end = at + INTRO_SIZE + (gsize)entries * ENTRY_SIZE + bytes;
    return end <= size ? end : 0;
}

gboolean sp_rpm_slices(const char *name, GBytes *rpm, SpRpmSlices *slices, GError **error)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(rpm, &size);
    static const guint8 magic[] = {0xed, 0xab, 0xee, 0xdb};
    if (size < LEAD_SIZE || memcmp(data, magic, sizeof(magic)) != 0)
        return sp_throw(error, SP_ERROR_INPUT, "'%s' is not an RPM", name);
    slices->signature = LEAD_SIZE;
    slices->end = size;
    gsize end = header_end(data, size, slices->signature);
    slices->signature_end = end;
    slices->header = (end + 7) / 8 * 8;
    slices->payload = end != 0 ? header_end(data, size, slices->header) : 0;
    return slices->payload != 0 ||
           sp_throw(error, SP_ERROR_INPUT, "cannot read '%s': its headers are not whole", name);
}
