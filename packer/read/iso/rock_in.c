/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rock_in.h"

#include <string.h>

#define CONTINUED_MAX 16 /* continuation areas of one record; Linux gives up at 32 */

typedef struct {
    SpRock *rock;
    SpSectors *in;
    SpRockPlace place;
    gint64 first;             /* where its first entry lies */
    guint seen;               /* kinds there are, bits of `kinds` */
    gboolean goes_on;         /* the last NM says that there is more of the name */
    int flags;                /* of RR; -1: there is none */
    gint64 block, at, length; /* of the continuation area; length 0 = none */
} Walk;

static void G_GNUC_PRINTF(3, 4) say(Walk *walk, gint64 offset, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    sp_sectors_breach(walk->in, SP_RULE_IMAGE_SUSP, offset, "%s", text);
}

void sp_rock_reset(SpRock *rock)
{
    rock->has_posix = rock->has_time = FALSE;
    rock->mode = 0;
    rock->mtime = 0;
    g_string_truncate(rock->name, 0);
}

/* Linux takes the skip of any SP it meets, for all records from then on. */
static void read_sp(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    if (size != 7 || entry[4] != 0xbe || entry[5] != 0xef)
        say(walk, offset, "the SUSP indicator is not one");
    else if (walk->place != SP_ROCK_ROOT || offset != walk->first)
        say(walk, offset, "the SUSP indicator is not the first thing in the root folder");
    else if (entry[6] != 0)
        say(walk, offset, "the SUSP indicator has %u bytes of each record skipped", entry[6]);
    walk->rock->has_susp = TRUE;
    walk->rock->skip = size == 7 ? entry[6] : 0;
}

static void read_er(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    static const char *const ids[] = {"RRIP_1991A", "IEEE_P1282", "IEEE_1282"};
    gsize length = size > 8 ? entry[4] : 0;
    gboolean is_rock = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
        is_rock = is_rock || (length == strlen(ids[i]) && size >= 8 + length &&
                              memcmp(entry + 8, ids[i], length) == 0);
    if (length == 0 || 8 + length + entry[5] + entry[6] != size)
        say(walk, offset, "the extension record's lengths do not add up");
    else if (!is_rock)
        say(walk, offset, "announces another extension than Rock Ridge");
    else if (walk->place != SP_ROCK_ROOT)
        say(walk, offset, "announces Rock Ridge elsewhere than in the root folder");
    walk->rock->has_rrip = walk->rock->has_rrip || is_rock;
}

static void read_px(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    if (size != 36 && size != 44) {
        say(walk, offset, "a PX entry has %zu bytes, not 36 or 44", size);
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
        say(walk, offset, "a TF entry's length is not that of its times");
}

/* A name may be in parts, all but the last of which say that it goes on. More of it than a reader
 * takes is not kept: records may lead from area to area, each with a part. */
static void read_nm(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    GString *name = walk->rock->name;
    /* RRIP 1.12 names a folder's first two "." and ".." by a flag; all readers pass over those. */
    if (walk->place != SP_ROCK_ENTRY && size == 5 && (entry[4] == 2 || entry[4] == 4))
        return;
    if (size < 5 || (entry[4] & ~1U) != 0) {
        say(walk, offset, "an NM entry has flags no file has");
        return;
    }
    if (walk->place != SP_ROCK_ENTRY)
        say(walk, offset, "a folder has a name inside of itself");
    if (name->len > 0 && !walk->goes_on)
        say(walk, offset, "has a second name");
    if (memchr(entry + 5, 0, size - 5) != NULL)
        say(walk, offset, "has a name with a zero byte in it");
    walk->goes_on = (entry[4] & 1) != 0;
    if (name->len <= SP_ROCK_NAME_MAX)
        g_string_append_len(name, (const char *)entry + 5, (gssize)size - 5);
}

static void read_ce(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    if (size != 28 || walk->length != 0) {
        say(walk, offset, "a CE entry is malformed, or there is more than one");
        return;
    }
    walk->block = sp_sectors_both32(walk->in, entry, 4, offset);
    walk->at = sp_sectors_both32(walk->in, entry, 12, offset);
    walk->length = sp_sectors_both32(walk->in, entry, 20, offset);
    if (walk->length == 0)
        say(walk, offset, "a CE entry leads to nothing");
}

static void read_rr(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    if (size != 5)
        say(walk, offset, "an RR entry has %zu bytes, not 5", size);
    else
        walk->flags = entry[4];
}

static void pass(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    (void)walk;
    (void)entry;
    (void)size;
    (void)offset;
}

/* RR (RRIP 1.09) says by `flag` that there is such an entry; Linux believes it. */
static const struct {
    char id[3];
    guint flag;
    gboolean may_repeat;
    void (*read)(Walk *walk, const guint8 *entry, gsize size, gint64 offset);
} kinds[] = {
    {"SP", 0, FALSE, read_sp},    {"ER", 0, FALSE, read_er},   {"PX", 0x01, FALSE, read_px},
    {"TF", 0x80, FALSE, read_tf}, {"NM", 0x08, TRUE, read_nm}, {"CE", 0, TRUE, read_ce},
    {"RR", 0, FALSE, read_rr},    {"PD", 0, TRUE, pass},       {"AA", 0, TRUE, pass}};

static void read_entry(Walk *walk, const guint8 *entry, gsize size, gint64 offset)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (memcmp(entry, kinds[i].id, 2) != 0)
            continue;
        if ((walk->seen & 1U << i) != 0 && !kinds[i].may_repeat)
            say(walk, offset, "has a second entry '%s'", kinds[i].id);
        walk->seen |= 1U << i;
        kinds[i].read(walk, entry, size, offset);
        return;
    }
    say(walk, offset, "has a system use entry '%c%c', which no pack needs",
        g_ascii_isprint(entry[0]) ? entry[0] : '?', g_ascii_isprint(entry[1]) ? entry[1] : '?');
}

/* FALSE at the end of the entries. Linux goes on behind an ST, libarchive forgets Rock Ridge there;
 * with three bytes or more behind the last entry Linux does not follow a CE before them. */
static gboolean read_one(Walk *walk, const guint8 *entry, gsize left, gint64 offset)
{
    gsize size = left >= 4 ? entry[2] : 0;
    if (left < 4) {
        sp_sectors_zero(walk->in, entry, 0, left, offset);
        if (left > 2)
            say(walk, offset, "has %zu bytes behind its last system use entry", left);
        return FALSE;
    }
    if (size < 4 || size > left || entry[3] != 1) {
        say(walk, offset, "a system use entry has an impossible length or version");
        return FALSE;
    }
    read_entry(walk, entry, size, offset);
    return TRUE;
}

static void read_area(Walk *walk, const guint8 *data, gsize size, gint64 offset)
{
    for (gsize at = 0; at < size; at += data[at + 2])
        if (!read_one(walk, data + at, size - at, offset + (gint64)at))
            return;
}

static void check(Walk *walk, gint64 offset)
{
    guint told = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        told |= (walk->seen & 1U << i) != 0 ? kinds[i].flag : 0;
    if (walk->flags >= 0 && (guint)walk->flags != told)
        say(walk, offset, "its RR entry tells of other entries (0x%02x) than there are (0x%02x)",
            (guint)walk->flags, told);
    if (walk->goes_on)
        say(walk, offset, "its name is marked as continued, and there is no continuation");
}

void sp_rock_read(SpRock *rock, SpSectors *in, const guint8 *data, gsize size, gint64 offset,
                  SpRockPlace place)
{
    Walk walk = {.rock = rock, .in = in, .place = place, .first = offset, .flags = -1};
    read_area(&walk, data, size, offset);
    for (guint i = 0; walk.length != 0 && in->refused == NULL; i++) {
        guint8 area[SP_SECTOR];
        gint64 from = walk.block * (gint64)SP_SECTOR + walk.at, length = walk.length;
        if (i == CONTINUED_MAX || walk.at + length > (gint64)SP_SECTOR ||
            !sp_sectors_read(in, from, area, (gsize)length)) {
            say(&walk, offset, "the system use area goes on where nothing is");
            in->volume->is_whole = FALSE;
            return;
        }
        in->continued += in->is_quiet ? 0 : length;
        if (in->continued > in->volume->size)
            sp_sectors_refuse(in, "its records go on for more bytes than it has itself");
        sp_sectors_claim(in, from, length, FALSE);
        walk.length = 0;
        read_area(&walk, area, (gsize)length, from);
    }
    check(&walk, offset);
}
