/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One layout and action: its trees, and the laws every run is judged by. */
#ifndef INSTANT_JUDGE_H
#define INSTANT_JUDGE_H

#include "trace.h"
#include "tree.h"

#include <limits.h>

#define PACK "/opt"

struct scene {
    char name[80], action[16], label[80], target[PATH_MAX];
    char start_dir[PATH_MAX], wanted_dir[PATH_MAX], pristine_dir[PATH_MAX], scratch[PATH_MAX];
    char root[PATH_MAX]; /* where it is played */
    struct tree start, wanted, pristine;
    const struct entry *old, *new; /* what the target may be; NULL: absent */
    char program[PATH_MAX], state_dir[PATH_MAX];
    int64_t since;
    bool used;      /* root is no longer as start is */
    uint64_t *good; /* digests of trees from which all is known to end well */
    size_t good_count, judged;
};

/* Reads the file that describes the scene and sets up its root. */
void scene_open(struct scene *s, const char *path);
void scene_close(struct scene *s);
/* Puts the start tree back. */
void scene_reset(struct scene *s);
void scene_run(struct scene *s, const struct kind *kind, unsigned n, struct outcome *out);
/* False when a law is broken; `why` says which. */
bool scene_judge(struct scene *s, const struct kind *kind, const struct outcome *out, char *why,
                 size_t size);

#endif
