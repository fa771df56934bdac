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

/* The form nearly all keywords' lines have, and every era reads alike: a keyword of a to z and "_",
 * and one value, in quotes or not, with nothing but blanks around. False for any other line. */
bool mp_usual(struct text line, struct text *keyword, struct text *value);

static inline bool mp_is_quote(struct text token)
{
    return token.n == 1 && token.p[0] == '"';
}

#endif
