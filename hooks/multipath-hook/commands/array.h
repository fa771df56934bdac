/* SPDX-License-Identifier: MIT */
/* The pack's array among this host's disks and maps, for maps_read() and whoever compares what the
 * kernel has with what is in force. */
#ifndef ARRAY_H
#define ARRAY_H

#include "maps.h"
#include "plan.h"

/* Is a disk with these INQUIRY strings the array's? context: a struct plan, as maps_test. */
bool array_is(void *context, const char *vendor, const char *model);

/* The values in force for a map of the array once the plan is installed: they point into the plan.
 * False where none are to be compared: no disk of it is the array's, or it is kept off multipath.
 * context: a struct plan. */
bool array_want(void *context, const struct map *map, struct map_wanted *wanted);

/* The verdicts of the plan anew, of the LUNs that this host has: of their own wwids and disks more
 * can be said than of any. Where it has none, or does not tell, they stay. */
void array_judge(struct plan *plan, const struct maps *maps);

/* Do the files keep a LUN of the array off multipath that has a map? By its own wwid and disk: of
 * others than those that are there they may say so. */
bool array_keeps_off(struct plan *plan, const struct maps *maps);

#endif
