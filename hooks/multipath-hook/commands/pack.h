/* SPDX-License-Identifier: MIT */
/* The pack this copy of the program belongs to: ../share/<label>/ beside it. */
#ifndef PACK_H
#define PACK_H

#include "fail.h"
#include "text.h"

enum on_conflict { KEEP, REPLACE, FAIL };

struct pack {
    char *dir; /* absolute, on the file system the program runs from */
    char *label, *version, *uuid;
    enum on_conflict on_conflict;
};

/* Needs no PATH, no cwd and no /proc. 0, or a status with the reason. */
int pack_load(struct pack *pack, struct fail *f);

/* The stanza of one dialect ("el5", "el7", "el10"). */
int pack_stanza(const struct pack *pack, const char *dialect, struct buf *out, struct fail *f);

void pack_free(struct pack *pack);

#endif
