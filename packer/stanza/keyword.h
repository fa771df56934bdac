/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keywords of a multipath.conf device section: which parsers know them, their values, and what
 * stands for them elsewhere. One row a keyword, one a value that not all of them take.
 * A parser must get nothing it would print a diagnostic about (multipath.md section 0.2). */
#pragma once
#include "parser.h"

typedef struct {
    const char *name;
    guint old;             /* which of the parsers before 0.6.0 know it: bits 1 << SpParser */
    SpParser since, until; /* of the others: known from the first on, no more from the second on */
    const char *values;    /* "a|b|N": words, N = a number; NULL = any value */
    const char *idle;      /* the value as which parsers act that do not know it, or NULL */
    const char *alias;     /* the keyword that stands for it on others, or NULL */
    const char *why;       /* why leaving it out loses nothing; NULL where it does */
    const char *lost;      /* more about such a loss, or NULL */
} SpKeyword;

/* A value that only some parsers, or their kernels, take. */
typedef struct {
    const char *keyword;
    const char *value; /* its first word */
    guint old;
    SpParser since, until;
    const char *instead; /* what is put there, or NULL: the line is left out */
    gboolean same;       /* nothing is lost by that */
    const char *why;
} SpValue;

/* NULL when no parser knows it. */
const SpKeyword *sp_keyword_find(const char *name);
gboolean sp_keyword_is_known(const SpKeyword *keyword, SpParser parser);
/* What to say after an unknown name: the section it belongs to, or ", did you mean 'x'?", or "";
 * the caller frees. */
char *sp_keyword_advice(const char *name);
/* TRUE when `value` is one of keyword->values. */
gboolean sp_keyword_accepts(const SpKeyword *keyword, const char *value);
/* The row of a value that `parser` does not take; NULL when it does. */
const SpValue *sp_keyword_value_unknown(const SpKeyword *keyword, const char *value,
                                        SpParser parser);
