/* SPDX-License-Identifier: MIT */
/* What status found out about one host, and its two forms. */
#ifndef STATUS_H
#define STATUS_H

#include "array.h"
#include "report.h"
#include "rootfs.h"

/* xapi's mirror of the host's `multipathing` (multipath.md 3). */
#define XAPI_STATE "/var/run/nonpersistent"
#define ENABLED    XAPI_STATE "/multipath_enabled"

struct report {
    const struct action *a;
    struct plan plan;
    struct mp_source *source; /* the files as they are, and what the parser makes of them */
    struct mp_config present;
    const char *state, *daemon, *multipathing;
    struct buf why, next; /* a sentence each, without a full stop */
    char file_sha256[65], block_sha256[65];
    bool record, pending, refused;
    struct maps maps;
    struct names beside;
};

/* Is it one to tell of: the array's, or nobody's for want of any path? */
bool status_tells(const struct map *map);
/* The setting of `multipaths` that says something of this map otherwise; NULL where none names it.
 */
const struct mp_setting *status_map_set(const struct report *s, const struct map *map);
/* Does the kernel have what is in force for it? why: where not, one sentence. */
bool status_map_agrees(const struct report *s, const struct map *map, struct buf *why);

/* Of our block's first marker; 0 without one. */
unsigned status_block_line(const struct edit *edit);
/* "pack", "device", "overrides" ... */
const char *status_by(const struct mp_value *value);

void status_json(struct buf *out, struct report *s);
void status_text(struct buf *out, struct report *s);

#endif
