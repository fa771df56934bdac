/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "range.h"

#include <string.h>

#define PREFIX "stanza-"
#define LAST   9999 /* minor of a release that is given without */

/* "7" or "7.1" at *at, which moves behind it. */
static gboolean take_release(const char **at, int missing, int out[2])
{
    out[1] = missing;
    for (int i = 0; i < 2; i++) {
        gsize digits = strspn(*at, "0123456789");
        if (digits < 1 || digits > 4)
            return FALSE;
        out[i] = (int)g_ascii_strtoull(*at, NULL, 10);
        *at += digits;
        if (i == 1 || (*at)[0] != '.' || (*at)[1] == '.')
            return TRUE;
        (*at)++;
    }
    return TRUE;
}

static int order(const int a[2], const int b[2])
{
    return a[0] != b[0] ? a[0] - b[0] : a[1] - b[1];
}

static SpParser parser_of(const int release[2])
{
    if (release[0] >= 9)
        return SP_0_6_0;
    if (release[0] >= 7)
        return release[0] == 7 ? SP_0_4_9_86 : SP_0_4_9_119;
    return release[0] == 6 && release[1] >= 5 ? SP_0_4_9_31 : SP_0_4_7;
}

SpRange *sp_range_new(const char *key, const char **must)
{
    *must = NULL;
    if (!g_str_has_prefix(key, PREFIX) || !g_ascii_isdigit(key[strlen(PREFIX)]))
        return NULL;
    const char *at = key + strlen(PREFIX);
    SpRange range = {.name = NULL};
    gboolean good = take_release(&at, 0, range.from) && g_str_has_prefix(at, "..");
    at += good ? 2 : 0;
    good = good && take_release(&at, LAST, range.to) && *at == '\0';
    if (!good || order(range.from, range.to) > 0 || range.from[0] < 5) {
        *must = "must name two releases from 5 on, the older first: stanza-7.1..7.2";
        return NULL;
    }
    range.name = g_strdup(key + strlen(PREFIX));
    range.first = parser_of(range.from);
    range.last = range.to[0] >= 9 ? SP_0_15_0 : parser_of(range.to);
    return g_memdup2(&range, sizeof(range));
}

void sp_range_free(gpointer data)
{
    SpRange *range = data;
    if (range == NULL)
        return;
    g_free(range->name);
    g_free(range->path);
    for (int i = 0; i < SP_PARSERS; i++)
        g_clear_pointer(&range->text[i], g_bytes_unref);
    g_free(range);
}

gboolean sp_range_overlaps(const SpRange *a, const SpRange *b)
{
    return order(a->from, b->to) <= 0 && order(b->from, a->to) <= 0;
}

static SpParser owner(const SpRange *range, SpParser parser)
{
    SpParser first = range->first;
    while (first < parser && !g_bytes_equal(range->text[first], range->text[parser]))
        first++;
    return first;
}

gboolean sp_range_owns(const SpRange *range, SpParser parser)
{
    return owner(range, parser) == parser;
}

char *sp_range_file(const SpRange *range, SpParser parser)
{
    return g_strdup_printf("multipath-%s-%s.conf", range->name,
                           sp_parser_name(owner(range, parser)));
}

void sp_range_conf(const SpRange *range, GString *out)
{
    for (SpParser p = range->first; p <= range->last; p++) {
        if (p > range->first && g_bytes_equal(range->text[p], range->text[p - 1]))
            continue;
        g_autofree char *file = sp_range_file(range, p);
        g_string_append_printf(out, "stanza-release=%d.%d %d.%d %s %s\n", range->from[0],
                               range->from[1], range->to[0], range->to[1], sp_parser_name(p), file);
    }
}
