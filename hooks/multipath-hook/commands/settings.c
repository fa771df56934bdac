/* SPDX-License-Identifier: MIT */
/* What the pack says beside its devices, and what of it makes way for others on this host. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#define MAKES_WAY "# not used: "

static const struct {
    const char *name;
    enum mp_level level;
} sections[] = {
    {"defaults", MP_DEFAULTS},
    {"blacklist", MP_BLACKLIST},
    {"blacklist_exceptions", MP_EXCEPTIONS},
    {"overrides", MP_OVERRIDES},
};

/* Behind the device blocks the first line without a blank in front that opens one of them. */
void plan_split(struct plan *plan)
{
    struct text stanza = text_buf(&plan->stanza), line;
    for (size_t at = 0, begin = 0; text_line(stanza, &at, &line); begin = at)
        for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
            size_t n = strlen(sections[i].name);
            if (!text_starts(line, sections[i].name) || line.n < n + 2 || line.p[n] != ' ' ||
                line.p[n + 1] != '{')
                continue;
            buf_text(&plan->settings, text_sub(stanza, begin, stanza.n));
            plan->stanza.n = begin;
            return;
        }
}

/* What the section counts as: a list's device as the list. */
static enum mp_level level_of(const struct mp_section *s)
{
    if (s->level == MP_LIST_DEVICE)
        return s->exception ? MP_EXCEPTIONS : MP_BLACKLIST;
    return s->level;
}

static bool is_list(enum mp_level level)
{
    return level == MP_BLACKLIST || level == MP_EXCEPTIONS;
}

const char *plan_section_name(const struct mp_section *section)
{
    size_t i = 0;
    while (i + 1 < sizeof sections / sizeof *sections && sections[i].level != level_of(section))
        i++;
    return sections[i].name;
}

/* Another's explicit value of the keyword; where there is a config_dir the main file is the
 * release's own, which a vendor's text is meant to supersede, as with devices. */
static const struct mp_setting *set_by_other(const struct plan *plan, const struct mp_config *c,
                                             const struct mp_setting *wanted)
{
    const struct mp_setting *found = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const struct mp_section *s = c->section[i];
        const struct mp_setting *set = mp_find(s, wanted->keyword);
        if (!set || s->level != wanted->in->level || s->owner == MP_OURS ||
            (s->source->main && plan->host.drop_in))
            continue;
        /* A second pack of the same value needs its own when the first one goes. */
        if (s->owner == MP_OTHER_PACK && strcmp(set->value, wanted->value) == 0)
            continue;
        found = set;
    }
    return found;
}

/* Up to el6 a second list makes the parser forget the first (0.4.7 to 0.4.9, libmultipath/dict.c:
 * blacklist_handler), and SM writes exceptions of its own into the first it finds. */
static const char *barred(const struct plan *plan, const struct mp_config *c,
                          const struct mp_setting *wanted)
{
    enum mp_level level = level_of(wanted->in);
    if (!is_list(level) || plan->host.era > MP_049)
        return NULL;
    if (level == MP_EXCEPTIONS)
        return "this release's storage manager writes its own exceptions into such a section";
    for (size_t i = 0; i < c->count; i++)
        if (level_of(c->section[i]) == level && c->section[i]->owner != MP_OURS)
            return "this release reads one list alone, and the host has its own";
    return NULL;
}

/* "# not used: defaults polling_interval 20" in a block of another pack. */
static void find_rival(const struct plan *plan, struct plan_setting *setting)
{
    struct text line, word, rest;
    for (size_t i = 0; i < plan->count; i++) {
        struct text base = text_buf(&plan->edits[i].base);
        struct mp_labels labels = {.file = base};
        for (size_t at = 0, begin = 0; text_line(base, &at, &line); begin = at) {
            line = text_trim(line);
            if (!text_starts(line, MAKES_WAY))
                continue;
            char value[MP_VALUE];
            line = text_sub(line, strlen(MAKES_WAY), line.n);
            word = mp_first_token(plan->host.era, line, &rest);
            if (!text_is(word, plan_section_name(setting->wanted->in)))
                continue;
            word = mp_first_token(plan->host.era, rest, &rest);
            mp_token_value(plan->host.era, word, rest, value);
            struct text by = mp_label_at(&labels, begin);
            if (!by.n || !text_is(word, setting->wanted->keyword) ||
                strcmp(value, setting->wanted->value) == 0)
                continue;
            text_print(setting->rival, sizeof setting->rival, "%s", value);
            text_print(setting->rival_by, sizeof setting->rival_by, "%.*s", (int)by.n, by.p);
            text_print(setting->rival_at, sizeof setting->rival_at, "%s", plan->edits[i].path);
        }
    }
}

static bool makes_way(const struct plan *plan, unsigned line)
{
    for (size_t i = 0; i < plan->setting_count; i++) {
        const struct plan_setting *s = &plan->setting[i];
        if (s->wanted->line == line && s->instead)
            return true;
    }
    return false;
}

/* The list that cannot be delivered and has this line of the pack's text. */
static bool in_barred(const struct plan *plan, size_t at)
{
    for (size_t i = 0; i < plan->setting_count; i++) {
        const struct mp_section *in = plan->setting[i].wanted->in;
        if (plan->setting[i].barred)
            for (size_t k = 0; k < plan->wanted.count; k++) {
                const struct mp_section *s = plan->wanted.section[k];
                if (s->level == level_of(in) && at >= s->begin && at < s->end)
                    return true;
            }
    }
    return false;
}

static void write_delivered(struct plan *plan)
{
    struct text all = text_buf(&plan->section), line;
    size_t from = strlen(PLAN_OPENING) + plan->stanza.n + strlen("}\n");
    unsigned number = 0;
    const char *section = "";
    plan->delivered.n = 0;
    for (size_t at = 0, begin = 0; text_line(all, &at, &line); begin = at) {
        number++;
        if (begin < from || in_barred(plan, begin))
            continue;
        for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
            if (line.p[0] != '\t' && text_starts(line, sections[i].name))
                section = sections[i].name; /* of two that begin alike the longer comes last */
        if (makes_way(plan, number)) {
            buf_printf(&plan->delivered, "\t" MAKES_WAY "%s ", section);
            line = text_trim(line);
            buf_text(&plan->delivered, line);
            buf_str(&plan->delivered, "\n");
        } else {
            buf_text(&plan->delivered, line);
        }
    }
}

void plan_settings(struct plan *plan, const struct mp_config *base)
{
    free(plan->setting);
    plan->setting = NULL;
    plan->setting_count = 0;
    for (size_t i = 0; i < plan->wanted.count; i++) {
        const struct mp_section *s = plan->wanted.section[i];
        for (size_t k = 0; s->level != MP_DEVICE && k < s->count; k++) {
            struct plan_setting setting = {.wanted = &s->set[k]};
            setting.barred = barred(plan, base, setting.wanted);
            if (!is_list(level_of(s))) {
                setting.instead = set_by_other(plan, base, setting.wanted);
                find_rival(plan, &setting);
            }
            plan->setting = xgrow(plan->setting, (plan->setting_count + 1) * sizeof *plan->setting);
            plan->setting[plan->setting_count++] = setting;
        }
    }
    write_delivered(plan);
}

const struct plan_setting *plan_setting_lost(const struct plan *plan)
{
    for (size_t i = 0; i < plan->setting_count; i++) {
        const struct plan_setting *s = &plan->setting[i];
        if (s->barred || *s->rival ||
            (s->instead && strcmp(s->instead->value, s->wanted->value) != 0))
            return s;
    }
    return NULL;
}

void plan_setting_why(const struct plan_setting *s, bool *pack, struct buf *out)
{
    const struct mp_setting *instead = s->instead;
    *pack = !s->barred && (!instead || instead->in->owner == MP_OTHER_PACK);
    buf_printf(out, "%s: %s %s ", plan_section_name(s->wanted->in), s->wanted->keyword,
               s->wanted->value);
    if (s->barred)
        buf_printf(out, "is not delivered: %s", s->barred);
    else if (instead)
        buf_printf(out, "makes way for %s of %s in '%s', line %u", instead->value,
                   *pack ? "another pack" : "this host", instead->in->source->path, instead->line);
    else
        buf_printf(out, "is in force, but the pack '%s' wants %s in '%s'", s->rival_by, s->rival,
                   s->rival_at);
}

void plan_expect_settings(const struct plan *plan, struct buf *out)
{
    for (size_t i = 0; i < plan->setting_count; i++) {
        const struct plan_setting *s = &plan->setting[i];
        bool device = s->wanted->in->level == MP_LIST_DEVICE;
        if (s->instead || s->barred)
            continue;
        buf_printf(out, "%s {\n%s\t%s \"%s\"\n%s}\n", plan_section_name(s->wanted->in),
                   device ? "device {\n" : "", s->wanted->keyword, s->wanted->value,
                   device ? "}\n" : "");
    }
}
