/* SPDX-License-Identifier: MIT */
/* The host's own multipath program: what version it is and what it says of the configuration. */
#ifndef MULTIPATH_H
#define MULTIPATH_H

#include "fail.h"
#include "run.h"
#include "trial.h"

#include <sys/stat.h>

/* Where it is inside root (a constant) and what stat() says of it: 0, or NO_PROGRAM or NOT_RUN as
 * in run.h. */
int multipath_find(const char *root, const char **program, struct stat *st);

/* Runs it inside root with one option, and with the files of a trial (NULL: as they are) in place;
 * what run_program() says, stdout and stderr in out. */
int multipath_run(const char *root, const char *option, const struct trial *trial, struct buf *out);

/* `multipath -t` reads the configuration as the daemon would and touches no device. */
struct dry_run {
    int exit;        /* as run_program(); NOT_PREPARED: there can be no trial here */
    bool rejected;   /* it said that the file was refused as a whole */
    struct buf said; /* its diagnostics, a line each, without their times */
};
void dry_run(const char *root, const struct trial *trial, struct dry_run *d);
void dry_run_free(struct dry_run *d);

/* True, with the reason, when a daemon would not survive this configuration or could take none of
 * it: the parser died or did not end, or refused it as a whole. Whether it did so before as well is
 * no matter (parsers-2.md P10.3). */
bool dry_run_fatal(const struct dry_run *now, struct fail *f);

/* The same, unless it refused them before for the same reasons; or the parser complains of more
 * than before: f names what is new. */
bool dry_run_worse(const struct dry_run *before, const struct dry_run *now, struct fail *f);

#endif
