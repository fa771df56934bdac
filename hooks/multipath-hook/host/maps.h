/* SPDX-License-Identifier: MIT */
/* The multipath maps as the kernel has them, and the disks behind them. multipathd is not asked: it
 * may have the new configuration while a map keeps its old table (parsers-2.md P10.2, P10.9).
 * Reads only: /dev/mapper/control and /sys/block; no map and no disk is opened.
 * All names come from outside, with whatever bytes; they are bounded and not escaped. */
#ifndef MAPS_H
#define MAPS_H

#include "fail.h"
#include "text.h"

/* A block device of this host that has a device behind it (a LUN's path, an NVMe namespace). */
struct disk {
    unsigned major, minor;
    char name[32];   /* "sda" */
    char vendor[12]; /* of the INQUIRY, its trailing blanks kept: "OSNEXUS " */
    char model[44];  /* "QUANTASTOR      " */
    char state[20];  /* "running", "offline", "transport-offline" ...; "" when it has none */
    bool ours;       /* what the caller's test says of vendor and model */
    bool mapped;     /* a path of one of the maps */
};

struct map_path {
    unsigned major, minor;
    char state;              /* 'A' active, 'F' failed, '?' when the status has no such path */
    size_t group;            /* index into map.groups */
    struct text args;        /* the selector's for this path: "100"; may be empty */
    const struct disk *disk; /* in maps.disks; NULL when the host has none of this number */
};

struct map_group {
    char state;           /* 'A' active, 'E' enabled, 'D' disabled, '?' */
    struct text selector; /* name, number of arguments, arguments: "round-robin 0" */
    size_t n_paths;
};

struct map {
    char name[128];
    char wwid[128]; /* the device's uuid behind "mpath-" */
    bool ours;      /* the caller's test takes one of its paths at least */
    /* From here on what map_parse() fills and map_free() frees. */
    char *table;                   /* the slices point into it */
    struct text features, handler; /* "1 queue_if_no_path", "0", "1 alua" */
    struct map_group *groups;
    struct map_path *paths; /* in the table's order, which is by group */
    size_t n_groups, n_paths;
    bool parsed; /* false: not one multipath target, or not in its grammar: all of this is empty */
};

struct maps {
    bool known; /* false: which maps there are cannot be known. True with n == 0: there are none */
    struct map *maps;
    struct disk *disks; /* all; a LUN without a map is one with `ours` and not `mapped` */
    size_t n, n_disks;
};

/* Is a device with these INQUIRY strings the array's? Blanks at their ends are as in struct disk:
 * whether a pattern sees them is the parser's affair (P3). */
typedef bool maps_test(void *context, const char *vendor, const char *model);

/* All maps and all disks of this machine, at this moment. test may be NULL: nothing is ours. False
 * with f when it cannot be known: another root than "", no control device, no right to it. The
 * disks are listed where sysfs is there, even so. Give maps to maps_free() either way. */
bool maps_read(const char *root, maps_test *test, void *context, struct maps *maps, struct fail *f);
void maps_free(struct maps *maps);

/* "running", an NVMe namespace's "live", or none told. */
bool disk_runs(const struct disk *disk);

/* Would I/O go over it: active to the kernel, and its disk running. The kernel notices a lost path
 * only when I/O fails, and the disk's state may be "running" when the array is gone: either says
 * no, none says surely yes. */
bool map_path_ready(const struct map_path *path);
size_t map_ready(const struct map *map); /* how many are */

/* How its paths are grouped, in the words of path_grouping_policy as far as a table tells it:
 * "multibus", "failover", "groups"; "single" for one path, "none". */
const char *map_policy(const struct map *map);

/* Values in force for the map's array, as a configuration writes them ("fail", "1 alua"); NULL: not
 * judged. */
struct map_wanted {
    const char *path_grouping_policy, *path_selector;
    const char *rr_min_io, *rr_min_io_rq, *rr_weight;
    const char *no_path_retry, *features, *hardware_handler;
    bool daemon; /* one runs. One that ends turns queueing off, whatever the configuration says */
};

/* False only where the table surely contradicts, with one sentence (no full stop) that names the
 * map, what the kernel has and what was wanted. A table a running multipathd has just not reached
 * yet contradicts too: who has reloaded asks again until a time of its own is over. */
bool map_agrees(const struct map *map, const struct map_wanted *wanted, struct buf *why);

/* Is a map (by its wwid) or a path of one missing now? Names each in `why`, separated by "; ".
 * What was not known before is not missed; what is not known afterwards is. */
bool maps_lost(const struct maps *before, const struct maps *after, struct buf *why);

/* ---- pure, for the above and for tests ------------------------------------------------------ */

/* Reads the two lines of a multipath target (behind "0 SIZE multipath ") into map, whose name and
 * wwid are left alone; takes copies. False when the table is not in the grammar of the kernel's
 * drivers/md/dm-mpath.c, or the status does not have the same paths, which is so for a moment
 * between two tables; the states are '?' then. */
bool map_parse(struct map *map, struct text table, struct text status);
void map_free(struct map *map);

/* "8:16", as tables and sysfs write a device's numbers. */
bool map_numbers(struct text t, unsigned *major, unsigned *minor);

#endif
