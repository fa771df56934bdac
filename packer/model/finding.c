/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding.h"
#include "parser.h"
#include "quote.h"

#include <string.h>

#define SHOWN_MAX 48
#define TEXT_MAX  ((gsize)1024)
#define ROOM      ((gsize)2 * 1024 * 1024)

static void free_finding(gpointer data)
{
    SpFinding *finding = data;
    g_free(finding->file);
    g_free(finding->text);
    g_free(finding);
}

SpFindings *sp_findings_new(void)
{
    SpFindings *findings = g_new0(SpFindings, 1);
    findings->all = g_ptr_array_new_with_free_func(free_finding);
    findings->room = ROOM;
    return findings;
}

void sp_findings_free(SpFindings *findings)
{
    if (findings == NULL)
        return;
    g_ptr_array_unref(findings->all);
    g_clear_pointer(&findings->newest, free_finding);
    g_free(findings);
}

/* In memory. */
static gsize size_of(const SpFinding *finding)
{
    return strlen(finding->file) + strlen(finding->text) + 2 * sizeof(*finding);
}

/* Where a letter ends. */
static void cut(char *text)
{
    if (strlen(text) <= TEXT_MAX)
        return;
    gsize at = TEXT_MAX;
    while (at > TEXT_MAX - 4 && ((guchar)text[at] & 0xc0) == 0x80)
        at--;
    memcpy(text + at, "...", sizeof("..."));
}

static void keep(SpFindings *findings, SpFinding *finding)
{
    g_clear_pointer(&findings->newest, free_finding);
    findings->bad += finding->severity == SP_BAD ? 1 : 0;
    gsize size = size_of(finding);
    if (size <= findings->room) {
        findings->room -= size;
        g_ptr_array_add(findings->all, finding);
    } else {
        findings->room = 0; /* nothing after it either, however small */
        findings->unlisted[finding->severity]++;
        findings->newest = finding;
    }
}

SpFinding *sp_findings_add_valist(SpFindings *findings, SpSeverity severity, const char *rule,
                                  const char *file, int line, const char *format, va_list args)
{
    SpFinding *finding = g_new0(SpFinding, 1);
    finding->severity = severity;
    finding->rule = rule;
    finding->file = g_strdup(file);
    finding->line = line;
    finding->parser = finding->last_parser = -1;
    finding->text = g_strdup_vprintf(format, args);
    cut(finding->text);
    keep(findings, finding);
    return finding;
}

void sp_findings_add(SpFindings *findings, SpSeverity severity, const char *rule, const char *file,
                     int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sp_findings_add_valist(findings, severity, rule, file, line, format, args);
    va_end(args);
}

void sp_findings_copy(SpFindings *findings, const SpFindings *from)
{
    for (guint i = 0; i < from->all->len; i++) {
        const SpFinding *met = from->all->pdata[i];
        sp_findings_add(findings, met->severity, met->rule, met->file, met->line, "%s", met->text);
    }
    for (SpSeverity severity = SP_INFO; severity <= SP_BAD; severity++)
        findings->unlisted[severity] += from->unlisted[severity];
    findings->bad += from->unlisted[SP_BAD];
}

guint sp_findings_unlisted(const SpFindings *findings)
{
    return findings->unlisted[SP_INFO] + findings->unlisted[SP_WARNING] +
           findings->unlisted[SP_BAD];
}

guint sp_findings_count(const SpFindings *findings, SpSeverity severity)
{
    guint count = findings->unlisted[severity];
    for (guint i = 0; i < findings->all->len; i++)
        count += ((const SpFinding *)findings->all->pdata[i])->severity == severity ? 1 : 0;
    return count;
}

void sp_findings_drop_last(SpFindings *findings)
{
    SpFinding *last = findings->newest;
    if (last != NULL)
        findings->unlisted[last->severity]--;
    else
        last = findings->all->pdata[findings->all->len - 1];
    findings->bad -= last->severity == SP_BAD ? 1 : 0;
    if (findings->newest != NULL) {
        g_clear_pointer(&findings->newest, free_finding);
    } else {
        findings->room += size_of(last);
        g_ptr_array_remove_index(findings->all, findings->all->len - 1);
    }
}

const char *sp_severity_word(SpSeverity severity)
{
    static const char *const words[] = {"info", "warning", "error"};
    return words[severity];
}

char *sp_finding_hosts(const SpFinding *finding)
{
    return finding->parser < 0
               ? g_strdup("")
               : sp_parser_hosts((SpParser)finding->parser, (SpParser)finding->last_parser);
}

char *sp_finding_text(const SpFinding *finding)
{
    g_autofree char *place = sp_quote_place(finding->file);
    GString *out = g_string_new(place);
    if (finding->line != 0)
        g_string_append_printf(out, ":%d", finding->line);
    g_autofree char *hosts = sp_finding_hosts(finding);
    if (hosts[0] != '\0')
        g_string_append_printf(out, ": %s", hosts);
    g_string_append_printf(out, ": %s [%s]", finding->text, finding->rule);
    return g_string_free(out, FALSE);
}

char *sp_shown(const char *value)
{
    GString *out = g_string_new(NULL);
    gsize length = strlen(value);
    for (gsize i = 0; i < MIN(length, SHOWN_MAX); i++) {
        if (g_ascii_isprint(value[i]))
            g_string_append_c(out, value[i]);
        else
            g_string_append_printf(out, "\\x%02x", (guchar)value[i]);
    }
    if (length > SHOWN_MAX)
        g_string_append(out, "...");
    return g_string_free(out, FALSE);
}
