/* SPDX-License-Identifier: MIT */
/* The edit as a test calls it: plain text in, plain text out. */
#ifndef TEST_CONF_H
#define TEST_CONF_H

#include "config.h"
#include "mpconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ERAS 4

static inline struct mp_pack pack_of(const char *label, const char *version, const char *stanza)
{
    return (struct mp_pack){.label = label, .version = version, .stanza = text_of(stanza)};
}

/* install on a file that may hold our block already, as the program does it, with some devices of
 * the file switched off. */
static inline int install_edit(struct text file, const struct mp_edit *edit, struct buf *out,
                               struct mp_refusal *why)
{
    struct buf base = {0};
    struct mp_block block;
    out->n = 0;
    int ok = mp_strip(file, edit->pack.label, &base, &block, why) &&
             mp_install(file, text_buf(&base), &block, edit, out, why);
    buf_cstr(out);
    buf_free(&base);
    return ok;
}

static inline int install_off(struct text file, enum mp_era era, const struct mp_pack *pack,
                              const struct mp_span *off, size_t off_count, struct buf *out,
                              struct mp_refusal *why)
{
    struct mp_edit edit = {.era = era, .pack = *pack, .off = off, .off_count = off_count};
    return install_edit(file, &edit, out, why);
}

static inline int install(struct text file, enum mp_era era, const struct mp_pack *pack,
                          struct buf *out, struct mp_refusal *why)
{
    return install_off(file, era, pack, NULL, 0, out, why);
}

static inline int try_strip(struct text file, const char *label, struct buf *out,
                            struct mp_block *block, struct mp_refusal *why)
{
    out->n = 0;
    return mp_strip(file, label, out, block, why);
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

/* A version that stands for the era. */
static inline unsigned parser_of(enum mp_era era)
{
    static const unsigned versions[ERAS] = {MP_VERSION(0, 4, 7, 0), MP_VERSION(0, 4, 9, 31),
                                            MP_VERSION(0, 4, 9, 136), MP_VERSION(0, 9, 4, 0)};
    return versions[era];
}

/* How many devices the parser reads. */
static inline size_t devices(struct text file, enum mp_era era)
{
    struct mp_config c;
    const struct mp_source source = {"f", file, true};
    size_t n = 0;
    mp_config_read(&c, parser_of(era), false, "p", &source, 1);
    for (size_t i = 0; i < c.count; i++)
        n += c.section[i]->level == MP_DEVICE &&
             (era != MP_MODERN ||
              (mp_get(c.section[i], "vendor") && mp_get(c.section[i], "product")));
    mp_config_free(&c);
    return n;
}

static inline size_t count(struct text file, const char *word)
{
    size_t n = 0, len = strlen(word);
    for (size_t i = 0; i + len <= file.n; i++)
        n += memcmp(file.p + i, word, len) == 0;
    return n;
}

#endif
