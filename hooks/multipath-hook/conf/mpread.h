/* SPDX-License-Identifier: MIT */
/* Reads a multipath.conf as the parser of one era of multipath-tools does, mistakes included: as
 * events, a line at a time, so that a file of any size needs no memory of its own. Nothing is
 * judged or changed here. Source of every rule: the parsers of 0.4.7 to 0.14.3, measured on probe
 * files; tests/unit/hook/test_probes.c compares with those outcomes. */
#ifndef MPREAD_H
#define MPREAD_H

#include "mptoken.h"
#include "rope.h"

/* Of the devices alone; KEY is a keyword of one, with its value. */
enum mp_event { MP_END, MP_OPEN, MP_KEY, MP_CLOSE };

enum mp_level {
    MP_NONE,
    MP_ROOT,
    MP_DEFAULTS,
    MP_LIST, /* blacklist and its exceptions */
    MP_LIST_DEVICE,
    MP_DEVICES,
    MP_DEVICE,
    MP_MULTIPATHS,
    MP_OVERRIDES,
    MP_LEAF,
};

/* A point between two lines, and what has been seen up to it: all that decides how the rest is
 * read. Small, so that it can be kept. */
struct mp_point {
    size_t at;
    unsigned line;                /* of the last line read, from 1 */
    bool in_line;                 /* the next piece goes on with the same line */
    bool brace_may_follow;        /* the line before opened the present `devices` section */
    bool has_vendor, has_product; /* of the present device */
    struct {
        enum mp_level level;
        unsigned line;
    } stack[4]; /* no table nests deeper */
    unsigned depth;
    unsigned section_count; /* `devices` sections; up to 0.4.8 only the last one's devices count */
    unsigned bad_line;      /* first line for which this era's parser dies or rejects the file */
    const char *bad_reason;
    unsigned last_line; /* last line with a token that this era discards for want of "\n", or 0 */
    unsigned config_dir_line; /* of `config_dir` in the defaults, unless it names the usual one */
};

struct mp_reader {
    enum mp_era era;
    struct rope_eye eye;
    size_t stop; /* lines that begin here or later are not read; mp_open() sets none */
    struct mp_point now;
    struct mp_point insert; /* behind the last device of the last section, or its opening line */

    /* The line the last event stands in, its first token and what is behind that, good until the
     * next call. */
    size_t begin, end;
    bool continued; /* it is the rest of a line over MP_LINE */
    struct text text, keyword, rest;
    char value[MP_VALUE]; /* once value_known, and its length */
    size_t value_n;
    bool value_known;
    char window[MP_LINE + 2];
};

void mp_open(struct mp_reader *r, const struct rope *file, enum mp_era era);
/* The same from a point of another text that has the same bytes before it. */
void mp_open_at(struct mp_reader *r, const struct rope *file, enum mp_era era,
                const struct mp_point *point);
enum mp_event mp_next(struct mp_reader *r);
/* The value the era's parser gives the keyword of the last event: unquoted, with a NUL; in r.
 * Worked out only where it is asked for, which is rare. */
const char *mp_value(struct mp_reader *r);
/* The line of the outermost section that is open now, 0 where none is. */
unsigned mp_open_line(const struct mp_point *point);

/* A device as a whole. */
struct mp_device {
    char vendor[MP_LINE], product[MP_LINE]; /* as the parser reads them */
    bool has_vendor, has_product;
    size_t begin,
        end;          /* from its opening line to behind its closing line, or the end of the file */
    unsigned line;    /* of the opening line, from 1 */
    unsigned section; /* the how-manieth `devices` section it is in, from 1 */
    bool closed;
};

/* The next device that the parser keeps; false at the end. On MP_047 those of all sections but the
 * last are forgotten later: compare `section` with section_count at the end. */
bool mp_next_device(struct mp_reader *r, struct mp_device *device);

#endif
