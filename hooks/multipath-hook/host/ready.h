/* SPDX-License-Identifier: MIT */
/* Would a reload leave every path where it is? Dom0's daemons build all maps anew from the paths
 * that answer just then: what was run (parsers-2.md P10.1) is that 0.4.9-86 and -119 drop a path
 * that is not ready for good, that -136 drops it and takes it back within a minute, and that 0.8.5
 * and 0.11.1 keep it. None keeps a map of which no path is ready. */
#ifndef READY_H
#define READY_H

#include "maps.h"

/* Is every path of every map of a `show topology` ready (or a ghost: a path that answers and waits)
 * or, unless `every`, at least one of each map? Where not, *map is the line of the map and *path
 * that of a path, empty where the map has none; empty_too: such a map is passed over. Paths of no
 * map are nothing a reload could lose. */
bool topology_ready(struct text topology, bool every, bool empty_too, struct text *map,
                    struct text *path);

/* Would I/O go over every path of every map the kernel has? Then a map of which the daemon alone
 * knows no path, after a blacklist perhaps, can only gain by a reload. */
bool kernel_ready(const struct maps *maps);

/* The same of the disks behind the kernel's maps, which know of a lost path before the daemon does.
 * f names the path that is not running. */
bool disks_ready(const struct maps *maps, bool every, struct fail *f);

#endif
