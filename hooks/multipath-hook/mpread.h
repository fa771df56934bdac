/* SPDX-License-Identifier: MIT */
/* Reads a multipath.conf as the parser of one era of multipath-tools does, mistakes included, and
 * tells which devices that parser sees and where each began and ended. Nothing is judged or
 * changed here. Source of every rule: the parsers of 0.4.7 to 0.14.3, measured on probe files;
 * tests/unit/hook/test_probes.c compares with those outcomes. */
#ifndef MPREAD_H
#define MPREAD_H

#include "text.h"

enum mp_era {
    MP_047,    /* 0.4.7, 0.4.8: XenServer 5.x to 6.2 */
    MP_049,    /* 0.4.9, el6: 6.5 */
    MP_EL7,    /* 0.4.9-86 ... -136: 7.0 to 8, XCP-ng 8 */
    MP_MODERN, /* 0.8.5 and later: 9 */
};

struct mp_device {
    char *vendor, *product; /* as the parser reads them; NULL where there is none */
    size_t begin, end;      /* from its opening line to behind its closing line */
    unsigned line;          /* of the opening line, from 1 */
    bool closed;
    struct text *keys; /* keyword, value, keyword, value ... ; values unquoted, owned by the doc */
    size_t key_count;
};

struct mp_section { /* one `devices` section */
    size_t begin;   /* of its opening line */
    size_t insert;  /* behind its last device, or behind its opening line */
    bool closed;
};

struct mp_doc {
    struct mp_device *devices; /* those the parser keeps, in its order */
    size_t device_count;
    struct mp_section section; /* the last `devices` section, the one that counts in every era */
    unsigned section_count;
    unsigned open_line;  /* of the outermost section still open at the end, 0 where none is */
    unsigned crash_line; /* line this era's parser dies on (keyword without value), else 0 */
    unsigned last_line;  /* last line with a token that this era discards for want of "\n", or 0 */
    char **values;       /* storage of the keys */
    size_t value_count;
};

void mp_read(struct text file, enum mp_era era, struct mp_doc *doc);
void mp_doc_free(struct mp_doc *doc);

/* Splits one line (no line end) into the parser's tokens; a quote is a token of its own. At most
 * MP_TOKENS of them, slices of the line. */
#define MP_TOKENS 1024
size_t mp_split(enum mp_era era, struct text line, struct text *tokens);

/* The value the era's parser gives the keyword of a split line; false where there is none. */
bool mp_value(enum mp_era era, const struct text *tokens, size_t count, struct buf *value);

#endif
