/* SPDX-License-Identifier: MIT */
#include "slow_config.h"
#include "keyword.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* glibc takes all memory for some repetitions of repetitions, and for ever for back-references. */
static bool is_costly(const char *pattern)
{
    return strlen(pattern) > 32 || strpbrk(pattern, "{\\\n") || strstr(pattern, "**") ||
           strstr(pattern, "++") || strstr(pattern, "*+") || strstr(pattern, "+*");
}

enum ere slow_search(struct slow *s, const char *pattern, const char *string)
{
    regex_t r;
    enum ere ours = ere_search(mp_flavour(s->era), pattern, string), theirs = ERE_BAD;
    s->unsure = s->unsure || ours == ERE_UNSURE;
    s->costly = s->costly || is_costly(pattern);
    if (s->unsure || s->costly || s->era != MP_MODERN)
        return ours;
    if (regcomp(&r, pattern, REG_EXTENDED | REG_NOSUB) == 0) {
        theirs = regexec(&r, string, 0, NULL, 0) == 0 ? ERE_YES : ERE_NO;
        regfree(&r);
    }
    return theirs;
}

static const char *plain_name(const char *keyword, enum mp_level level)
{
    if (is(keyword, "checker"))
        return "path_checker";
    if (level == MP_DEFAULTS && strncmp(keyword, "default_", 8) == 0)
        keyword += 8;
    return level == MP_DEFAULTS && is(keyword, "selector") ? "path_selector" : keyword;
}

static void add_line(struct slow *s, const struct mp_reader *r, int section)
{
    char *raw = xprintf("%.*s", (int)r->keyword.n, r->keyword.p);
    bool lost = s->era == MP_MODERN && r->level == MP_LIST_DEVICE &&
                slow_search(s, r->value + (*r->value == '!'), "") == ERE_BAD;
    if (!lost && s->sets < SLOW_MOST) {
        s->set[s->sets++] = (struct slow_set){xstrdup(plain_name(raw, r->level)), xstrdup(r->value),
                                              r->line, section};
        s->bad = s->bad || (s->section[section].source == 0 && s->has_main &&
                            mp_rejects(s->parser, s->set[s->sets - 1].keyword, r->value));
        slow_search(s, r->value, ""); /* for `unsure` */
        slow_search(s, r->value + (*r->value == '!'), "");
    }
    free(raw);
}

/* 0.4.7 and 0.4.8 have the devices of the last `devices` section alone. */
static void forget(struct slow *s, const unsigned *group, unsigned last)
{
    for (int i = 0; i < s->sections; i++)
        s->section[i].forgotten = s->section[i].level == MP_DEVICE && group[i] != last;
}

void slow_read(struct slow *s, unsigned parser, const struct mp_source *source, size_t count)
{
    unsigned group[SLOW_MOST];
    *s = (struct slow){.parser = parser, .era = mp_era_of(parser)};
    for (size_t i = 0; i < count; i++) {
        struct mp_reader r;
        bool exceptions = false;
        int open[8] = {0};
        s->has_main = s->has_main || source[i].main;
        mp_open(&r, source[i].text, s->era);
        r.parser = parser;
        for (enum mp_event event; (event = mp_next(&r)) != MP_END;) {
            if (event == MP_OPEN && s->sections < SLOW_MOST) {
                if (r.level == MP_BLACKLIST || r.level == MP_EXCEPTIONS)
                    exceptions = r.level == MP_EXCEPTIONS;
                group[s->sections] = r.section_count;
                s->section[s->sections] = (struct slow_section){
                    r.level, exceptions && r.level == MP_LIST_DEVICE, false, i};
                open[r.depth] = s->sections++;
            } else if (event == MP_KEY) {
                add_line(s, &r, open[r.depth]);
            }
        }
        s->bad = s->bad || (source[i].main && r.bad_line);
        if (s->era == MP_047) /* which has one file */
            forget(s, group, r.section_count);
    }
}

void slow_free(struct slow *s)
{
    for (int i = 0; i < s->sets; i++) {
        free(s->set[i].keyword);
        free(s->set[i].value);
    }
}
