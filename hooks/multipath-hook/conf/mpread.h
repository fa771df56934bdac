/* SPDX-License-Identifier: MIT */
/* Reads a multipath.conf as the parser of one era of multipath-tools does, mistakes included: as
 * events, a line at a time. Nothing is judged or changed here. Source of every rule: the parsers of
 * 0.4.7 to 0.14.3, measured on probe files; tests/unit/hook/test_probes.c compares with those
 * outcomes. */
#ifndef MPREAD_H
#define MPREAD_H

#include "ere.h"
#include "mptoken.h"

/* A section opens or closes (any but `devices`, which only holds others), or a keyword has a value.
 * Keywords outside all sections, or of `devices` itself, mean nothing to any parser. */
enum mp_event { MP_END, MP_OPEN, MP_KEY, MP_CLOSE };

enum mp_level {
    MP_NONE,
    MP_ROOT,
    MP_DEFAULTS,
    MP_BLACKLIST,
    MP_EXCEPTIONS,
    MP_LIST_DEVICE, /* of either */
    MP_DEVICES,
    MP_DEVICE,
    MP_MULTIPATHS,
    MP_MULTIPATH,
    MP_OVERRIDES,
    MP_PROTOCOL,
};

struct mp_reader {
    enum mp_era era;
    unsigned parser; /* 0: the era's newest */
    struct text file;
    size_t at;                    /* behind the last line read */
    unsigned line;                /* its number, from 1 */
    bool in_line;                 /* the next piece goes on with the same line */
    bool brace_may_follow;        /* the line before opened the present `devices` section */
    bool has_vendor, has_product; /* of the present device */
    struct {
        enum mp_level level;
        unsigned line; /* of its opening line, and where that begins */
        size_t begin;
    } stack[4]; /* no table nests deeper */
    unsigned depth;
    unsigned section_count; /* `devices` sections; up to 0.4.8 only the last one's devices count */
    unsigned bad_line;      /* first line for which this era's parser dies or rejects the file */
    const char *bad_reason;
    unsigned last_line; /* last line with a token that this era discards for want of "\n", or 0 */
    size_t first; /* behind the line that opens the `devices` section whose devices come first */
    size_t last;  /* behind the last device of the last section, or the line that opens it */

    /* Of the last event. */
    enum mp_level level; /* the section that opens or closes, or that the keyword is in */
    size_t begin, end;   /* its line in the file */
    bool continued;      /* which is the rest of a line over MP_LINE */
    struct text keyword, rest;
    char value[MP_VALUE]; /* of MP_KEY: as the parser reads it, with a NUL */
};

/* Whose regcomp() the parser uses: up to el7 the library that came with multipath-tools. */
static inline enum ere_flavour mp_flavour(enum mp_era era)
{
    return era == MP_MODERN ? ERE_GLIBC : ERE_BUNDLED;
}

/* parser may be set before the first mp_next(). */
void mp_open(struct mp_reader *r, struct text file, enum mp_era era);
enum mp_event mp_next(struct mp_reader *r);
/* The line of the outermost section that is open now, 0 where none is. */
unsigned mp_open_line(const struct mp_reader *r);

#endif
