/* SPDX-License-Identifier: MIT */
/* The five commands. Each returns the exit status and has said what there is to say. */
#ifndef ACTION_H
#define ACTION_H

#include "plan.h"
#include "reload.h"
#include "state.h"

#include <stdbool.h>

struct action {
    const char *root; /* "" for this machine */
    struct pack pack;
    bool json, no_reload;
};

int action_install(const struct action *a);
int action_remove(const struct action *a);
int action_check(const struct action *a);
int action_plan(const struct action *a);
int action_status(const struct action *a);

/* Shared by install and remove. */

/* Where to look for the daemon; host may be NULL or unknown. */
enum mp_era action_era(const struct host *host);

/* Our own lock on this root, under which the record is read. Held until the process ends. */
int action_lock(const struct action *a, struct fail *f);
/* Then those of the others that edit this host's files: SM's lock where it edits them, too, and
 * mpathconf is waited for. */
int action_lock_others(const struct action *a, const struct host *host, struct fail *f);

/* REFUSED, or SYSTEM, where what install would change could not be changed. */
int action_can_change(const struct action *a, const struct plan *plan, struct fail *f);

/* Asks this host's own parser what it says now (`before`, to be freed) and what it would say of the
 * plan, without writing anything: REFUSED, with the reason, where it would refuse or complain of
 * more. *asked: false where that is not to be had, and it can only be asked once the files are
 * written. check and install start from this. */
int action_ask_parser(const struct action *a, const struct plan *plan, struct dry_run *before,
                      bool *asked, struct fail *f);

/* What the daemon is to be told, now that the files are as they are. host NULL: nobody can name it;
 * plan NULL: nothing is known of the array. *expected is filled with what the order points to, and
 * is to be freed; NULL: nothing of ours is wanted. */
struct order action_order(const struct action *a, const struct host *host, struct plan *plan,
                          struct buf *expected);

/* Makes `text` the file's bytes: written beside with its owner, mode and attributes and, where
 * `times` is given, the times of that, synced, renamed, provided that nobody wrote it since it was
 * read; else `*again` is set and f says so. */
int action_write(const struct action *a, const struct edit *edit, struct text text,
                 const struct stat *times, bool *again, struct fail *f);

/* After the file was replaced: what somebody wrote meanwhile into the file that was read is put in
 * its place again, and what somebody wrote over the new one is seen. True when either happened and
 * the edit is to be done anew. `wanted` is what was written (NULL: no file). */
bool action_lost(const struct action *a, struct edit *edit, const struct text *wanted);

/* Makes `text` the file's bytes again: the kept original itself where it has them, no file where
 * there was none, else a new file. slot: of the original, -1 for none. *original: it was the first
 * of these or the second. *again as for action_write. */
int action_put_back(const struct action *a, const struct store *store, const struct edit *edit,
                    bool existed, int slot, struct text text, bool *original, bool *again,
                    struct fail *f);

/* Takes ours out of every file of this root: those on record and those this host reads now (host
 * NULL: nobody can name it), and the folders made for it. */
int action_take_out(const struct action *a, const struct store *store, const struct host *host,
                    const struct state *state, bool *changed, struct fail *f);

/* Removes the folders that were made for the file on record and are empty now; those another pack
 * still needs are put on its record. */
int action_remove_folders(const struct action *a, const struct state *state, struct fail *f);

#endif
