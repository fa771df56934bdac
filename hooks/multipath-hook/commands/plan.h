/* SPDX-License-Identifier: MIT */
/* What install would do to one root, worked out by reading alone: install, plan, check and status
 * all start from this, so none of them can disagree with another. */
#ifndef PLAN_H
#define PLAN_H

#include "edit.h"
#include "host.h"
#include "pack.h"

struct plan {
    const char *root;
    struct host host;
    struct buf stanza; /* in the host's dialect */
    char **names;      /* vendor, product, vendor, product ... of its devices */
    size_t name_count;
    /* [0] is the file our block goes to. The others are files in which a device of somebody else
     * makes way for ours, or did. None at all where the plan was refused early. */
    struct edit *edits;
    size_t count;
    /* A device of somebody else for our vendor/product: where, and whether it is kept. */
    bool conflict, kept;
    char conflict_at[512];
};

/* host is taken over. DONE, or REFUSED/SYSTEM with the reason; plan is to be freed in any case. A
 * conflict with policy keep is DONE with `kept` set and after = base. */
int plan_make(struct plan *plan, const char *root, const struct pack *pack, struct host *host,
              struct fail *f);
bool plan_differs(const struct plan *plan);
void plan_free(struct plan *plan);

/* Calls `each` for every file this host's multipath reads beside our own (none on hosts without a
 * config_dir), in its order; `later`: it is read after ours. Stops at the first that is not DONE.
 */
int plan_other_files(const char *root, const struct host *host,
                     int (*each)(void *data, const char *path, bool later, struct fail *f),
                     void *data, struct fail *f);

#endif
