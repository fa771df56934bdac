/* SPDX-License-Identifier: MIT */
/* What removal needs to know, under /var/lib/<label>/: the file the block went to, whether it was
 * there before, the folders made for it, and the original itself. Removal works without any of it,
 * only less exactly. Written beside, synced and renamed: either the old state or the new one. */
#ifndef STATE_H
#define STATE_H

#include "fail.h"
#include "rootfs.h"
#include "text.h"

#include <sys/stat.h>

struct state {
    bool present;        /* something of ours is in the host's files */
    char *file;          /* inside the root, links followed */
    bool existed;        /* before the first install */
    int made_dirs;       /* how many folders above file were made for it */
    bool pending;        /* the daemon may not have been told yet: also without `present`, after a
                            removal that it was not told of */
    char *asked;         /* host.asked of the last install, or NULL */
    struct names others; /* files in which devices were switched off; their slots are 1, 2 ... */
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

/* The slot of a file on record: 0 for `file`, -1 for none. */
int state_slot(const struct state *state, const char *path);
/* The same; a file that is not on record is added to the others. */
int state_add_slot(struct state *state, const char *path);

/* Keeps the very file at `outside` as the original of a slot, by a link where the file system
 * allows it, else by a copy of `old` with its times. */
int state_keep_original(const struct store *store, int slot, const char *outside, struct text old,
                        const struct stat *st, struct fail *f);
/* *same: the slot's original (none for a slot of -1) has exactly these bytes; st is its own. One
 * that is there and cannot be read is a failure: it is not to be taken for another. */
int state_original_is(const struct store *store, int slot, struct text text, struct stat *st,
                      bool *same, struct fail *f);
/* The path of the slot's original, from malloc. */
char *state_original_path(const struct store *store, int slot);
void state_drop_original(const struct store *store, int slot);

/* Takes everything of the store away, the folder with it. */
int store_remove(const struct store *store, struct fail *f);
/* The same, but for the note that the daemon is to be told: nothing of ours is left in the files.
 */
int store_keep_pending(const struct store *store, struct fail *f);

#endif
