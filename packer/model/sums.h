/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SHA256SUMS in the root of an image: the SHA-256 of every other file but its own signature, as
 * sha256sum(1) writes and checks it: a line "digest  path" a file, each path once, in the order of
 * their bytes. No path needs its escapes (a backslash or a line end in a name). Pure. */
#pragma once
#include "entry.h"

#define SP_SUMS           "SHA256SUMS"
#define SP_SUMS_SIGNATURE "SHA256SUMS.asc"

/* TRUE for a file that has to be listed. */
gboolean sp_sums_wants(const SpEntry *entry);
/* Of the files of `tree`, in whatever order; the caller unrefs. */
GBytes *sp_sums_write(const GPtrArray *tree);

typedef struct {
    int line;        /* from 1 */
    char digest[65]; /* lower-case hexadecimal; "" when the line is not one of that grammar */
    GString *path;
    const char *at, *end; /* what is still to be read */
} SpSums;

/* `text` has to outlive it. */
void sp_sums_open(SpSums *sums, GBytes *text);
void sp_sums_close(SpSums *sums);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SpSums, sp_sums_close)
/* The next line; FALSE when there is none. */
gboolean sp_sums_next(SpSums *sums);
