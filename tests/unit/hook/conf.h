/* SPDX-License-Identifier: MIT */
/* The edit as a test calls it: plain text in, plain text out. */
#ifndef TEST_CONF_H
#define TEST_CONF_H

#include "mpconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ERAS 4

static inline struct mp_pack pack_of(const char *label, const char *version, const char *stanza)
{
    return (struct mp_pack){label, version, text_of(stanza)};
}

/* install on a file that may hold our block already, as the program does it, with some devices of
 * the file switched off; ropes flattened. */
static inline int install_off(struct text file, enum mp_era era, const struct mp_pack *pack,
                              const struct mp_span *off, size_t off_count, struct buf *out,
                              struct mp_refusal *why)
{
    struct rope whole = rope_of(file), base = {0}, after = {0};
    struct mp_block block;
    struct mp_reader read;
    struct mp_edit edit = {era, *pack, off, off_count, &read};
    out->n = 0;
    int ok = mp_strip(&whole, pack->label, &base, &block, why);
    mp_open(&read, &base, era);
    while (mp_next(&read) != MP_END)
        ;
    ok = ok && mp_install(&whole, &base, &block, &edit, &after, why);
    rope_copy(&after, out);
    buf_cstr(out);
    rope_free(&whole);
    rope_free(&base);
    rope_free(&after);
    return ok;
}

static inline int install(struct text file, enum mp_era era, const struct mp_pack *pack,
                          struct buf *out, struct mp_refusal *why)
{
    return install_off(file, era, pack, NULL, 0, out, why);
}

static inline int try_strip(struct text file, const char *label, struct buf *out,
                            struct mp_block *block, struct mp_refusal *why)
{
    struct rope whole = rope_of(file), base = {0};
    out->n = 0;
    int ok = mp_strip(&whole, label, &base, block, why);
    rope_copy(&base, out);
    rope_free(&whole);
    rope_free(&base);
    return ok;
}

static inline struct buf strip(struct text file, const char *label)
{
    struct buf out = {0};
    struct mp_block block;
    struct mp_refusal why;
    assert_true(try_strip(file, label, &out, &block, &why));
    return out;
}

#define assert_same(a, b) same_text(a, b, __LINE__)
static inline void same_text(struct text a, struct text b, int line)
{
    if (!text_eq(a, b))
        fail_msg("line %d: got\n%.*s\nwanted\n%.*s", line, (int)a.n, a.p, (int)b.n, b.p);
}

/* The devices the parser ends up with: how many, and the first few by vendor. */
static inline size_t devices_named(struct text file, enum mp_era era, char first[4][MP_LINE])
{
    struct rope rope = rope_of(file);
    struct mp_reader r;
    struct mp_device d;
    size_t n = 0;
    unsigned section = 0;
    mp_open(&r, &rope, era);
    while (mp_next_device(&r, &d)) {
        if (era == MP_047 && d.section != section)
            n = 0;
        section = d.section;
        if (first && n < 4)
            strcpy(first[n], d.vendor);
        n++;
    }
    rope_free(&rope);
    return era == MP_047 && section != r.now.section_count ? 0 : n;
}

static inline size_t devices(struct text file, enum mp_era era)
{
    return devices_named(file, era, NULL);
}

static inline size_t count(struct text file, const char *word)
{
    size_t n = 0, len = strlen(word);
    for (size_t i = 0; i + len <= file.n; i++)
        n += memcmp(file.p + i, word, len) == 0;
    return n;
}

#endif
