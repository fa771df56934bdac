/* SPDX-License-Identifier: MIT */
/* What install would do to one root, and what the host's parser will make of the result, worked out
 * by reading alone: install, plan, check and status all start from this, so none of them can
 * disagree with another. */
#ifndef PLAN_H
#define PLAN_H

#include "edit.h"
#include "host.h"
#include "pack.h"
#include "verdict.h"

#define PLAN_OPENING "devices {\n"

/* One device of the pack. */
struct plan_device {
    const struct mp_section *wanted; /* as the stanza has it */
    bool kept_out;                   /* an administrator's device stands in its place */
    struct mp_verdict verdict;       /* once installed */
    char node[32], wwid[128];        /* of the LUN it is about, where that is there; or empty */
};

/* One keyword of the pack beside its devices, or one entry of a list. */
struct plan_setting {
    const struct mp_setting *wanted;
    /* Another's explicit value, which stays; NULL: the pack's is in force, unless `barred`. */
    const struct mp_setting *instead;
    const char *barred; /* why it cannot be delivered on this host, a constant; or NULL */
    char rival[80];     /* "20", by `rival_by`: what another pack wants and does not get */
    char rival_by[80], rival_at[512];
};

struct plan {
    const char *root;
    struct host host;
    const char *dialect;    /* the first parser that gets the same stanza, "0.4.9-86" */
    struct buf stanza;      /* all devices, for the host's parser */
    struct buf used;        /* those that are not kept out */
    struct buf section;     /* PLAN_OPENING, stanza and "}": what `wanted` is read from */
    struct mp_source alone; /* the same as a file */
    struct mp_config wanted;
    struct plan_device *device;
    size_t device_count;
    /* [0] is the file our block goes to; the others are those this host reads besides, in order.
     * None at all where the plan was refused early. */
    struct edit *edits;
    size_t count;
    struct mp_source *source; /* the same files with ours, in the order they are read */
    struct mp_config config;  /* and what the parser makes of them */
    bool wwid_known;
    struct buf settings;  /* of the pack, whole sections beside its devices */
    struct buf delivered; /* the same as they are put in: those that make way are comments */
    struct plan_setting *setting;
    size_t setting_count;
    bool kept_off; /* the files keep some LUN of the array off, one that is there or not */
    /* An administrator's device for our array: where; and whether it leaves none of ours in. */
    bool conflict, kept;
    char conflict_at[512];
};

/* host is taken over. DONE, or REFUSED/SYSTEM with the reason; plan is to be freed in any case. */
int plan_make(struct plan *plan, const char *root, const struct pack *pack, struct host *host,
              struct fail *f);
bool plan_differs(const struct plan *plan);
void plan_free(struct plan *plan);

/* The first device of the pack that does not get what its stanza says although it is installed, or
 * is kept off multipath; NULL where all is in force. */
const struct plan_device *plan_not_in_force(const struct plan *plan);
/* mp_judge() of a device of the plan by the files of c, and by what is known of its LUN. */
void plan_judge(const struct plan *plan, const struct plan_device *device,
                const struct mp_config *c, struct mp_verdict *verdict);
/* Why, in one sentence without a full stop. */
void plan_why(const struct plan_device *device, struct buf *out);

/* The first setting beside the devices that is not in force or that another pack wants otherwise;
 * NULL where all is well. And why, in one sentence; *pack: the other is a pack. */
const struct plan_setting *plan_setting_lost(const struct plan *plan);
void plan_setting_why(const struct plan_setting *setting, bool *pack, struct buf *out);
/* "defaults", "blacklist" ... */
const char *plan_section_name(const struct mp_section *section);

/* Splits the stanza's text, finds out which settings make way on the host's files without ours
 * (`base`), and writes plan->delivered. */
void plan_split(struct plan *plan);
void plan_settings(struct plan *plan, const struct mp_config *base);
/* Those in force, as sections; appended. */
void plan_expect_settings(const struct plan *plan, struct buf *out);

/* The settings that are in force by our block, as device blocks, then the sections beside them:
 * what a daemon must have. To be freed. */
void plan_expect(const struct plan *plan, struct buf *out);

/* The files of this host in the order they are read, and what its parser makes of them: as they
 * are, without ours, or as install leaves them. Both point into the plan; source is to be freed
 * with free(), config before that. */
enum plan_which { PLAN_PRESENT, PLAN_BASE, PLAN_AFTER };
void plan_read(const struct plan *plan, const struct pack *pack, enum plan_which which,
               struct mp_source **source, struct mp_config *config);

/* Calls `each` for every file this host's multipath reads beside our own (none on hosts without a
 * config_dir), in its order; `later`: it is read after ours. Stops at the first that is not DONE.
 */
int plan_other_files(const char *root, const struct host *host,
                     int (*each)(void *data, const char *path, bool later, struct fail *f),
                     void *data, struct fail *f);

#endif
