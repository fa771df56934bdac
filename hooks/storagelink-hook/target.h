/* SPDX-License-Identifier: MIT */
/* The file to be edited, as it is now, and the original that install keeps beside it: its presence
 * says that the entry is ours. Its name does not end in .xml, so that nothing takes it for a
 * configuration. */
#ifndef TARGET_H
#define TARGET_H

#include "action.h"
#include "config.h"

struct target {
    wchar_t *path, *original_path;
    char *shown;
    struct buf now, original;
    bool has_original;
};

/* To be closed in any case. */
int target_open(const struct action *a, struct target *t, struct fail *f);
void target_close(struct target *t);
/* The file anew, after others may have changed it. */
int target_read(struct target *t, struct fail *f);
/* A refusal of the edit as a sentence; REFUSED. */
int target_refused(const struct target *t, const struct xml_refusal *why, struct fail *f);

#endif
