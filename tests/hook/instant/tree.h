/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole directory tree in memory: read, written out again, compared. */
#ifndef INSTANT_TREE_H
#define INSTANT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct entry {
    char *path; /* inside the root, "/etc/multipath.conf" */
    char *data; /* a file's bytes, or where a link points */
    size_t n;
    mode_t mode;
    uid_t uid;
    gid_t gid;
    nlink_t links;
    ino_t ino;
    int64_t mtime; /* ns; 0 for folders */
};

struct tree {
    struct entry *e; /* in the order of their paths */
    size_t n, room;
};

/* Everything below root but `without` (a path inside, or NULL). Ends the program when it cannot. */
void tree_read(struct tree *tree, const char *root, const char *without);
void tree_write(const struct tree *tree, const char *root);
void tree_free(struct tree *tree);
/* Deletes what is below root, but not `without`. */
void tree_delete(const char *root, const char *without);

const struct entry *tree_find(const struct tree *tree, const char *path);
/* Same bytes, or absent both (NULL). */
bool entry_same_data(const struct entry *a, const struct entry *b);
/* True when path is `folder` or below it; a NULL folder holds nothing. */
bool is_within(const char *path, const char *folder);
/* True when `now` is not as `wanted`, `without` not looked at; says in `why` what differs first.
 * The time counts for the file `timed` (or NULL) alone. */
bool tree_differs(const struct tree *wanted, const struct tree *now, const char *without,
                  const char *timed, char *why, size_t size);
/* One number for all a program can see of the tree; every time from `since` on counts as one. */
uint64_t tree_digest(const struct tree *tree, int64_t since);

__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);
void *more(void *p, size_t n);

#endif
