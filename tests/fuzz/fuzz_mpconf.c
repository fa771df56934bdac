/* SPDX-License-Identifier: MIT */
/* The laws of the edit as properties. The first byte of the input chooses the era, the form of the
 * stanza and the devices that are switched off; the rest is the file. */
#include "fuzz.h"
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

struct want {
    enum mp_era era;
    struct mp_pack pack;
    unsigned off; /* four bits: devices of which names make way for ours */
};

struct devices {
    struct mp_device device[MOST_DEVICES];
    unsigned keys[MOST_DEVICES]; /* a sum of each one's keywords and values */
    size_t n;
    unsigned sections;
};

static void sum(unsigned *keys, const char *p, size_t n)
{
    while (n--)
        *keys = *keys * 31 + (unsigned char)*p++;
}

/* Both readings end alike: devices alone are read by a shorter way where a line is of the usual
 * form. */
static void must_end_alike(const struct mp_reader *devices, const struct mp_reader *lines)
{
    const struct mp_point *a = &devices->now, *b = &lines->now;
    must(a->at == b->at && a->line == b->line && a->depth == b->depth &&
         a->section_count == b->section_count && a->bad_line == b->bad_line &&
         a->last_line == b->last_line && a->config_dir_line == b->config_dir_line &&
         devices->insert.at == lines->insert.at);
}

/* What the lines say of one device, as far as they were read. */
static void note_name(struct mp_device *seen, struct text keyword, const char *value)
{
    if (text_is(keyword, "vendor"))
        text_print(seen->vendor, MP_LINE, "%s", value);
    if (text_is(keyword, "product"))
        text_print(seen->product, MP_LINE, "%s", value);
}

/* False where there are more than fit. */
static bool read_devices(struct text file, enum mp_era era, struct devices *list)
{
    struct rope rope = rope_of(file);
    struct mp_reader r;
    unsigned *keys = NULL;
    list->n = 0;
    mp_open(&r, &rope, era);
    while (list->n < MOST_DEVICES && mp_next_device(&r, &list->device[list->n]))
        list->keys[list->n++] = 0;
    list->sections = r.now.section_count;

    static struct mp_device seen;
    struct mp_reader devices = r;
    mp_open(&r, &rope, era);
    size_t i = 0;
    for (enum mp_event event; (event = mp_next(&r)) != MP_END;)
        if (event == MP_OPEN) {
            seen.vendor[0] = seen.product[0] = '\0';
            while (i < list->n && list->device[i].begin < r.begin)
                i++;
            /* The modern parser drops a device without names. */
            bool listed = i < list->n && list->device[i].begin == r.begin;
            keys = listed ? &list->keys[i] : NULL;
        } else if (event == MP_KEY && keys) {
            sum(keys, r.keyword.p, r.keyword.n);
            sum(keys, "=", 1);
            const char *value = mp_value(&r);
            sum(keys, value, strlen(value) + 1);
            note_name(&seen, r.keyword, value);
        } else if (event == MP_CLOSE && keys) {
            must(strcmp(seen.vendor, list->device[i].vendor) == 0);
            must(strcmp(seen.product, list->device[i].product) == 0);
        }
    if (list->n < MOST_DEVICES)
        must_end_alike(&devices, &r);
    rope_free(&rope);
    return list->n < MOST_DEVICES;
}

/* By its names, as the program chooses: of devices that are alike all make way or none. */
static bool is_off(const struct mp_device *d, const struct want *want)
{
    unsigned names = 0;
    sum(&names, d->vendor, strlen(d->vendor));
    sum(&names, d->product, strlen(d->product));
    return d->closed && want->off >> names % 4 & 1;
}

/* Copied to where it fits exactly, so that the sanitizer sees a read behind it. */
static struct text flat(const struct rope *rope)
{
    struct buf all = {0};
    rope_copy(rope, &all);
    char *p = xalloc(all.n);
    memcpy(p, all.p ? all.p : "", all.n);
    buf_free(&all);
    return (struct text){p, rope->n};
}

static void drop(struct text t)
{
    free((void *)t.p);
}

static bool strip(struct text file, const char *label, struct text *out, struct mp_block *block)
{
    struct rope whole = rope_of(file), base = {0};
    struct mp_refusal why = {0, NULL};
    bool ok = mp_strip(&whole, label, &base, block, &why);
    must(ok || (why.line && why.reason));
    *out = ok ? flat(&base) : (struct text){NULL, 0};
    rope_free(&whole);
    rope_free(&base);
    return ok;
}

/* As the program does it. False where it refuses; out is to be dropped in any case. */
static bool install(struct text file, const struct want *want, struct text *out)
{
    static struct devices devices;
    struct mp_span off[MOST_DEVICES];
    struct rope whole = rope_of(file), base = {0}, after = {0};
    struct mp_block block;
    struct mp_refusal why = {0, NULL};
    struct mp_reader read;
    struct mp_edit edit = {want->era, want->pack, off, 0, &read};

    *out = (struct text){NULL, 0};
    bool ok = mp_strip(&whole, want->pack.label, &base, &block, &why);
    if (ok) {
        struct text text = flat(&base);
        ok = read_devices(text, want->era, &devices);
        drop(text);
        for (size_t i = 0; ok && i < devices.n; i++)
            if (is_off(&devices.device[i], want))
                off[edit.off_count++] =
                    (struct mp_span){devices.device[i].begin, devices.device[i].end};
        mp_open(&read, &base, want->era);
        while (mp_next(&read) != MP_END)
            ;
        if (ok && !(ok = mp_install(&whole, &base, &block, &edit, &after, &why)))
            must(why.reason);
    }
    if (ok)
        *out = flat(&after);
    rope_free(&whole);
    rope_free(&base);
    rope_free(&after);
    return ok;
}

static bool same_device(const struct devices *a, size_t i, const struct devices *b, size_t j)
{
    const struct mp_device *x = &a->device[i], *y = &b->device[j];
    return a->keys[i] == b->keys[j] && strcmp(x->vendor, y->vendor) == 0 &&
           strcmp(x->product, y->product) == 0 && x->has_vendor == y->has_vendor &&
           x->has_product == y->has_product && x->closed == y->closed && x->section == y->section;
}

/* The devices of the result are base's own in their order, those switched off left out, and ours in
 * one run. Read anew from the first byte, where mp_install's own proof takes short cuts. */
static void check_devices(struct text base, struct text result, const struct mp_block *block,
                          const struct want *want)
{
    static struct devices old, new;
    size_t at = 0, ours = 0;
    if (!read_devices(base, want->era, &old) || !read_devices(result, want->era, &new))
        return;
    for (size_t i = 0; i < new.n; i++) {
        const struct mp_device *d = &new.device[i];
        if (block->count && d->begin >= block->lines.begin && d->begin < block->lines.end) {
            must(strcmp(d->vendor, "OSNEXUS") == 0 && d->closed);
            must(strcmp(d->product, ours++ ? "OTHER" : "QUANTASTOR") == 0);
            must(want->era != MP_047 || d->section == new.sections);
            continue;
        }
        while (at < old.n && is_off(&old.device[at], want))
            at++;
        must(at < old.n && same_device(&old, at++, &new, i));
    }
    while (at < old.n && is_off(&old.device[at], want))
        at++;
    must(at == old.n && ours == (want->pack.stanza.n ? OURS : 0));
    must(new.sections == old.sections || (!old.sections && new.sections == 1));
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
    check_devices(base, result, &block, want);
    must(install(result, want, &again) && text_eq(again, result));
    drop(base);
    drop(back);
    drop(again);
}

/* Another version with another stanza, for which other devices make way, is installed over it; from
 * a file without ours that comes to the same as installing it first. */
static void upgrade(struct text file, struct text result, const struct want *want)
{
    struct want next = {want->era, {want->pack.label, "2", text_of(stanzas[0])}, want->off >> 1};
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
           bytes_eq(now.p, before.p, before.n);
}

/* A second pack comes after the first; whichever goes first, what was there before is back. */
static void two_packs(struct text first, struct text result, const struct want *want)
{
    struct want next = {want->era, {"q", "1", text_of(stanzas[1])}, want->off};
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
        (enum mp_era)(data[0] & 3), {"p", "1", text_of(stanzas[data[0] >> 2 & 3])}, data[0] >> 4};
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
