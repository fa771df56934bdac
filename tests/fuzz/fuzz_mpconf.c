/* SPDX-License-Identifier: MIT */
/* The laws of the edit as properties. The first byte of the input chooses the era, the form of the
 * stanza, its place and the devices that are switched off; the rest is the file. */
#include "fuzz.h"
#include "config.h"
#include "mpconf.h"

#define MOST_DEVICES 64
#define OURS         2 /* devices in a stanza that is not empty */

static const char *const stanzas[] = {
    "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n}\n"
    "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"OTHER\"\n}\n",
    "device {\r\n\tvendor \"OSNEXUS\"\r\n\tproduct \"QUANTASTOR\"\r\n}\r\n"
    "device {\r\n\tvendor \"OSNEXUS\"\r\n\tproduct \"OTHER\"\r\n}\r\n",
    "device {\nvendor OSNEXUS\nproduct QUANTASTOR\n}\n\n"
    "device {\nvendor OSNEXUS\nproduct \"OTHER\"\nfailback immediate\n}",
    "",
};
#define STANZAS (sizeof stanzas / sizeof *stanzas)

/* What the pack says beside its devices: with the stanza of the same number. */
static const char *const settings[STANZAS] = {
    "", "defaults {\n\tpolling_interval 10\n}\nblacklist {\n\tdevnode \"^drbd\"\n}\n",
    "defaults {\n\t# not used: defaults max_fds 8192\n}\n",
    "defaults {\n\tmax_fds 8192\n}\n", /* goes with devices alone */
};

struct want {
    enum mp_era era;
    struct mp_pack pack;
    unsigned off; /* four bits: devices of which names make way for ours */
    bool first;
};

struct devices {
    struct mp_config config;
    struct mp_source source;
};

static const unsigned parsers[] = {MP_VERSION(0, 4, 7, 0), MP_VERSION(0, 4, 9, 31),
                                   MP_VERSION(0, 4, 9, 136), MP_VERSION(0, 14, 3, 0)};

static void read_all(struct text file, enum mp_era era, struct devices *all)
{
    all->source = (struct mp_source){"f", file, true};
    mp_config_read(&all->config, parsers[era], false, "p", &all->source, 1);
}

/* The devices alone: the others are dropped from the list, not freed. */
static bool is_device(const struct mp_section *s)
{
    return s->level == MP_DEVICE;
}

static void sum(unsigned *keys, const char *p)
{
    for (size_t n = strlen(p) + 1; n--;)
        *keys = *keys * 31 + (unsigned char)*p++;
}

static const char *name(const struct mp_section *device, const char *keyword)
{
    const char *value = mp_get(device, keyword);
    return value ? value : "";
}

/* By its names, as the program chooses: of devices that are alike all make way or none. */
static bool is_off(const struct mp_section *d, const struct want *want)
{
    unsigned names = 0;
    sum(&names, name(d, "vendor"));
    sum(&names, name(d, "product"));
    return is_device(d) && d->closed && want->off >> names % 4 & 1;
}

/* Copied to where it fits exactly, so that the sanitizer sees a read behind it. */
static struct text flat(const struct buf *all)
{
    char *p = xalloc(all->n);
    if (all->n)
        memcpy(p, all->p, all->n);
    return (struct text){p, all->n};
}

static void drop(struct text t)
{
    free((void *)t.p);
}

static bool strip(struct text file, const char *label, struct text *out, struct mp_block *block)
{
    struct buf base = {0};
    struct mp_refusal why = {0, NULL};
    bool ok = mp_strip(file, label, &base, block, &why);
    must(ok || (why.line && why.reason));
    *out = ok ? flat(&base) : (struct text){NULL, 0};
    buf_free(&base);
    return ok;
}

/* As the program does it. False where it refuses; out is to be dropped in any case. */
static bool install(struct text file, const struct want *want, struct text *out)
{
    struct mp_span off[MOST_DEVICES];
    struct text base;
    struct buf after = {0};
    struct mp_block block;
    struct mp_refusal why = {0, NULL};
    struct devices all;
    struct mp_edit edit = {.era = want->era, .pack = want->pack, .off = off, .first = want->first};

    *out = (struct text){NULL, 0};
    bool ok = strip(file, want->pack.label, &base, &block);
    if (ok) {
        read_all(base, want->era, &all);
        for (size_t i = 0; ok && i < all.config.count; i++) {
            const struct mp_section *s = all.config.section[i];
            if (is_off(s, want) && (ok = edit.off_count < MOST_DEVICES))
                off[edit.off_count++] = (struct mp_span){s->begin, s->end};
        }
        mp_config_free(&all.config);
        if (ok && !(ok = mp_install(file, base, &block, &edit, &after, &why)))
            must(why.reason);
    }
    if (ok)
        *out = flat(&after);
    drop(base);
    buf_free(&after);
    return ok;
}

static void must_be_same(const struct mp_section *x, const struct mp_section *y)
{
    must(x->level == y->level && x->exception == y->exception && x->count == y->count);
    for (size_t i = 0; i < x->count; i++)
        must(strcmp(x->set[i].keyword, y->set[i].keyword) == 0 &&
             strcmp(x->set[i].value, y->set[i].value) == 0);
}

/* The sections of the result are base's own in their order, devices switched off left out, and ours
 * in one run; the first of all where that was asked. */
static void check_sections(struct text base, struct text result, const struct mp_block *block,
                           const struct want *want)
{
    struct devices old, new;
    size_t at = 0, ours = 0, others = 0;
    read_all(base, want->era, &old);
    read_all(result, want->era, &new);
    for (size_t i = 0; i < new.config.count; i++) {
        const struct mp_section *d = new.config.section[i];
        if (d->begin >= block->settings.begin && d->begin < block->settings.end) {
            must(d->level == MP_DEFAULTS || d->level == MP_BLACKLIST);
            continue;
        }
        if (block->count && d->begin >= block->lines.begin && d->begin < block->lines.end) {
            must(strcmp(name(d, "vendor"), "OSNEXUS") == 0 && d->closed);
            must(strcmp(name(d, "product"), ours++ ? "OTHER" : "QUANTASTOR") == 0);
            must(!want->first || !others);
            continue;
        }
        while (at < old.config.count && is_off(old.config.section[at], want))
            at++;
        must(at < old.config.count);
        others += is_device(d);
        must_be_same(old.config.section[at++], d);
    }
    while (at < old.config.count && is_off(old.config.section[at], want))
        at++;
    must(at == old.config.count && ours == (want->pack.stanza.n ? OURS : 0));
    mp_config_free(&old.config);
    mp_config_free(&new.config);
}

/* What install made of a file keeps the laws. */
static void check_result(struct text file, struct text result, const struct want *want)
{
    struct text base, back, again;
    struct mp_block block;
    must(strip(file, want->pack.label, &base, &block));
    must(strip(result, want->pack.label, &back, &block));
    must(text_eq(base, back));
    must(block.count == (want->pack.stanza.n != 0));
    must((block.settings.end != 0) == (want->pack.stanza.n && want->pack.settings.n));
    check_sections(base, result, &block, want);
    must(install(result, want, &again) && text_eq(again, result));
    drop(base);
    drop(back);
    drop(again);
}

/* Another version with another stanza, for which other devices make way, is installed over it; from
 * a file without ours that comes to the same as installing it first. */
static void upgrade(struct text file, struct text result, const struct want *want)
{
    struct want next = {
        want->era,
        {want->pack.label, "2", text_of(stanzas[0]), text_of(settings[want->off & 1])},
        want->off >> 1,
        want->first};
    struct text base, over, direct;
    struct mp_block block;
    must(strip(file, want->pack.label, &base, &block));
    bool done = install(result, &next, &over);
    if (done)
        check_result(result, over, &next);
    if (!block.count && text_eq(file, base))
        must(install(base, &next, &direct) == done && (!done || text_eq(over, direct)));
    else
        direct = (struct text){NULL, 0};
    drop(base);
    drop(over);
    drop(direct);
}

/* The same, or with a line end behind a last line that had none: the first block brought it, and
 * the second, which needs it, does not know that. Only in a section that is never closed: one of
 * ours hands its marker on. */
static bool same_but_last_line_end(struct text now, struct text before)
{
    if (text_eq(now, before))
        return true;
    bool ended = !before.n || before.p[before.n - 1] == '\n' || before.p[before.n - 1] == '\r';
    return !ended && now.n == before.n + 1 && now.p[before.n] == '\n' &&
           (!before.n || memcmp(now.p, before.p, before.n) == 0);
}

/* A second pack comes after the first; whichever goes first, what was there before is back. */
static void two_packs(struct text first, struct text result, const struct want *want)
{
    struct want next = {want->era,
                        {"q", "1", text_of(stanzas[1]), text_of(settings[want->off >> 1 & 1])},
                        want->off,
                        want->first};
    struct text both, p_gone, q_gone, none;
    struct mp_block block;
    if (install(result, &next, &both)) {
        check_result(result, both, &next);
        must(strip(both, "q", &q_gone, &block) && text_eq(q_gone, result));
        must(strip(both, "p", &p_gone, &block));
        must(strip(p_gone, "q", &none, &block) && same_but_last_line_end(none, first));
        drop(q_gone);
        drop(p_gone);
        drop(none);
    }
    drop(both);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    struct text file = {(const char *)data + 1, size - 1}, without_p, clean, result;
    struct want want = {
        (enum mp_era)(data[0] & 3),
        {"p", "1", text_of(stanzas[data[0] >> 2 & 3]), text_of(settings[data[0] >> 2 & 3])},
        data[0] >> 4,
        data[0] >> 3 & data[0] >> 5 & 1};
    struct mp_block block;
    _Static_assert(MP_MODERN == 3 && STANZAS == 4, "two bits each");

    if (install(file, &want, &result)) {
        check_result(file, result, &want);
        upgrade(file, result, &want);
        /* For the law about two, the file has neither yet. */
        must(strip(file, "p", &without_p, &block));
        if (text_eq(file, without_p) && strip(file, "q", &clean, &block)) {
            if (text_eq(file, clean))
                two_packs(file, result, &want);
            drop(clean);
        }
        drop(without_p);
    }
    drop(result);
    return 0;
}
