/* SPDX-License-Identifier: MIT */
/* The five commands. Each returns the exit status and has said what there is to say. */
#ifndef ACTION_H
#define ACTION_H

#include "edit.h"
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

/* The lock of all multipath-hooks of this root; clears what a stopped run left. */
int action_lock(const struct action *a, struct fail *f);
/* The name the new file has until it is renamed. No ".conf" in it: up to 0.8.3 the daemon reads
 * every name in conf.d that has one. From malloc. */
char *action_temp(const struct action *a, const struct edit *edit);
/* Makes `text` the file's bytes again: the kept original itself where it has them, no file where
 * there was none, else a new file. *original: it was the first of these or the second. */
int action_put_back(const struct action *a, const struct store *store, const struct edit *edit,
                    const struct state *state, struct text text, bool *original, struct fail *f);
/* Takes our block out of one file (NULL: the host's own). */
int action_take_out(const struct action *a, const struct store *store, const struct state *state,
                    const char *path, bool *changed, struct fail *f);

#endif
