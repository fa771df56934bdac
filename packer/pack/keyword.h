/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keywords of a multipath.conf device section and which dialect's parsers know them.
 * One row a keyword. Source: multipath.md Appendix A (generated from install_keyword() of every
 * release) and section 2; a host's parser must print no diagnostic (section 0.2). */
#pragma once
#include <glib.h>

#include "pack.h"

typedef struct {
    const char *name;
    gboolean known[SP_DIALECTS]; /* by every parser of that dialect, without a diagnostic */
    const char *values;          /* "a|b|N": words, N = a number; NULL = any value */
    const char *why;             /* for keywords dropped by rule: the reason; else NULL */
} SpKeyword;

/* NULL when no dialect knows it. */
const SpKeyword *sp_keyword_find(const char *name);
/* What to say after an unknown name: the section it belongs to, or ", did you mean 'x'?", or "";
 * the caller frees. */
char *sp_keyword_advice(const char *name);
/* TRUE when `value` is one of keyword->values. */
gboolean sp_keyword_accepts(const SpKeyword *keyword, const char *value);
