/* SPDX-License-Identifier: MIT */
/* Making the running daemon take the files, and proving that it and the kernel did. */
#ifndef RELOAD_H
#define RELOAD_H

#include "maps.h"
#include "mptoken.h"
#include "multipath.h"

enum reload {
    RELOAD_NO_DAEMON, /* none of this root runs: it reads the file when it starts. f has why, where
                         something else answers in its place, else is "" */
    RELOAD_TAKEN,
    RELOAD_PENDING, /* not now: a path is not ready, which a reload could lose; others hold the lock
                       around multipath's commands; the daemon cannot be seen from here. f tells */
    RELOAD_REFUSED, /* the daemon would not survive the files, or take none: it was not told */
    RELOAD_FAILED,  /* refused, hung, took something else, or paths or maps are missing since */
};

/* What a daemon is to be told, and what has to come of it. */
struct order {
    const char *root;
    struct text stanza; /* its devices, with its values; empty: nothing to compare */
    enum mp_era era;
    bool asks_parser; /* the host's multipath has a dry run: from 0.4.9 on */
    bool kept_off;    /* the files keep the array off multipath, or some LUN of it */
    bool loses_map;   /* and one that has a map now: it would lose its paths */
    bool keeps_paths; /* its daemon keeps a path that is not ready: from 0.8.5 on (ready.h) */
    /* Which disks are the array's (NULL: none), and the values in force for a map of it; false: it
     * is not judged. */
    maps_test *is_ours;
    bool (*want)(void *context, const struct map *map, struct map_wanted *wanted);
    void *context;
};

/* Under SM's lock where there is one: asks the host's parser once more, waits a little for paths
 * that are not ready, reconfigures and waits until the daemon's own configuration has the devices
 * of the stanza and the kernel's maps are as wanted with every path that was there before, at most
 * most_ms from the reconfigure on. f tells what is not RELOAD_TAKEN. */
enum reload reload_daemon(const struct order *order, int most_ms, struct fail *f);

#define RELOAD_MS      30000
#define RELOAD_BACK_MS 10000 /* after a daemon has already failed once */

/* Does it need telling? The same comparison alone, of the daemon and of the kernel: RELOAD_TAKEN,
 * RELOAD_FAILED (f tells the difference) or RELOAD_NO_DAEMON; RELOAD_PENDING when it does not
 * answer or cannot be seen. */
enum reload reload_needed(const struct order *order, struct fail *f);

/* Do `config` (a daemon's `show config`) and `stanza` agree? */
bool config_agrees(struct text config, struct text stanza, struct fail *f);

/* Does no list of `config` keep the stanza's devices off multipath? */
bool config_lets_in(struct text config, struct text stanza, struct fail *f);

/* Does `config` have settings for the one map of this wwid (`multipaths`)? They are the
 * administrator's, and such a map is not judged. */
bool config_names_map(struct text config, const char *wwid);

#endif
