/* SPDX-License-Identifier: MIT */
/* What install would do to one root, worked out by reading alone: install, plan, check and status
 * all start from this, so none of them can disagree with another. */
#ifndef EDIT_H
#define EDIT_H

#include "host.h"
#include "mpconf.h"
#include "pack.h"

#include <sys/stat.h>

struct edit {
    const char *root;
    struct host host;
    char *path;                     /* of the file inside the root, links followed */
    char *outside;                  /* the same with the root before it */
    bool existed;                   /* the file is there */
    struct stat st;                 /* of it */
    struct buf before, base, after; /* as it is; without ours; with ours */
    struct buf stanza;
    struct mp_block block; /* ours in `before` */
    /* A device of somebody else for our vendor/product: where, and in whose favour it ends. */
    bool conflict, kept;
    char conflict_at[512];
};

/* Fills edit. DONE, or REFUSED/SYSTEM with the reason; edit is to be freed in any case. A conflict
 * with policy keep is DONE with `kept` set and after = base. */
int edit_plan(struct edit *edit, const char *root, const struct pack *pack, struct fail *f);

/* Only host, path and the file as it is, with and without ours: what removal needs. `path` may be
 * NULL: the host's own. */
int edit_read(struct edit *edit, const char *root, const struct pack *pack, const char *path,
              struct fail *f);
void edit_free(struct edit *edit);

/* True when the bytes on disk are still `before`. */
bool edit_still(const struct edit *edit);

#endif
