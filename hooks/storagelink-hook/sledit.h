/* SPDX-License-Identifier: MIT */
/* The edit of a device identification file: text in, changes out. Nothing here knows files, clocks
 * or services. Laws, proved by sl_install on each result before it returns one:
 *   sl_remove(sl_install(x)) = x but for the version
 *   sl_install(sl_install(x)) = sl_install(x)
 * Both raise the last number of the file's version, which makes StorageLink push the rules; where
 * nothing is to be done, they change nothing. */
#ifndef SLEDIT_H
#define SLEDIT_H

#include "slentry.h"

/* Some bytes of a file taken out and others put in their place. */
struct sl_splice {
    size_t begin, end;
    struct buf in;
};

struct sl_change {
    struct sl_splice at[3]; /* in order; they do not touch */
    unsigned count;
    struct buf inserted;        /* by sl_install: the entry, with the blanks before it */
    size_t inserted_at;         /* bytes into the changed file */
    char before[24], after[24]; /* the version */
};

/* What an earlier run put in, and where; bytes is empty where none did. */
struct sl_mine {
    struct text bytes;
    size_t at;
};

struct sl_view {
    enum sl_found found;
    bool mine;        /* what was put in is there, once */
    unsigned line;    /* of our entry, or 0 */
    char version[24]; /* "" where it cannot be told */
};

/* False where the file, or the rule's own entry, is refused. */
bool sl_look(struct text file, const struct sl_rule *rule, const struct sl_mine *mine,
             struct sl_view *view, struct xml_refusal *why);
/* False where it cannot be done safely. What is there of an earlier run is replaced, and is nothing
 * to learn from. The caller frees what comes back. */
bool sl_install(struct text file, const struct sl_rule *rule, const struct sl_mine *mine,
                struct sl_change *change, struct xml_refusal *why);
/* Takes out exactly what an earlier run put in; blanks before it may have changed. */
bool sl_remove(struct text file, const struct sl_rule *rule, const struct sl_mine *mine,
               struct sl_change *change, struct xml_refusal *why);
void sl_change_free(struct sl_change *change);
/* Adds the changed file to `out`. */
void sl_apply(struct text file, const struct sl_change *change, struct buf *out);
/* Whether version `a` is higher than `b`, both as sl_look gives them. */
bool sl_is_higher(const char *a, const char *b);

/* What could be the version and what could be cloned, as --version-at and --like number them, a
 * line each; nothing where the file is refused. */
void sl_list(struct text file, const struct sl_rule *rule, const struct sl_mine *mine,
             struct buf *out);

/* A unified diff, UTF-8, with three lines around each change; nothing where nothing changes. */
void sl_diff(struct text file, const struct sl_change *change, const char *path, struct buf *out);

#endif
