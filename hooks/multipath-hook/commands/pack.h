/* SPDX-License-Identifier: MIT */
/* The pack this copy of the program belongs to: ../share/<label>/ beside it. */
#ifndef PACK_H
#define PACK_H

#include "fail.h"
#include "host.h"

enum on_conflict { KEEP, REPLACE, FAIL };

struct pack {
    char *dir; /* absolute, on the file system the program runs from */
    char *label, *version, *uuid;
    enum on_conflict on_conflict;
    struct pack_text {
        char *parser, *file; /* "0.4.9-86": the first that gets the text, and its name in dir */
        unsigned version;
        int from[2], to[2]; /* of releases, inclusive: major and minor; to[0] 0: of all */
    } * stanza;             /* ascending, those of all releases first, then range by range */
    size_t stanza_count;
};

/* Needs no PATH, no cwd and no /proc. 0, or a status with the reason. */
int pack_load(struct pack *pack, struct fail *f);

/* The stanza for one host: of its release where there is one of it, else of its parser. *dialect:
 * the first parser that gets the same, in pack. */
int pack_stanza(const struct pack *pack, const struct host *host, const char **dialect,
                struct buf *out, struct fail *f);

void pack_free(struct pack *pack);

#endif
