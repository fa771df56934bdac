/* SPDX-License-Identifier: MIT */
#ifndef RUN_H
#define RUN_H

#include "text.h"

/* Runs a program inside `root` (chroot unless ""), no stdin, stdout and stderr into out, killed
 * after `most_ms`. Its exit status; NO_PROGRAM when there is none that runs, NOT_RUN when this
 * system could not start it now, or it was killed or took too long. */
#define NO_PROGRAM (-1)
#define NOT_RUN    (-2)
int run_program(const char *root, char *const argv[], int most_ms, struct buf *out);

#endif
