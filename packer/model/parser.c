/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parser.h"

#include <string.h>

/* XenServer 9 is known to have 0.9.6 or later (multipath.md section 3). */
static const struct {
    const char *name;
    const char *from, *to; /* releases of XenServer; NULL: of multipath-tools itself */
    const char *xcp;       /* and of XCP-ng */
    gboolean shipped;
} parsers[SP_PARSERS] = {
    {"0.4.7", "5.5", "6.2", NULL, TRUE},   {"0.4.9-31", "6.5", "6.5", NULL, TRUE},
    {"0.4.9-86", "7.0", "7.6", "7", TRUE}, {"0.4.9-119", "8", "8", "8", TRUE},
    {"0.6.0", NULL, NULL, NULL, FALSE},    {"0.6.4", NULL, NULL, NULL, FALSE},
    {"0.7.0", NULL, NULL, NULL, FALSE},    {"0.7.4", NULL, NULL, NULL, FALSE},
    {"0.7.5", NULL, NULL, NULL, FALSE},    {"0.7.8", NULL, NULL, NULL, FALSE},
    {"0.8.0", NULL, NULL, NULL, FALSE},    {"0.8.4", NULL, NULL, NULL, FALSE},
    {"0.8.6", NULL, NULL, NULL, FALSE},    {"0.9.0", NULL, NULL, NULL, FALSE},
    {"0.9.6", NULL, NULL, NULL, TRUE},     {"0.9.9", NULL, NULL, NULL, TRUE},
    {"0.14.0", NULL, NULL, NULL, TRUE},    {"0.15.0", NULL, NULL, NULL, TRUE},
};

const char *sp_parser_name(SpParser parser)
{
    return parsers[parser].name;
}

gboolean sp_parser_is_shipped(SpParser parser)
{
    return parsers[parser].shipped;
}

/* Of the four whose releases are known. */
static void add_old(GString *out, SpParser first, SpParser last)
{
    const char *from = parsers[first].from, *to = parsers[last].to;
    g_string_append_printf(out, "XenServer %s", from);
    if (strcmp(from, to) != 0)
        g_string_append_printf(out, " to %s", to);
    const char *joint = ", XCP-ng ";
    for (SpParser p = first; p <= last; p++) {
        if (parsers[p].xcp == NULL)
            continue;
        g_string_append_printf(out, "%s%s", joint, parsers[p].xcp);
        joint = " and ";
    }
}

static void add_new(GString *out, SpParser first, SpParser last)
{
    gboolean from_start = first == SP_0_6_0, to_end = last + 1 == SP_PARSERS;
    g_string_append(out, "XenServer 9");
    if (from_start && to_end)
        return;
    g_string_append(out, " (multipath-tools ");
    if (from_start)
        g_string_append_printf(out, "before %s)", parsers[last + 1].name);
    else if (to_end)
        g_string_append_printf(out, "%s and later)", parsers[first].name);
    else
        g_string_append_printf(out, "%s to before %s)", parsers[first].name,
                               parsers[last + 1].name);
}

char *sp_parser_hosts(SpParser first, SpParser last)
{
    GString *out = g_string_new(NULL);
    if (first < SP_0_6_0)
        add_old(out, first, MIN(last, SP_0_4_9_119));
    if (first < SP_0_6_0 && last >= SP_0_6_0)
        g_string_append(out, ", ");
    if (last >= SP_0_6_0)
        add_new(out, MAX(first, SP_0_6_0), last);
    return g_string_free(out, FALSE);
}
