/* SPDX-License-Identifier: MIT */
#ifndef RUN_H
#define RUN_H

#include "text.h"

/* Runs a program inside `root` (chroot unless ""), no stdin, stdout and stderr into out. It and
 * what it started are killed after `most_ms`, also when it has closed its output before. `prepare`
 * (or NULL) is called in the child before all that. Its exit status; NO_PROGRAM when there is none
 * that runs, NOT_RUN when this system could not start it now, NOT_PREPARED when `prepare` said
 * false, TOO_LONG when it was killed, DIED minus the signal when it died of one. */
#define NO_PROGRAM   (-1)
#define NOT_RUN      (-2)
#define NOT_PREPARED (-3)
#define TOO_LONG     (-4)
#define DIED         (-100)
int run_program(const char *root, char *const argv[], int most_ms, bool (*prepare)(void *data),
                void *data, struct buf *out);

#endif
