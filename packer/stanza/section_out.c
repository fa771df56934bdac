/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "section_out.h"
#include "dialect.h"

#include <string.h>

typedef struct {
    const SpStanza *stanza;
    const SpTelling *telling;
    SpSection section;
    GString *out;
} Put;

/* In quotes unless every parser reads it as one word without. */
static void add(const Put *put, const char *margin, const char *name, const char *value)
{
    gboolean bare = TRUE;
    for (const char *at = value; *at != '\0'; at++)
        bare = bare && (g_ascii_isalnum(*at) || *at == '_' || *at == '-');
    const char *quote = bare ? "" : "\"";
    g_string_append_printf(put->out, "%s%s %s%s%s\n", margin, name, quote, value, quote);
}

static void drop(const Put *put, const SpStanzaLine *line, SpSeverity severity, const char *why)
{
    sp_tell(put->telling, severity, "dialect-dropped", line->number,
            "'%s %s' of the section '%s' is left out, %s", line->name, line->value,
            sp_section_name(put->section), why);
    sp_tell_fate(put->telling, line->number, line->name, line->value,
                 severity == SP_INFO ? SP_FATE_NEEDLESS : SP_FATE_UNKNOWN, why);
}

static void replace(const Put *put, const SpStanzaLine *line, const char *name, const char *value,
                    SpSeverity severity, const char *why)
{
    g_autofree char *words = g_strdup_printf("%s %s", name, value);
    add(put, "\t", name, value);
    sp_tell(put->telling, severity, "dialect-replaced", line->number,
            "'%s %s' of the section '%s' becomes '%s', %s", line->name, line->value,
            sp_section_name(put->section), words, why);
    sp_tell_fate(put->telling, line->number, line->name, line->value,
                 severity == SP_INFO ? SP_FATE_OTHER_WORDS : SP_FATE_ANOTHER, words);
}

static const SpStanzaLine *find(const Put *put, const char *keyword)
{
    const GPtrArray *lines = put->stanza->sections[put->section];
    for (guint i = 0; i < lines->len; i++) {
        const SpStanzaLine *line = lines->pdata[i];
        if (line->keyword != NULL && strcmp(line->keyword->name, keyword) == 0)
            return line;
    }
    return NULL;
}

/* The keyword as this parser calls it in this section, or NULL. */
static const char *word_of(const Put *put, const char *name)
{
    const SpKeyword *keyword = sp_section_keyword(put->section, name);
    return keyword != NULL ? sp_section_word(put->section, keyword, put->telling->parser) : NULL;
}

static void put_unknown(const Put *put, const SpStanzaLine *line)
{
    const SpKeyword *keyword = line->keyword;
    const char *alias = keyword->alias != NULL ? word_of(put, keyword->alias) : NULL;
    const char *name = keyword->name;
    gboolean callout = strcmp(name, "prio_callout") == 0, prio = strcmp(name, "prio") == 0;
    g_autofree char *program = prio ? sp_dialect_callout(line->value) : NULL;
    const char *value = callout ? sp_dialect_prio(line->value) : prio ? program : line->value;
    if (!sp_section_is_known(put->section, put->telling->parser))
        drop(put, line, SP_WARNING, "these hosts have no such section");
    else if (alias != NULL && find(put, keyword->alias) != NULL)
        drop(put, line, SP_INFO, "another line stands for it");
    else if (alias != NULL && value != NULL)
        replace(put, line, alias, value, SP_INFO, "as these hosts know it");
    else if (keyword->why != NULL)
        drop(put, line, SP_INFO, keyword->why);
    else if (keyword->idle != NULL && strcmp(keyword->idle, line->value) == 0)
        drop(put, line, SP_INFO, "which these hosts do without knowing the keyword");
    else
        drop(put, line, SP_WARNING, "these hosts do not know the keyword there");
}

static void put_setting(const Put *put, const SpStanzaLine *line)
{
    g_assert(line->value != NULL); /* every setting has one */
    SpParser parser = put->telling->parser;
    const char *word = sp_section_word(put->section, line->keyword, parser);
    const SpValue *row = sp_keyword_value_unknown(line->keyword, line->value, parser);
    if (word == NULL) {
        put_unknown(put, line);
        return;
    }
    if (row != NULL && row->instead == NULL) {
        drop(put, line, row->same ? SP_INFO : SP_WARNING, row->why);
        return;
    }
    if (row != NULL) {
        const SpValue *next = sp_keyword_value_unknown(line->keyword, row->instead, parser);
        const char *value = next != NULL && next->instead != NULL ? next->instead : row->instead;
        replace(put, line, word, value, row->same ? SP_INFO : SP_WARNING, row->why);
    } else if (strcmp(word, line->name) != 0) {
        replace(put, line, word, line->value, SP_INFO, "as these hosts know it");
    } else {
        add(put, "\t", word, line->value);
        sp_tell_fate(put->telling, line->number, line->name, line->value, SP_FATE_WRITTEN, "");
    }
    const char *requests = strcmp(word, "rr_min_io") == 0 ? word_of(put, "rr_min_io_rq") : NULL;
    if (requests != NULL && find(put, requests) == NULL)
        add(put, "\t", requests, line->value);
}

static void put_listed(const Put *put, const SpStanzaLine *line)
{
    if (!sp_section_is_known(put->section, put->telling->parser)) {
        drop(put, line, SP_WARNING, "these hosts have no such section");
        return;
    }
    if (line->product != NULL) {
        g_string_append(put->out, "\tdevice {\n");
        add(put, "\t\t", "vendor", line->value);
        add(put, "\t\t", "product", line->product);
        g_string_append(put->out, "\t}\n");
    } else {
        add(put, "\t", line->name, line->value);
    }
    sp_tell_fate(put->telling, line->number, line->name, line->value, SP_FATE_WRITTEN, "");
}

void sp_sections_put(GString *out, const SpStanza *stanza, const SpTelling *telling)
{
    for (SpSection section = SP_DEFAULTS; section < SP_SECTIONS; section++) {
        const GPtrArray *lines = stanza->sections[section];
        g_autoptr(GString) body = g_string_new(NULL);
        const Put put = {stanza, telling, section, body};
        for (guint i = 0; i < lines->len; i++) {
            const SpStanzaLine *line = lines->pdata[i];
            if (line->never != NULL)
                sp_tell_fate(telling, line->number, line->name, line->value, line->fate,
                             line->never);
            else if (section == SP_DEFAULTS || section == SP_OVERRIDES)
                put_setting(&put, line);
            else
                put_listed(&put, line);
        }
        if (body->len > 0)
            g_string_append_printf(out, "%s {\n%s}\n", sp_section_name(section), body->str);
    }
    for (guint i = 0; i < stanza->others->len; i++) {
        const SpStanzaLine *line = stanza->others->pdata[i];
        sp_tell_fate(telling, line->number, line->name, line->value, line->fate, line->never);
    }
}
