/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rock_in.h"

#include <string.h>
#include <sys/stat.h>

#define CONTINUED_MAX 16 /* continuation areas of one record */

typedef struct {
    SpRock *rock;
    SpSectors *in;
    gint64 block, at, length; /* of the continuation area; length 0 = none */
} Walk;

void sp_rock_reset(SpRock *rock)
{
    rock->has_posix = rock->has_time = FALSE;
    rock->mode = 0;
    rock->mtime = 0;
    g_string_truncate(rock->name, 0);
}

static void read_sp(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    if (size != 7 || entry[4] != 0xbe || entry[5] != 0xef)
        sp_sectors_say(walk->in, offset, "the SUSP indicator is not one");
    walk->rock->has_susp = TRUE;
    walk->rock->skip = size == 7 ? entry[6] : 0;
}

static void read_er(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    static const char *const ids[] = {"RRIP_1991A", "IEEE_P1282", "IEEE_1282"};
    gsize length = size > 8 ? entry[4] : 0;
    if (length > 0 && 8 + length + entry[5] + entry[6] != size)
        sp_sectors_say(walk->in, offset, "the extension record's lengths do not add up");
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
        if (length == strlen(ids[i]) && size >= 8 + length &&
            memcmp(entry + 8, ids[i], length) == 0)
            walk->rock->has_rrip = TRUE;
}

static void read_px(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    if (size != 36 && size != 44) {
        sp_sectors_say(walk->in, offset, "a PX entry has %zu bytes, not 36 or 44", size);
        return;
    }
    walk->rock->has_posix = TRUE;
    walk->rock->mode = sp_sectors_both32(walk->in, entry, 4, offset);
    for (gsize at = 12; at < size; at += 8) /* links, uid, gid, serial */
        (void)sp_sectors_both32(walk->in, entry, at, offset);
}

/* Bits 0 creation, 1 modification, 2 access, 3 attributes, 4 backup, 5 expiration, 6 effective, and
 * 7: seventeen digits each instead of seven bytes. */
static void read_tf(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    gsize at = 5, width = size > 4 && (entry[4] & 0x80) != 0 ? 17 : 7;
    for (guint bit = 0; bit < 7 && size > 4; bit++) {
        if ((entry[4] & 1U << bit) == 0)
            continue;
        if (at + width > size)
            break;
        if (width == 7) {
            gint64 when = sp_sectors_time(walk->in, entry, at, offset);
            if (bit == 1)
                walk->rock->mtime = when;
            walk->rock->has_time = walk->rock->has_time || bit == 1;
        }
        at += width;
    }
    if (at != size)
        sp_sectors_say(walk->in, offset, "a TF entry's length is not that of its times");
}

static void read_nm(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    if (size < 5 || (entry[4] & ~1U) != 0) {
        sp_sectors_say(walk->in, offset, "an NM entry has flags no file has");
        return;
    }
    g_string_append_len(walk->rock->name, (const char *)entry + 5, (gssize)size - 5);
}

static void read_ce(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    if (size != 28 || walk->length != 0) {
        sp_sectors_say(walk->in, offset, "a CE entry is not one, or not the only one");
        return;
    }
    walk->block = sp_sectors_both32(walk->in, entry, 4, offset);
    walk->at = sp_sectors_both32(walk->in, entry, 12, offset);
    walk->length = sp_sectors_both32(walk->in, entry, 20, offset);
}

static void refuse(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    (void)size;
    sp_sectors_say(walk->in, offset, "has a system use entry '%c%c', which no pack needs",
                   g_ascii_isprint(entry[0]) ? entry[0] : '?',
                   g_ascii_isprint(entry[1]) ? entry[1] : '?');
}

static void pass(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    (void)walk;
    (void)entry;
    (void)size;
    (void)offset;
}

static const struct {
    char id[3];
    void (*read)(Walk *walk, const guint8 *entry, gsize size, gint64 offset);
} kinds[] = {{"SP", read_sp}, {"ER", read_er}, {"PX", read_px}, {"TF", read_tf}, {"NM", read_nm},
             {"CE", read_ce}, {"RR", pass},    {"PD", pass},    {"ES", pass},    {"AA", pass}};

/* FALSE at the end of the entries. */
static gboolean read_one(Walk *walk, const guint8 *entry, gsize left, gint64 offset)
{
    gsize size = left >= 4 ? entry[2] : 0;
    /* Up to three bytes fill up; more without an ST are not the end SUSP 4 wants. */
    if (left < 4 || memcmp(entry, "ST", 2) == 0) {
        gsize from = left >= 4 ? 4 : 0;
        sp_sectors_zero(walk->in, entry, from, left - from, offset);
        return FALSE;
    }
    if (size < 4 || size > left || entry[3] != 1) {
        sp_sectors_say(walk->in, offset, "a system use entry has a length or version of no sense");
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (memcmp(entry, kinds[i].id, 2) == 0) {
            kinds[i].read(walk, entry, size, offset);
            return TRUE;
        }
    refuse(walk, entry, size, offset);
    return TRUE;
}

static void read_area(Walk *walk, const guint8 *data, gsize size, gint64 offset)
{
    for (gsize at = 0; at < size; at += data[at + 2])
        if (!read_one(walk, data + at, size - at, offset + (gint64)at))
            return;
}

void sp_rock_read(SpRock *rock, SpSectors *in, const guint8 *data, gsize size, gint64 offset)
{
    Walk walk = {rock, in, 0, 0, 0};
    read_area(&walk, data, size, offset);
    for (guint i = 0; walk.length != 0; i++) {
        guint8 area[SP_SECTOR];
        gint64 from = walk.block * (gint64)SP_SECTOR + walk.at, length = walk.length;
        if (i == CONTINUED_MAX || walk.at + length > (gint64)SP_SECTOR ||
            !sp_sectors_read(in, from, area, (gsize)length)) {
            sp_sectors_say(in, offset, "the system use area goes on where nothing is");
            return;
        }
        walk.length = 0;
        read_area(&walk, area, (gsize)length, from);
    }
}
