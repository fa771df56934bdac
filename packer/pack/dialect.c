/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dialect.h"

#include <string.h>

typedef struct {
    const SpStanza *stanza;
    SpDialect dialect;
    SpFindings *findings;
    GString *out;
} Derive;

/* group_by_tpg is a value, not a keyword, that only 0.9.6 and later know. */
static gboolean knows(const SpStanzaLine *line, SpDialect dialect)
{
    if (dialect == SP_EL7 && strcmp(line->keyword->name, "path_grouping_policy") == 0 &&
        strcmp(line->value, "group_by_tpg") == 0)
        return FALSE;
    return line->keyword->known[dialect];
}

static void note(const Derive *derive, SpSeverity severity, const char *rule, int line,
                 const char *format, ...) G_GNUC_PRINTF(5, 6);
static void note(const Derive *derive, SpSeverity severity, const char *rule, int line,
                 const char *format, ...)
{
    va_list args;
    va_start(args, format);
    SpFinding *finding = sp_findings_add_valist(derive->findings, severity, rule,
                                                derive->stanza->file, line, format, args);
    finding->dialect = (int)derive->dialect;
    va_end(args);
}

static void add_line(Derive *derive, const char *text)
{
    g_string_append(derive->out, text);
    g_string_append_c(derive->out, '\n');
}

/* A new setting under `model`: same indent, and the value in the same column where it fits. */
static void add_setting(Derive *derive, const SpStanzaLine *model, const char *name,
                        const char *value, const char *why)
{
    gsize indent = strspn(model->text, " \t");
    gsize word = strlen(model->keyword->name);
    gsize gap = strspn(model->text + indent + word, " \t");
    gsize width = word + gap;
    g_autofree char *margin = g_strndup(model->text, indent);
    gboolean tabs = memchr(model->text + indent + word, '\t', gap) != NULL;
    int pad = !tabs && width > strlen(name) ? (int)(width - strlen(name)) : 1;
    g_autofree char *text = g_strdup_printf("%s%s%*s%s", margin, name, pad, " ", value);
    add_line(derive, text);
    note(derive, SP_INFO, "dialect-added", model->number, "'%s %s' is added, %s", name, value, why);
}

static void drop_line(const Derive *derive, const SpStanzaLine *line)
{
    const char *why = line->keyword->why;
    note(derive, why != NULL ? SP_INFO : SP_WARNING, "dialect-dropped", line->number,
         "'%s %s' is left out, %s", line->keyword->name, line->value,
         why != NULL ? why : "not every parser of these hosts knows it");
}

static void derive_device(Derive *derive, const SpDevice *device)
{
    const SpStanzaLine *policy = sp_device_find(device, "path_grouping_policy");
    gboolean pin = derive->dialect == SP_EL10 && policy != NULL &&
                   strcmp(policy->value, "group_by_prio") != 0 &&
                   strcmp(policy->value, "group_by_tpg") != 0 &&
                   sp_device_find(device, "detect_pgpolicy") == NULL;
    gboolean rq = sp_device_find(device, "rr_min_io_rq") == NULL;
    for (guint i = 0; i < device->lines->len; i++) {
        const SpStanzaLine *line = device->lines->pdata[i];
        if (line->keyword != NULL && !knows(line, derive->dialect)) {
            drop_line(derive, line);
            continue;
        }
        add_line(derive, line->text);
        if (line->keyword == NULL)
            continue;
        if (rq && strcmp(line->keyword->name, "rr_min_io") == 0)
            add_setting(derive, line, "rr_min_io_rq", line->value,
                        "which request-based multipath reads instead");
        if (pin && line == policy)
            add_setting(derive, line, "detect_pgpolicy", "no",
                        "or the policy would be overridden on ALUA LUNs");
    }
}

GBytes *sp_dialect_derive(const SpStanza *stanza, SpDialect dialect, SpFindings *findings)
{
    Derive derive = {stanza, dialect, findings, g_string_new(NULL)};
    for (guint i = 0; i < stanza->devices->len; i++) {
        const SpDevice *device = stanza->devices->pdata[i];
        if (dialect != SP_EL5) {
            derive_device(&derive, device);
            continue;
        }
        for (guint k = 0; k < device->lines->len; k++)
            add_line(&derive, ((const SpStanzaLine *)device->lines->pdata[k])->text);
    }
    return g_string_free_to_bytes(derive.out);
}

void sp_dialect_check(const SpStanza *stanza, SpDialect dialect, SpFindings *findings)
{
    const Derive check = {stanza, dialect, findings, NULL};
    for (guint i = 0; i < stanza->devices->len; i++) {
        const SpDevice *device = stanza->devices->pdata[i];
        for (guint k = 0; k < device->lines->len; k++) {
            const SpStanzaLine *line = device->lines->pdata[k];
            if (line->keyword != NULL && !knows(line, dialect))
                note(&check, SP_BAD, "dialect-keyword", line->number,
                     "'%s %s' is not known to every parser of these hosts", line->keyword->name,
                     line->value);
        }
    }
}
