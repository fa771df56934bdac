/* SPDX-License-Identifier: MIT */
/* Making the running daemon take the file, and proving that it did. */
#ifndef RELOAD_H
#define RELOAD_H

#include "fail.h"
#include "text.h"

enum reload {
    RELOAD_NO_DAEMON, /* none of this root runs: it reads the file when it starts */
    RELOAD_TAKEN,
    RELOAD_PENDING, /* a map has no ready path now: a reload could drop it */
    RELOAD_FAILED,  /* refused, hung, or took something else */
};

/* Reconfigures and waits until the daemon's own configuration has the devices of `stanza` with
 * its values (empty: nothing to compare), at most most_ms. f tells a failure. */
enum reload reload_daemon(const char *root, struct text stanza, int most_ms, struct fail *f);

#define RELOAD_MS      30000
#define RELOAD_BACK_MS 10000 /* after a daemon has already failed once */

/* The same comparison alone: RELOAD_TAKEN, RELOAD_FAILED (f tells the difference) or
 * RELOAD_NO_DAEMON; RELOAD_PENDING when it does not answer. */
enum reload daemon_agrees(const char *root, struct text stanza, struct fail *f);

/* Do `config` (a daemon's `show config`) and `stanza` agree? */
bool config_agrees(struct text config, struct text stanza, struct fail *f);

/* Does every map of a `show topology` have a path that is ready? *map is the first without. */
bool topology_ready(struct text topology, struct text *map);

#endif
