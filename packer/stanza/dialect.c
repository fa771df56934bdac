/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dialect.h"
#include "section_out.h"

#include <string.h>

typedef struct {
    const SpStanza *stanza;
    const SpDevice *device;
    SpParser parser;
    SpTelling telling;
    GString *out;
} Derive;

static void add_line(Derive *derive, const char *text)
{
    g_string_append(derive->out, text);
    g_string_append_c(derive->out, '\n');
}

/* A setting in the place of `model`, or under it: same indent, and the value in the same column
 * where it fits. */
static void add_setting(Derive *derive, const SpStanzaLine *model, const char *name,
                        const char *value)
{
    g_assert(model->keyword != NULL); /* a line without one is copied as it is */
    gsize indent = strspn(model->text, " \t");
    gsize word = strlen(model->name);
    gsize gap = strspn(model->text + indent + word, " \t");
    gsize width = word + gap;
    g_autofree char *margin = g_strndup(model->text, indent);
    gboolean tabs = memchr(model->text + indent + word, '\t', gap) != NULL;
    int pad = !tabs && gap > 1 && width > strlen(name) ? (int)(width - strlen(name)) : 1;
    gboolean quoted = strchr(value, ' ') != NULL || strcmp(name, "features") == 0;
    const char *quote = quoted ? "\"" : "";
    g_autofree char *text =
        g_strdup_printf("%s%s%*s%s%s%s", margin, name, pad, " ", quote, value, quote);
    add_line(derive, text);
}

static void add_beside(Derive *derive, const SpStanzaLine *model, const char *name,
                       const char *value, const char *why)
{
    add_setting(derive, model, name, value);
    sp_tell(&derive->telling, SP_INFO, "dialect-added", model->number, "'%s %s' is added, %s", name,
            value, why);
}

static void replace(Derive *derive, const SpStanzaLine *line, const char *name, const char *value,
                    SpSeverity severity, const char *why)
{
    g_autofree char *words = g_strdup_printf("%s %s", name, value);
    add_setting(derive, line, name, value);
    sp_tell(&derive->telling, severity, "dialect-replaced", line->number,
            "'%s %s' becomes '%s', %s", line->keyword->name, line->value, words, why);
    sp_tell_fate(&derive->telling, line->number, line->name, line->value,
                 severity == SP_INFO ? SP_FATE_OTHER_WORDS : SP_FATE_ANOTHER, words);
}

static void drop(const Derive *derive, const SpStanzaLine *line, SpSeverity severity,
                 const char *why)
{
    sp_tell(&derive->telling, severity, "dialect-dropped", line->number, "'%s %s' is left out, %s",
            line->keyword->name, line->value, why);
    sp_tell_fate(&derive->telling, line->number, line->name, line->value,
                 severity == SP_INFO ? SP_FATE_NEEDLESS : SP_FATE_UNKNOWN, why);
}

static gboolean has_known(const Derive *derive, const char *name)
{
    const SpStanzaLine *line = sp_device_find(derive->device, name);
    return line != NULL && sp_keyword_is_known(line->keyword, derive->parser);
}

static gboolean knows(SpParser parser, const char *name)
{
    return sp_keyword_is_known(sp_keyword_find(name), parser);
}

/* The programs of 0.4.8 and before, and the `prio` that does the same (parsers-2.md P7; the last
 * four are called otherwise). The first four have one name in all releases of the time. */
#define SURE 4
static const char *const programs[][2] = {
    {"mpath_prio_alua", "alua"},
    {"mpath_prio_emc", "emc"},
    {"mpath_prio_rdac", "rdac"},
    {"mpath_prio_hp_sw", "hp_sw"},
    {"mpath_prio_random", "random"},
    {"mpath_prio_ontap", "ontap"},
    {"mpath_prio_netapp", "ontap"},
    {"mpath_prio_hds_modular", "hds"},
    {"none", "const"},
};

const char *sp_dialect_prio(const char *callout)
{
    gsize length = strcspn(callout, " ");
    g_autofree char *path = g_strndup(callout, length);
    g_autofree char *name = g_path_get_basename(path);
    if (strstr(callout + length, " -") != NULL)
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++)
        if (strcmp(name, programs[i][0]) == 0)
            return programs[i][1];
    return NULL;
}

char *sp_dialect_callout(const char *prio)
{
    for (gsize i = 0; i < SURE; i++)
        if (strcmp(programs[i][1], prio) == 0)
            return g_strdup_printf("/sbin/%s /dev/%%n", programs[i][0]);
    return NULL;
}

/* A keyword this parser does not know. */
static void put_unknown(Derive *derive, const SpStanzaLine *line)
{
    const SpKeyword *keyword = line->keyword;
    const char *alias = keyword->alias;
    gboolean callout = strcmp(keyword->name, "prio_callout") == 0;
    const char *prio = callout ? sp_dialect_prio(line->value) : NULL;
    g_autofree char *program =
        strcmp(keyword->name, "prio") == 0 ? sp_dialect_callout(line->value) : NULL;
    if (alias != NULL && has_known(derive, alias)) {
        g_autofree char *why = g_strdup_printf("'%s' stands for it", alias);
        drop(derive, line, SP_INFO, why);
    } else if (prio != NULL) {
        replace(derive, line, "prio", prio, SP_INFO, "as these hosts know it");
    } else if (program != NULL) {
        replace(derive, line, "prio_callout", program, SP_INFO, "as these hosts know it");
    } else if (alias != NULL && !callout && strcmp(keyword->name, "prio") != 0 &&
               knows(derive->parser, alias)) {
        replace(derive, line, alias, line->value, SP_INFO, "as these hosts know it");
    } else if (keyword->why != NULL) {
        drop(derive, line, SP_INFO, keyword->why);
    } else if (keyword->idle != NULL && strcmp(keyword->idle, line->value) == 0) {
        drop(derive, line, SP_INFO, "which these hosts do without knowing the keyword");
    } else {
        drop(derive, line, SP_WARNING,
             keyword->lost != NULL ? keyword->lost : "these hosts do not know the keyword");
    }
}

/* A value this parser, or its kernel, does not know. */
static void put_unknown_value(Derive *derive, const SpStanzaLine *line, const SpValue *row)
{
    SpSeverity severity = row->same ? SP_INFO : SP_WARNING;
    if (row->instead == NULL) {
        drop(derive, line, severity, row->why);
        return;
    }
    const char *value = row->instead;
    for (const SpValue *next = sp_keyword_value_unknown(line->keyword, value, derive->parser);
         next != NULL && next->instead != NULL;
         next = sp_keyword_value_unknown(line->keyword, value, derive->parser))
        value = next->instead;
    replace(derive, line, line->keyword->name, value, severity, row->why);
}

/* `features` that ask to queue, where nothing else says for how long: 0.8 and later complain as
 * soon as another device of the same names stands beside this one, a built-in one too
 * (tests/parsers). */
static gboolean queues_alone(const Derive *derive, const SpStanzaLine *line)
{
    return derive->parser >= SP_0_8_0 && strcmp(line->keyword->name, "features") == 0 &&
           strstr(line->value, "queue_if_no_path") != NULL &&
           sp_device_find(derive->device, "no_path_retry") == NULL;
}

static void put_queue(Derive *derive, const SpStanzaLine *line)
{
    g_auto(GStrv) words = g_strsplit_set(line->value, " \t", -1);
    g_autoptr(GString) others = g_string_new(NULL);
    int count = 0;
    for (guint i = 1; words[i] != NULL; i++)
        if (*words[i] != '\0' && strcmp(words[i], "queue_if_no_path") != 0) {
            g_string_append_printf(others, " %s", words[i]);
            count++;
        }
    g_autofree char *value = g_strdup_printf("%d%s", count, others->str);
    replace(derive, line, "features", value, SP_INFO, "as 'no_path_retry' says the rest");
    add_beside(derive, line, "no_path_retry", "queue", "which is what 'queue_if_no_path' means");
}

static void put_line(Derive *derive, const SpStanzaLine *line)
{
    const SpKeyword *keyword = line->keyword;
    if (line->never != NULL) {
        sp_tell_fate(&derive->telling, line->number, line->name, line->value, line->fate,
                     line->never);
        return;
    }
    if (keyword != NULL && !sp_keyword_is_known(keyword, derive->parser)) {
        put_unknown(derive, line);
        return;
    }
    if (keyword != NULL && queues_alone(derive, line)) {
        put_queue(derive, line);
        return;
    }
    const SpValue *row =
        keyword != NULL ? sp_keyword_value_unknown(keyword, line->value, derive->parser) : NULL;
    if (row != NULL) {
        put_unknown_value(derive, line, row);
        return;
    }
    if (keyword != NULL && strcmp(line->name, keyword->name) != 0) {
        replace(derive, line, keyword->name, line->value, SP_INFO,
                "as releases know it in a device");
        return;
    }
    add_line(derive, line->text);
    if (keyword != NULL)
        sp_tell_fate(&derive->telling, line->number, line->name, line->value, SP_FATE_WRITTEN, "");
}

/* What goes beside a line that was put, see the header. */
static void put_beside(Derive *derive, const SpStanzaLine *line)
{
    SpParser parser = derive->parser;
    const char *name = line->keyword->name;
    if (strcmp(name, "rr_min_io") == 0 && knows(parser, "rr_min_io") &&
        knows(parser, "rr_min_io_rq") && sp_device_find(derive->device, "rr_min_io_rq") == NULL)
        add_beside(derive, line, "rr_min_io_rq", line->value,
                   "which request-based multipath reads instead");
    if (strcmp(name, "path_grouping_policy") == 0 && knows(parser, "detect_pgpolicy") &&
        strcmp(line->value, "group_by_prio") != 0 && strcmp(line->value, "group_by_tpg") != 0 &&
        sp_device_find(derive->device, "detect_pgpolicy") == NULL)
        add_beside(derive, line, "detect_pgpolicy", "no",
                   "or the policy would be overridden on ALUA LUNs");
}

static const SpStanzaLine *last_setting(const SpDevice *device)
{
    const SpStanzaLine *last = NULL;
    for (guint i = 0; i < device->lines->len; i++) {
        const SpStanzaLine *line = device->lines->pdata[i];
        if (line->keyword != NULL)
            last = line;
    }
    return last;
}

static void put_features(Derive *derive, const SpStanzaLine *model)
{
    if (derive->parser == SP_0_4_9_86 && sp_device_find(derive->device, "features") == NULL)
        add_beside(derive, model, "features", "0",
                   "without which this version can crash where another device matches too");
}

GBytes *sp_dialect_derive(const SpStanza *stanza, SpParser parser, SpFindings *findings,
                          SpDelivery *delivery)
{
    Derive derive = {
        stanza, NULL, parser, {stanza->file, parser, findings, delivery}, g_string_new(NULL)};
    for (guint i = 0; i < stanza->devices->len; i++) {
        derive.device = stanza->devices->pdata[i];
        const SpStanzaLine *last = last_setting(derive.device);
        for (guint k = 0; k < derive.device->lines->len; k++) {
            const SpStanzaLine *line = derive.device->lines->pdata[k];
            put_line(&derive, line);
            if (line->keyword != NULL && line->never == NULL)
                put_beside(&derive, line);
            if (line == last)
                put_features(&derive, line);
        }
    }
    sp_sections_put(derive.out, derive.stanza, &derive.telling);
    return g_string_free_to_bytes(derive.out);
}

static gboolean takes(const SpStanzaLine *line, SpParser parser)
{
    return line->keyword == NULL || line->never != NULL ||
           (sp_keyword_is_known(line->keyword, parser) &&
            sp_keyword_value_unknown(line->keyword, line->value, parser) == NULL);
}

GBytes *sp_dialect_take(const SpStanza *hand, SpParser first, SpParser parser, SpFindings *findings,
                        SpDelivery *delivery)
{
    Derive derive = {
        hand, NULL, parser, {hand->file, parser, findings, delivery}, g_string_new(NULL)};
    for (guint i = 0; i < hand->devices->len; i++) {
        derive.device = hand->devices->pdata[i];
        const SpStanzaLine *last = last_setting(derive.device);
        for (guint k = 0; k < derive.device->lines->len; k++) {
            const SpStanzaLine *line = derive.device->lines->pdata[k];
            if (takes(line, first))
                put_line(&derive, line);
            else if (parser == first)
                sp_tell(&derive.telling, SP_BAD, "dialect-keyword", line->number,
                        "'%s %s' is not known to every parser of these hosts", line->keyword->name,
                        line->value);
            if (line == last)
                put_features(&derive, line);
        }
    }
    sp_sections_put(derive.out, derive.stanza, &derive.telling);
    return g_string_free_to_bytes(derive.out);
}
