/* SPDX-License-Identifier: MIT */
/* How the parser of each era splits a line into words (multipath.md 1). */
#ifndef MPTOKEN_H
#define MPTOKEN_H

#include "text.h"

enum mp_era {
    MP_047,    /* 0.4.7, 0.4.8: XenServer 5.x to 6.2 */
    MP_049,    /* 0.4.9, el6: 6.5 */
    MP_EL7,    /* 0.4.9-86 ... -136: 7.0 to 8, XCP-ng 8 */
    MP_MODERN, /* 0.8.5 and later: 9 */
};

/* The version of a multipath program as one number that sorts; dom0's own builds of 0.4.9 and el6's
 * have their package's release behind it: MP_VERSION(0, 4, 9, 86). */
#define MP_VERSION(a, b, c, release)                                                               \
    ((unsigned)(a) << 24 | (unsigned)(b) << 16 | (unsigned)(c) << 8 | (unsigned)(release))

/* "0.4.9-86", "0.9.6": false for anything else. */
bool mp_version_of(struct text name, unsigned *version);

static inline enum mp_era mp_era_of(unsigned parser)
{
    return parser < MP_VERSION(0, 4, 9, 0)    ? MP_047
           : parser < MP_VERSION(0, 4, 9, 86) ? MP_049
           : parser < MP_VERSION(0, 5, 0, 0)  ? MP_EL7
                                              : MP_MODERN;
}

#define MP_LINE  1024              /* MAXBUF of every parser; a longer line comes in pieces */
#define MP_VALUE (2 * MP_LINE + 2) /* el6 puts a blank between any two tokens of a value */

/* The first token of a line (no line end), empty where there is none; a quote is a token of its
 * own. *rest is behind it. */
struct text mp_first_token(enum mp_era era, struct text line, struct text *rest);

/* Where the first token begins; NULL where there is none. */
const char *mp_token_begin(enum mp_era era, struct text line);

/* The value the parser gives a keyword, the first token of a line, from what is behind it:
 * unquoted, with a NUL; its length. */
size_t mp_token_value(enum mp_era era, struct text keyword, struct text rest, char value[MP_VALUE]);

static inline bool mp_is_quote(struct text token)
{
    return token.n == 1 && token.p[0] == '"';
}

#endif
