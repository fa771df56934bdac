/* SPDX-License-Identifier: MIT */
#include "config.h"
#include "devices.h"
#include "keyword.h"
#include "mpconf.h"
#include "shipped.h"

#include <stdlib.h>
#include <string.h>

const struct mp_setting *mp_find(const struct mp_section *section, const char *keyword)
{
    for (size_t i = section->count; i-- > 0;)
        if (strcmp(section->set[i].keyword, keyword) == 0)
            return &section->set[i];
    return NULL;
}

const char *mp_get(const struct mp_section *section, const char *keyword)
{
    const struct mp_setting *found = mp_find(section, keyword);
    return found ? found->value : NULL;
}

/* Names that mean the same: `checker` since 0.4.9, the `default_` ones until 0.9.0. */
static char *keyword_name(struct text keyword, enum mp_level level)
{
    if (text_is(keyword, "checker"))
        return xstrdup("path_checker");
    if (level == MP_DEFAULTS && text_starts(keyword, "default_"))
        keyword = text_sub(keyword, strlen("default_"), keyword.n);
    if (level == MP_DEFAULTS && text_is(keyword, "selector"))
        return xstrdup("path_selector");
    return text_dup(keyword);
}

static void add_setting(struct mp_section *s, const struct mp_reader *r)
{
    s->set = xgrow(s->set, (s->count + 1) * sizeof *s->set);
    s->set[s->count++] =
        (struct mp_setting){keyword_name(r->keyword, r->level), xstrdup(r->value), r->line, s};
}

static struct mp_section *add_section(struct mp_config *c, const struct mp_source *source,
                                      const struct mp_reader *r)
{
    struct mp_section *s = xalloc(sizeof *s);
    *s = (struct mp_section){
        .level = r->level,
        .exception = r->depth > 2 && r->stack[r->depth - 2].level == MP_EXCEPTIONS,
        .source = source,
        .line = r->line,
        .begin = r->begin,
        .end = source->text.n,
    };
    c->section = xgrow(c->section, (c->count + 1) * sizeof(void *));
    return c->section[c->count++] = s;
}

static void free_section(struct mp_section *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->set[i].keyword);
        free(s->set[i].value);
    }
    free(s->set);
    free(s);
}

/* Up to 0.4.8 a `devices` section makes the parser forget the devices of the one before. */
static void forget_devices(struct mp_config *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->section[i]->level == MP_DEVICE)
            free_section(c->section[i]);
        else
            c->section[kept++] = c->section[i];
    c->count = kept;
}

static void check_number(struct mp_config *c, const struct mp_source *source,
                         const struct mp_setting *set)
{
    if (!source->main || c->bad || !mp_rejects(c->parser, set->keyword, set->value))
        return;
    c->bad = source;
    c->bad_line = set->line;
    c->bad_reason = "this release's multipath rejects the file: an invalid number";
}

/* Of a modern parser's list, where "!" means all others. */
static bool compiles(const char *expression)
{
    return ere_search(ERE_GLIBC, expression + (*expression == '!'), "") != ERE_BAD;
}

/* A device of a list keeps what it has where one of its expressions does not compile. */
static bool loses_line(const struct mp_reader *r)
{
    return r->era == MP_MODERN && r->level == MP_LIST_DEVICE && !compiles(r->value);
}

static void read_source(struct mp_config *c, const struct mp_source *source)
{
    struct mp_reader r;
    struct mp_section *open[4] = {NULL};
    unsigned sections = 0;
    mp_open(&r, source->text, c->era);
    r.parser = c->parser;
    for (enum mp_event event; (event = mp_next(&r)) != MP_END;) {
        if (event == MP_OPEN) {
            if (c->era == MP_047 && sections != r.section_count)
                forget_devices(c);
            sections = r.section_count;
            open[r.depth - 1] = add_section(c, source, &r);
        } else if (event == MP_KEY) {
            if (loses_line(&r))
                continue;
            add_setting(open[r.depth - 1], &r);
            check_number(c, source, &open[r.depth - 1]->set[open[r.depth - 1]->count - 1]);
        } else {
            open[r.depth]->end = r.end;
            open[r.depth]->closed = true;
        }
    }
    if (c->era == MP_047 && sections != r.section_count)
        forget_devices(c);
    if (r.bad_line && source->main && !c->bad) {
        c->bad = source;
        c->bad_line = r.bad_line;
        c->bad_reason = r.bad_reason;
    }
}

static enum mp_owner owner_of(const struct mp_section *s, struct text of, const char *label,
                              bool drop_in)
{
    if (of.n)
        return text_is(of, label) ? MP_OURS : MP_OTHER_PACK;
    if (s->level != MP_DEVICE)
        return MP_ADMIN;
    return (drop_in ? s->source->main : shipped_device(s)) ? MP_SHIPPED : MP_ADMIN;
}

/* Modern parsers make a blacklist of each device's product_blacklist when all files are read, and
 * give up without a word where its expression, or the device's own, does not compile. */
static void check_rows(struct mp_config *c)
{
    for (size_t i = 0; c->era == MP_MODERN && i < c->table->count; i++) {
        const struct mp_row *row = &c->table->row[i];
        for (size_t k = 0; k < row->count && !c->bad; k++) {
            const struct mp_setting *set = row->set[k];
            if (strcmp(set->keyword, "product_blacklist") != 0 ||
                (compiles(set->value) && compiles(mp_get(row->device, "vendor"))))
                continue;
            c->bad = set->in->source;
            c->bad_line = set->line;
            c->bad_reason = "this release's multipath rejects all files: an expression that does "
                            "not compile, in or beside a product_blacklist";
        }
    }
}

void mp_config_read(struct mp_config *c, unsigned parser, bool drop_in, const char *label,
                    const struct mp_source *source, size_t count)
{
    *c = (struct mp_config){.parser = parser, .era = mp_era_of(parser)};
    for (size_t i = 0; i < count; i++) {
        c->has_main = c->has_main || source[i].main;
        read_source(c, &source[i]);
    }
    struct mp_labels labels = {0};
    for (size_t i = 0; i < c->count; i++) {
        struct mp_section *s = c->section[i];
        if (!i || s->source != c->section[i - 1]->source)
            labels = (struct mp_labels){.file = s->source->text};
        s->owner = owner_of(s, mp_label_at(&labels, s->begin), label, drop_in);
    }
    c->table = mp_table_make(c);
    check_rows(c);
}

void mp_config_free(struct mp_config *c)
{
    for (size_t i = 0; i < c->count; i++)
        free_section(c->section[i]);
    free(c->section);
    mp_table_free(c->table);
    *c = (struct mp_config){0};
}
