/* SPDX-License-Identifier: MIT */
/* The host's own multipath program: what version it is and what it says of the configuration. */
#ifndef MULTIPATH_H
#define MULTIPATH_H

#include "fail.h"
#include "text.h"

#include <sys/stat.h>

/* Where it is inside root (a constant) and what stat() says of it: 0, or NO_PROGRAM or NOT_RUN as
 * in run.h. */
int multipath_find(const char *root, const char **program, struct stat *st);

/* Runs it inside root with one option; its exit status, stdout and stderr in out, or NO_PROGRAM or
 * NOT_RUN. */
int multipath_run(const char *root, const char *option, struct buf *out);

/* `multipath -t` reads the configuration as the daemon would and touches no device. */
struct dry_run {
    int exit;             /* negative: it could not be had */
    unsigned diagnostics; /* lines of its log */
    bool rejected;        /* it said that the file was refused as a whole */
    char last[160];       /* its last diagnostic */
};
void dry_run(const char *root, struct dry_run *d);

/* True, with the reason, when the parser refuses now, or complains of more than it did before. */
bool dry_run_worse(const struct dry_run *before, const struct dry_run *now, struct fail *f);

#endif
