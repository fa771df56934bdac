/* SPDX-License-Identifier: MIT */
/* Making the running daemon take the file, and proving that it did. */
#ifndef RELOAD_H
#define RELOAD_H

#include "fail.h"
#include "multipath.h"
#include "text.h"

enum reload {
    RELOAD_NO_DAEMON, /* none of this root runs: it reads the file when it starts */
    RELOAD_TAKEN,
    RELOAD_PENDING, /* not now: a map has no ready path, which a reload could drop, or others hold
                       the lock around multipath's commands. f tells which */
    RELOAD_REFUSED, /* the host's own parser would not take the files: the daemon was not told */
    RELOAD_FAILED,  /* refused, hung, or took something else */
};

/* Under SM's lock where there is one: compares what the host's own parser says now with what it
 * said before the change (NULL: not asked), reconfigures and waits until the daemon's own
 * configuration has the devices of `stanza` with its values (empty: nothing to compare), at most
 * most_ms. f tells a failure. */
enum reload reload_daemon(const char *root, struct text stanza, const struct dry_run *before,
                          int most_ms, struct fail *f);

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
