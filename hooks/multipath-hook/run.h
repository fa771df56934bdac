/* SPDX-License-Identifier: MIT */
#ifndef RUN_H
#define RUN_H

#include "text.h"

/* Runs a program inside `root` (chroot unless ""), no stdin, stdout and stderr into out, killed
 * after `most_ms`. 0 when it ran and ended in time, whatever its exit status; else -1. */
int run_program(const char *root, char *const argv[], int most_ms, struct buf *out);

#endif
