/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "delivery.h"

#include <string.h>

static gint by_line(gconstpointer a, gconstpointer b)
{
    const SpFate *x = *(SpFate *const *)a, *y = *(SpFate *const *)b;
    int files = strcmp(x->file, y->file);
    if (files != 0 || x->line != y->line)
        return files != 0 ? files : x->line - y->line;
    return x->first != y->first ? (gint)x->first - (gint)y->first
                                : strcmp(x->releases, y->releases);
}

/* Some known release of hosts is among them. */
static gboolean is_of_hosts(const SpFate *fate)
{
    gboolean any = FALSE;
    for (SpParser p = fate->first; p <= fate->last; p++)
        any = any || sp_parser_is_shipped(p);
    return any;
}

static gboolean same_line(const SpFate *a, const SpFate *b)
{
    return a->line == b->line && strcmp(a->file, b->file) == 0;
}

static void add_fate(GString *out, const char *indent, const SpFate *fate, gboolean alone)
{
    g_autofree char *hosts = alone ? g_strdup("all hosts") : sp_fate_hosts(fate);
    g_string_append_printf(out, "%s      %s: ", indent, hosts);
    if (fate->kind == SP_FATE_WRITTEN)
        g_string_append(out, "as written\n");
    else if (sp_fate_is_delivered(fate->kind))
        g_string_append_printf(out, "as '%s'%s\n", fate->text,
                               fate->kind == SP_FATE_ANOTHER ? ", which is not the same" : "");
    else
        g_string_append_printf(out, "left out, %s\n", fate->text);
}

/* Lines that all hosts get as written are told by the counts alone. */
static void add_lines(GString *out, const char *indent, const GPtrArray *fates)
{
    for (guint i = 0; i < fates->len;) {
        const SpFate *first = fates->pdata[i];
        guint end = i + 1;
        while (end < fates->len && same_line(first, fates->pdata[end]))
            end++;
        if (end > i + 1 || first->kind != SP_FATE_WRITTEN)
            g_string_append_printf(out, "%s  line %d, '%s'\n", indent, first->line, first->setting);
        for (; i < end; i++)
            if (end > i + 1 || fates->pdata[i] != first || first->kind != SP_FATE_WRITTEN)
                add_fate(out, indent, fates->pdata[i], fates->pdata[i] == first && end == i + 1);
    }
}

typedef struct {
    guint count[SP_FATES];
} Counts;

static gboolean is_of(const SpFate *fate, SpParser parser, const char *releases)
{
    return fate->first <= parser && parser <= fate->last && strcmp(fate->releases, releases) == 0;
}

static Counts count(const GPtrArray *fates, SpParser parser, const char *releases)
{
    Counts counts = {0};
    for (guint i = 0; i < fates->len; i++) {
        const SpFate *fate = fates->pdata[i];
        if (is_of(fate, parser, releases))
            counts.count[fate->kind]++;
    }
    return counts;
}

static void add_part(GString *out, const char *before, guint number, const char *what)
{
    if (number > 0)
        g_string_append_printf(out, "%s%u %s", before, number, what);
}

static void add_counts(GString *out, const char *indent, const char *hosts, const Counts *counts)
{
    const guint *n = counts->count;
    guint all = 0, lost = n[SP_FATE_UNKNOWN] + n[SP_FATE_NOWHERE] + n[SP_FATE_OMITTED];
    for (guint i = 0; i < SP_FATES; i++)
        all += n[i];
    g_string_append_printf(out, "%s  %s: %u of %u settings", indent, hosts,
                           n[SP_FATE_WRITTEN] + n[SP_FATE_OTHER_WORDS] + n[SP_FATE_ANOTHER], all);
    add_part(out, ", ", n[SP_FATE_OTHER_WORDS], "in words of their own");
    add_part(out, ", ", n[SP_FATE_ANOTHER], "not the same");
    add_part(out, "; left out: ", n[SP_FATE_NEEDLESS], "that they do without");
    add_part(out, n[SP_FATE_NEEDLESS] > 0 ? ", " : "; left out: ", n[SP_FATE_SM] + n[SP_FATE_SITE],
             "that XenServer or the site decides");
    add_part(out, n[SP_FATE_NEEDLESS] + n[SP_FATE_SM] + n[SP_FATE_SITE] > 0 ? ", " : "; left out: ",
             lost, "that they do not know");
    g_string_append_c(out, '\n');
}

/* Neighbours of one count are one row. */
static void add_hosts(GString *out, const char *indent, const GPtrArray *fates)
{
    Counts open = {0};
    SpParser first = SP_PARSERS, last = SP_PARSERS;
    for (SpParser p = SP_0_4_7; p <= SP_PARSERS; p++) {
        Counts counts = {0};
        gboolean told = p < SP_PARSERS && sp_parser_is_shipped(p);
        if (told)
            counts = count(fates, p, "");
        else if (p < SP_PARSERS)
            continue;
        if (first < SP_PARSERS && told && memcmp(&counts, &open, sizeof(open)) == 0) {
            last = p;
            continue;
        }
        static const Counts none = {0};
        if (first < SP_PARSERS && memcmp(&open, &none, sizeof(open)) != 0) {
            g_autofree char *hosts = sp_parser_hosts(first, last);
            add_counts(out, indent, hosts, &open);
        }
        open = counts;
        first = last = p;
    }
}

/* Releases with a text of their own, after the others. */
static void add_releases(GString *out, const char *indent, const GPtrArray *fates)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < fates->len; i++) {
        const SpFate *fate = fates->pdata[i];
        g_autofree char *key = g_strdup(fate->releases);
        if (key[0] == '\0' || !g_hash_table_add(seen, fate->releases))
            continue;
        g_autofree char *hosts = sp_fate_hosts(fate);
        Counts counts = count(fates, fate->first, fate->releases);
        add_counts(out, indent, hosts, &counts);
    }
}

char *sp_delivery_text(const SpDelivery *delivery, const char *indent)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GPtrArray) fates = g_ptr_array_new();
    for (guint i = 0; i < delivery->fates->len; i++)
        if (is_of_hosts(delivery->fates->pdata[i]))
            g_ptr_array_add(fates, delivery->fates->pdata[i]);
    g_ptr_array_sort(fates, by_line);
    add_hosts(out, indent, fates);
    add_releases(out, indent, fates);
    add_lines(out, indent, fates);
    return g_string_free(out, FALSE);
}
