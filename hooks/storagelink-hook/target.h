/* SPDX-License-Identifier: MIT */
/* The file to be edited, as it is now, and what is kept beside it: the record of what this pack
 * did, the first original, and while a run goes on, the file as it was before. Their names do not
 * end in .xml, so that nothing takes them for a configuration. */
#ifndef TARGET_H
#define TARGET_H

#include "action.h"
#include "config.h"
#include "record.h"

enum kept { KEPT_RECORD, KEPT_ORIGINAL, KEPT_DURING, KEPT };

struct target {
    wchar_t *path, *paths[KEPT];
    char *shown;
    struct buf now, kept[KEPT];
    bool has_now, has[KEPT];
    struct record record; /* of an earlier run; zeros where there is none */
    struct buf inserted;
    struct sl_mine mine; /* inserted, and where */
    struct sl_rule rule; /* with the choices of the earlier run where this one has none */
};

/* To be closed in any case. The file may be missing only where a run was stopped half-way. */
int target_open(const struct action *a, struct target *t, struct fail *f);
void target_close(struct target *t);
/* The file anew, after others may have changed it. */
int target_read(struct target *t, struct fail *f);
/* A refusal of the edit as a sentence, with what can be chosen on stderr; REFUSED. */
int target_refused(const struct target *t, const struct xml_refusal *why, struct fail *f);
/* What can be chosen, to stderr. */
void target_list(const struct target *t);

#endif
