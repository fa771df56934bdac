/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A text of its own for the hosts of some releases: the key `stanza-7.1..7.2` of a description.
 * Which parser a release has: multipath.md section 3, as the hook decides it. */
#pragma once
#include "parser.h"

typedef struct {
    char *name;           /* "7.1..7.2" */
    int from[2], to[2];   /* major and minor, both included; a `to` without minor is all of them */
    int line;             /* of the key */
    char *path;           /* relative to the description's folder */
    SpParser first, last; /* what these hosts have */
    GBytes *text[SP_PARSERS]; /* from first to last; NULL until derived, as all others */
} SpRange;

/* The range a key of [multipath] is for; NULL when it is none. *must is then why not, as a grammar
 * says it, or NULL when the key does not look like one at all. The caller's. */
SpRange *sp_range_new(const char *key, const char **must);
void sp_range_free(gpointer data);
gboolean sp_range_overlaps(const SpRange *a, const SpRange *b);
/* "multipath-7.1..7.2-0.4.9-86.conf"; equal texts of a range are one file. The caller frees. */
char *sp_range_file(const SpRange *range, SpParser parser);
/* Lines of pack.conf, `stanza-release=FROM TO PARSER FILE`, with major and minor; a parser whose
 * text is that of the one before has none. */
void sp_range_conf(const SpRange *range, GString *out);
/* Has the parser a file of its own? */
gboolean sp_range_owns(const SpRange *range, SpParser parser);
