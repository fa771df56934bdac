/* SPDX-License-Identifier: MIT */
/* Which settings a LUN gets, against the slow reference. The input: the parser, the LUN, and four
 * files with "\1" between them: the main one (left out if so chosen) and three of conf.d. */
#include "fuzz.h"
#include "mpconf.h"
#include "slow_config.h"
#include "verdict.h"

#include <string.h>

#define FILES 4
#define MOST  2048

static const unsigned parsers[] = {
    MP_VERSION(0, 4, 7, 0),   MP_VERSION(0, 4, 9, 31), MP_VERSION(0, 4, 9, 86),
    MP_VERSION(0, 4, 9, 119), MP_VERSION(0, 8, 5, 0),  MP_VERSION(0, 9, 4, 0),
    MP_VERSION(0, 11, 1, 0),  MP_VERSION(0, 15, 1, 0),
};
static const char *const luns[][2] = {
    {"OSNEXUS", "QUANTASTOR"}, {"OSNEXUS", "OTHER"}, {"abcdefgh", "0123456789abcdef"}, {"A", "A"}};
static const char *const paths[FILES + 2] = {
    "/etc/multipath.conf", "b.conf", "c.conf", "d.conf", "a.conf", "e.conf"};
static const char stanza[] = "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n"
                             "\tpath_checker tur\n\tno_path_retry 5\n\tprio_args x\n}\n";

/* One host. */
struct host {
    unsigned parser;
    bool wwid_known;
    struct mp_source source[FILES + 2];
    size_t count;
};

static void read_config(const struct host *h, struct mp_config *c)
{
    mp_config_read(c, h->parser, h->parser >= MP_VERSION(0, 4, 9, 86), "p", h->source, h->count);
}

static void must_be_set(const struct host *h, const struct slow *s, int i,
                        const struct mp_setting *set)
{
    must((i == SLOW_NONE) == !set);
    if (set) {
        must(s->set[i].line == set->line && strcmp(s->set[i].value, set->value) == 0);
        must(set->in->source == &h->source[s->section[s->set[i].section].source]);
    }
}

static void compare(const struct host *h, struct slow *s, const struct mp_effect *effect)
{
    size_t count = 0;
    int by_set;
    for (int i = 0; i < s->sets; i++) {
        enum mp_by by;
        bool again = false;
        for (int k = 0; k < i && !again; k++)
            again = strcmp(s->set[k].keyword, s->set[i].keyword) == 0;
        if (again)
            continue;
        int set = slow_value(s, s->set[i].keyword, &by);
        const struct mp_value *value = mp_effect_value(effect, s->set[i].keyword);
        must_be_set(h, s, set, value ? value->set : NULL);
        must(!value || value->by == by);
        count += value != NULL;
    }
    must(count == effect->count);
    const char *why = slow_kept_off(s, &by_set);
    must(!why == !effect->kept_off && (!why || strcmp(why, effect->kept_off) == 0));
    must_be_set(h, s, by_set, effect->kept_off_set);
}

/* The same values, from whatever line. */
static void must_be_alike(const struct mp_effect *a, const struct mp_effect *b)
{
    must(a->count == b->count && !a->kept_off == !b->kept_off);
    must(!a->kept_off || strcmp(a->kept_off, b->kept_off) == 0);
    for (size_t i = 0; i < a->count; i++)
        must(a->value[i].by == b->value[i].by &&
             strcmp(a->value[i].set->keyword, b->value[i].set->keyword) == 0 &&
             strcmp(a->value[i].set->value, b->value[i].set->value) == 0);
}

static void must_stay(const struct host *h, const struct mp_lun *lun,
                      const struct mp_effect *effect)
{
    struct mp_config c;
    struct mp_effect now;
    read_config(h, &c);
    mp_effect_of(&c, lun, &now);
    must_be_alike(effect, &now);
    mp_effect_free(&now);
    mp_config_free(&c);
}

/* A device of another array, in a file of its own, before or behind all others of conf.d. */
static void add_unrelated(const struct host *h, const struct mp_lun *lun,
                          const struct mp_effect *effect)
{
    static const char other[] = "devices {\ndevice {\nvendor \"^\\(none\\)$\"\nproduct \"^-$\"\n"
                                "failback 7\n}\n}\n";
    struct host more = *h;
    struct mp_source source = {paths[FILES], text_of(other), false};
    more.source[more.count++] = source;
    must_stay(&more, lun, effect);
    memmove(&more.source[1], &more.source[0], (more.count - 1) * sizeof *more.source);
    more.source[0] = source;
    must_stay(&more, lun, effect);
}

/* Ours as the edit puts it into a file, and the same lines there without the marks around them. */
static void install(const struct host *h, size_t at, const struct mp_lun *lun, bool first)
{
    struct mp_edit edit = {
        .era = mp_era_of(h->parser), .pack = {"p", "1", text_of(stanza)}, .first = first};
    struct buf base = {0}, marked = {0}, again = {0}, plain = {0};
    struct mp_block block;
    struct mp_refusal why;
    struct host with = *h;
    if (mp_strip(h->source[at].text, "p", &base, &block, &why) &&
        mp_install(h->source[at].text, text_buf(&base), &block, &edit, &marked, &why)) {
        struct mp_config c;
        struct mp_effect effect;
        must(mp_strip(text_buf(&marked), "p", &again, &block, &why) && block.count == 1);
        for (size_t i = 0; i < marked.n; i++)
            if ((i < block.whole.begin || i >= block.whole.end) ||
                (i >= block.lines.begin && i < block.lines.end))
                buf_add(&plain, marked.p + i, 1);
        with.source[at].text = text_buf(&marked);
        read_config(&with, &c);
        mp_effect_of(&c, lun, &effect);
        with.source[at].text = text_buf(&plain);
        must_stay(&with, lun, &effect);
        mp_effect_free(&effect);
        mp_config_free(&c);
    }
    buf_free(&base);
    buf_free(&marked);
    buf_free(&again);
    buf_free(&plain);
}

static bool holds(const struct mp_setting *is, const struct mp_setting *wanted)
{
    return is && (is->in->owner == MP_OURS || strcmp(is->value, wanted->value) == 0);
}

/* The first setting of the stanza that is not in force, by what has been compared already. */
static void judge(const struct host *h, const struct mp_config *c)
{
    static const char head[] = "devices {\n", tail[] = "}\n";
    char text[sizeof head + sizeof stanza + sizeof tail];
    memcpy(text, head, sizeof head - 1);
    memcpy(text + sizeof head - 1, stanza, sizeof stanza - 1);
    memcpy(text + sizeof head + sizeof stanza - 2, tail, sizeof tail);
    struct mp_source source = {"stanza", text_of(text), true};
    struct mp_config pack;
    struct mp_verdict v;
    struct mp_effect effect;
    const struct mp_setting *wanted = NULL;
    mp_config_read(&pack, h->parser, false, "p", &source, 1);
    must(pack.count == 1);
    mp_judge(c, pack.section[0], &(struct mp_lun){.wwid_known = h->wwid_known}, &v);
    must(strcmp(v.vendor, "OSNEXUS") == 0 && strcmp(v.product, "QUANTASTOR") == 0);
    struct mp_lun lun = {.vendor = v.vendor, .product = v.product, .wwid_known = h->wwid_known};
    mp_effect_of(c, &lun, &effect);
    must_be_alike(&effect, &v.effect);
    for (size_t i = 2; i < pack.section[0]->count && !wanted; i++) {
        const struct mp_setting *set = &pack.section[0]->set[i];
        const struct mp_value *value = mp_effect_value(&effect, set->keyword);
        if (!holds(value ? value->set : NULL, set))
            wanted = set;
        if (wanted)
            must((value ? value->set : NULL) == (v.instead ? v.instead->set : NULL));
    }
    must(v.wanted == wanted);
    mp_effect_free(&effect);
    mp_verdict_free(&v);
    mp_config_free(&pack);
}

/* With the blanks behind that the parsers cut, or add. */
static bool finds(enum ere_flavour flavour, const char *pattern, const char *string)
{
    char padded[100];
    bool found = false;
    for (int blanks = 0; blanks < 20 && !found; blanks++) {
        text_print(padded, sizeof padded, "%s%.*s", string, blanks, "                    ");
        found = ere_search(flavour, pattern, padded) != ERE_NO;
    }
    return found;
}

/* Of a kind that a stanza has: no anchor in the middle, no sign behind a sign, no class. */
static bool is_usual(const char *pattern)
{
    size_t n = strlen(pattern), begin = *pattern == '^', end = n > begin && pattern[n - 1] == '$';
    for (size_t i = begin; i < n - end; i++)
        if (strchr("^$\\{})", pattern[i]) || (pattern[i] == '[' && pattern[i + 1] == '[') ||
            (strchr("*+?", pattern[i]) && (i == begin || strchr("*+?", pattern[i - 1]))))
            return false;
    return n <= 32;
}

/* What an expression stands for is found by it. */
static void sample(const struct mp_config *c)
{
    char out[65];
    enum ere_flavour flavour = mp_flavour(c->era);
    for (size_t i = 0; i < c->count; i++)
        for (unsigned k = 0; c->section[i]->level == MP_DEVICE && k < 3; k++) {
            const char *pattern = mp_get(c->section[i], "product");
            if (pattern && is_usual(pattern) && mp_sample(flavour, pattern, k, out))
                must(finds(flavour, pattern, out));
        }
}

static void run(const struct host *h, const char *const lun_name[2], bool first)
{
    struct slow s;
    struct mp_config c;
    struct mp_effect effect;
    slow_read(&s, h->parser, h->source, h->count);
    s.vendor = lun_name[0];
    s.product = lun_name[1];
    s.wwid_known = h->wwid_known;
    read_config(h, &c);
    struct mp_lun lun = {
        .vendor = lun_name[0], .product = lun_name[1], .wwid_known = h->wwid_known};
    mp_effect_of(&c, &lun, &effect);
    if (!s.unsure && !s.costly && s.sets < SLOW_MOST && s.sections < SLOW_MOST) {
        compare(h, &s, &effect);
        must(slow_dies(&s) == (c.table->dies_at != NULL));
        must(slow_rejects(&s) == (c.bad != NULL));
        char padded[80];
        text_print(padded, sizeof padded, "%s      ", lun.product);
        must_stay(
            h,
            &(struct mp_lun){.vendor = lun.vendor, .product = padded, .wwid_known = lun.wwid_known},
            &effect);
        if (h->count > 1)
            add_unrelated(h, &lun, &effect);
        install(h, h->count - 1, &lun, first);
        judge(h, &c);
    }
    sample(&c);
    mp_effect_free(&effect);
    mp_config_free(&c);
    slow_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    if (size < 2 || size > MOST)
        return 0;
    unsigned how = choose(&in, 256), more = choose(&in, 256);
    struct host h = {.parser = parsers[how & 7], .wwid_known = how >> 3 & 1};
    const char *p = (const char *)in.p, *end = p + in.n;
    size_t first = how >> 4 & how >> 5 & how >> 6 & 1; /* mostly there is a main file */
    size_t files = h.parser < MP_VERSION(0, 4, 9, 86) ? 1 : FILES;
    for (size_t i = 0; i < files; i++) {
        const char *stop = i + 1 < files && p < end ? memchr(p, 1, (size_t)(end - p)) : NULL;
        struct text text = {p, (size_t)((stop ? stop : end) - p)};
        if (i >= first)
            h.source[h.count++] = (struct mp_source){paths[i], text, i == 0};
        p = stop ? stop + 1 : end;
    }
    if (h.count)
        run(&h, luns[more & 3], more >> 2 & 1);
    return 0;
}
