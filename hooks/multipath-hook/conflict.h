/* SPDX-License-Identifier: MIT */
/* Other people's devices for our vendor/product, in every file this host's multipath reads. */
#ifndef CONFLICT_H
#define CONFLICT_H

#include "edit.h"

struct conflicts {
    size_t count;
    char first[512]; /* "'/etc/multipath.conf', line 12" */
    bool beyond;     /* one of them wins over ours and lies in a file we do not edit */
    size_t *off;     /* devices of the edited file (base) that stand in our way */
    size_t off_count;
};

/* Needs host, path, base and stanza of edit. Blocks of this pack are not counted. */
int conflicts_find(const struct edit *edit, struct conflicts *found, struct fail *f);
void conflicts_free(struct conflicts *found);

#endif
