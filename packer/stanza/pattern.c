/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pattern.h"

#include <regex.h>
#include <string.h>

/* The fields of INQUIRY, SPC-4 6.4.2. */
static const struct {
    const char *keyword;
    gsize width;
} fields[] = {{"vendor", 8}, {"product", 16}, {"revision", 4}};

/* What other makers' devices answer: a vendor pattern that hits one of them does so unseen. */
static const char *const others[] = {
    "3PARdata", "ATA",     "COMPELNT", "DELL",   "DGC",     "DataCore", "EMC",
    "FUJITSU",  "HITACHI", "HP",       "HPE",    "HUAWEI",  "IBM",      "IET",
    "INTEL",    "LIO-ORG", "LSI",      "MSFT",   "NEC",     "NETAPP",   "NEXENTA",
    "NEXSAN",   "NVME",    "Nimble",   "PURE",   "QEMU",    "SCST_BIO", "SGI",
    "STK",      "SUN",     "SYNOLOGY", "TEGILE", "TrueNAS", "VMware",   "XtremIO",
};

typedef struct {
    const SpStanza *stanza;
    SpFindings *findings;
    const SpStanzaLine *line;
} Judge;

static void note(const Judge *judge, SpSeverity severity, const char *rule, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
static void note(const Judge *judge, SpSeverity severity, const char *rule, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *shown = sp_shown(judge->line->value);
    sp_findings_add(judge->findings, severity, rule, judge->stanza->file, judge->line->number,
                    "%s '%s' %s", judge->line->keyword->name, shown, what);
}

static gboolean matches(const char *pattern, const char *text)
{
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return FALSE;
    gboolean hit = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return hit;
}

static gboolean matches_everything(const char *pattern)
{
    return matches(pattern, "") && matches(pattern, "~");
}

static gboolean is_literal(const char *pattern)
{
    return pattern[strcspn(pattern, "\\.[](){}*+?|^$")] == '\0';
}

/* Past a bracket expression that starts at `at`. */
static const char *skip_bracket(const char *at)
{
    at += at[1] == '^' ? 2 : 1;
    at += *at == ']' ? 1 : 0; /* first, it stands for itself */
    const char *end = strchr(at, ']');
    return end != NULL ? end + 1 : at + strlen(at);
}

#define SAMPLE_MAX 64 /* longer than any field of INQUIRY */

static gsize shortest(const char **at, GString *text);

static void add_sample(GString *text, const char *part, guint64 times)
{
    for (guint64 i = 0; i < times && text->len < SAMPLE_MAX; i++)
        g_string_append(text, part);
}

/* What stands for one atom without its quantifier; its length is added up by itself, as a text may
 * be cut. */
static gsize atom_of(const char **at, GString *part)
{
    const char *start = *at;
    if (*start == '(') {
        (*at)++;
        gsize length = shortest(at, part);
        *at += **at == ')' ? 1 : 0;
        return length;
    }
    if (*start == '[') {
        *at = skip_bracket(start);
        g_string_append_c(part, start[1] == '^' ? '~' : start[1]);
        return 1;
    }
    gboolean escaped = *start == '\\' && start[1] != '\0';
    *at += escaped ? 2 : 1;
    if (*start == '^' || *start == '$')
        return 0;
    g_string_append_c(part, escaped ? start[1] : *start == '.' ? 'x' : *start);
    return 1;
}

/* The fewest characters one atom with its quantifier takes; *at moves behind it. */
static gsize shortest_atom(const char **at, GString *text)
{
    g_autoptr(GString) part = g_string_new(NULL);
    gsize length = atom_of(at, part);
    guint64 times = 1;
    if (**at == '*' || **at == '?')
        times = 0;
    if (**at == '{') {
        times = g_ascii_strtoull(*at + 1, NULL, 10);
        *at += strcspn(*at, "}");
    }
    *at += **at != '\0' && strchr("*?+}", **at) != NULL ? 1 : 0;
    add_sample(text, part->str, part->len > 0 ? times : 0);
    return length * (gsize)times;
}

/* The fewest characters a pattern takes, up to its end or the ')' of its group, and such a text. */
static gsize shortest(const char **at, GString *text)
{
    gsize best = G_MAXSIZE, length = 0;
    g_autoptr(GString) one = g_string_new(NULL), least = g_string_new(NULL);
    for (;;) {
        gboolean end = **at == '\0' || **at == ')';
        if (!end && **at != '|') {
            length += shortest_atom(at, one);
            continue;
        }
        if (length < best)
            g_string_assign(least, one->str);
        best = MIN(best, length);
        length = 0;
        g_string_truncate(one, 0);
        if (end)
            break;
        (*at)++;
    }
    add_sample(text, least->str, 1);
    return best;
}

char *sp_pattern_sample(const char *pattern)
{
    g_autoptr(GString) text = g_string_new(NULL);
    (void)shortest(&pattern, text);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

gboolean sp_pattern_matches(const char *pattern, const char *text)
{
    return matches(pattern, text);
}

/* Signs that stand for something else than who wrote them tends to think. */
static void judge_signs(const Judge *judge)
{
    const char *pattern = judge->line->value;
    gboolean dot = FALSE, glob = FALSE;
    for (const char *at = pattern; *at != '\0';) {
        if (*at == '[') {
            at = skip_bracket(at);
            continue;
        }
        gboolean quantified = at[1] != '\0' && strchr("*+?{", at[1]) != NULL;
        dot = dot || (*at == '.' && !quantified);
        glob = glob || (g_ascii_isalnum(*at) && at[1] == '*');
        at += *at == '\\' && at[1] != '\0' ? 2 : 1;
    }
    if (dot)
        note(judge, SP_WARNING, "pattern-dot",
             "has a '.', which stands for any character; '[.]' stands for a dot");
    if (glob)
        note(judge, SP_WARNING, "pattern-glob",
             "has a '*' after a letter or digit, which may then be there any number of times or "
             "not at all; '.*' stands for any text");
    const char *bar = strchr(pattern, '|');
    if (pattern[0] == '^' && bar != NULL && strcspn(pattern, "([") > (gsize)(bar - pattern) &&
        bar[1] != '^')
        note(judge, SP_WARNING, "pattern-anchor",
             "pins only its first alternative to the start; '^(a|b)' pins both");
}

static void judge_width(const Judge *judge, gsize width)
{
    const char *pattern = judge->line->value, *at = pattern;
    g_autoptr(GString) text = g_string_new(NULL);
    gsize length = strlen(pattern), least = shortest(&at, text);
    if (least > width) {
        note(judge, SP_WARNING, "pattern-length",
             "takes at least %zu characters, but SCSI has only %zu: it never matches", least,
             width);
        return;
    }
    gboolean pinned = length > 1 && pattern[length - 1] == '$' && pattern[length - 2] != '*' &&
                      pattern[length - 2] != '\\';
    if (pinned && least < width)
        note(judge, SP_WARNING, "pattern-end",
             "ends at '$', but what it is compared with is filled with blanks to %zu characters; "
             "' *$' allows for them",
             width);
}

/* Is `name` in the pattern as a word of its own, and so meant? */
static gboolean names(const char *pattern, const char *name)
{
    gsize length = strlen(name);
    for (const char *at = strstr(pattern, name); at != NULL; at = strstr(at + 1, name))
        if ((at == pattern || !g_ascii_isalnum(at[-1])) && !g_ascii_isalnum(at[length]))
            return TRUE;
    return FALSE;
}

static void judge_vendor(const Judge *judge)
{
    const char *pattern = judge->line->value;
    if (matches_everything(pattern)) {
        note(judge, SP_WARNING, "pattern-everything", "matches every vendor, local disks too");
        return;
    }
    g_autoptr(GString) hit = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *padded = g_strdup_printf("%-8s", others[i]);
        if (matches(pattern, padded) && !names(pattern, others[i]))
            g_string_append_printf(hit, "%s'%s'", hit->len > 0 ? ", " : "", others[i]);
    }
    if (hit->len > 0)
        note(judge, SP_WARNING, "pattern-other-vendor", "also matches the devices of %s", hit->str);
}

static void judge_device(Judge *judge, const SpDevice *device)
{
    const SpStanzaLine *vendor = sp_device_find(device, "vendor");
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        judge->line = sp_device_find(device, fields[i].keyword);
        if (judge->line == NULL)
            continue;
        /* NVMe devices are called so, and their products have forty characters. */
        if (vendor == NULL || !matches(vendor->value, "NVME"))
            judge_width(judge, fields[i].width);
        judge_signs(judge);
        if (judge->line == vendor)
            judge_vendor(judge);
        else if (matches_everything(judge->line->value))
            note(judge, SP_INFO, "pattern-everything", "matches every %s of that vendor",
                 fields[i].keyword);
        else if (is_literal(judge->line->value) && strlen(judge->line->value) < fields[i].width)
            note(judge, SP_INFO, "pattern-unanchored",
                 "matches every %s that has it anywhere; '^' pins it to the start",
                 fields[i].keyword);
    }
}

static gboolean covers(const SpDevice *wide, const SpDevice *narrow)
{
    for (gsize i = 0; i < 2; i++) {
        const SpStanzaLine *a = sp_device_find(wide, fields[i].keyword);
        const SpStanzaLine *b = sp_device_find(narrow, fields[i].keyword);
        if (a == NULL || b == NULL || !is_literal(b->value) || !matches(a->value, b->value))
            return FALSE;
    }
    return TRUE;
}

/* Releases differ in which of two devices that match wins (multipath.md 1.3). */
static void judge_overlap(Judge *judge, const SpDevice *one, const SpDevice *other)
{
    if (!covers(one, other) && !covers(other, one))
        return;
    judge->line = sp_device_find(other, "product");
    if (judge->line != NULL)
        note(judge, SP_WARNING, "pattern-overlap",
             "and the device that starts on line %d match the same arrays; old releases take the "
             "first, later ones the last of them",
             ((const SpStanzaLine *)one->lines->pdata[0])->number);
}

void sp_pattern_judge(const SpStanza *stanza, SpFindings *findings)
{
    Judge judge = {stanza, findings, NULL};
    for (guint i = 0; i < stanza->devices->len; i++) {
        judge_device(&judge, stanza->devices->pdata[i]);
        for (guint k = 0; k < i; k++)
            judge_overlap(&judge, stanza->devices->pdata[k], stanza->devices->pdata[i]);
    }
}
