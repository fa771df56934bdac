/* SPDX-License-Identifier: MIT */
/* What removal needs to know, under /var/lib/<label>/: the file the block went to, whether it was
 * there before, the folders made for it, and the original itself. Removal works without any of it,
 * only less exactly. Written beside, synced and renamed: either the old state or the new one. */
#ifndef STATE_H
#define STATE_H

#include "fail.h"
#include "text.h"

#include <sys/stat.h>

struct state {
    bool present;  /* there is a state */
    char *file;    /* inside the root, links followed */
    bool existed;  /* before the first install */
    int made_dirs; /* how many folders above file were made for it */
    bool pending;  /* the daemon has not been told yet */
};

struct store {
    const char *root;
    char *dir; /* outside path of /var/lib/<label> */
};

int store_open(struct store *store, const char *root, const char *label, struct fail *f);
void store_free(struct store *store);
void state_free(struct state *state);

/* SYSTEM when there is a state that cannot be read; none is no failure. */
int state_load(const struct store *store, struct state *state, struct fail *f);
int state_save(const struct store *store, const struct state *state, struct fail *f);

/* Keeps the very file at `outside` as the original, by a link where the file system allows it,
 * else by a copy of `old` with its times. */
int state_keep_original(const struct store *store, const char *outside, struct text old,
                        const struct stat *st, struct fail *f);
/* True when the kept original has exactly these bytes; st is its own. */
bool state_original_is(const struct store *store, struct text text, struct stat *st);
/* The path of the original; static buffer of the store. */
char *state_original_path(const struct store *store);
void state_drop_original(const struct store *store);

/* Takes everything of the store away, the folder with it. */
int store_remove(const struct store *store, struct fail *f);

#endif
