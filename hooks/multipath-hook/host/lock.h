/* SPDX-License-Identifier: MIT */
/* The locks and signs of those who write the same files or drive the same daemon (multipath.md 3).
 */
#ifndef LOCK_H
#define LOCK_H

#include "fail.h"

#include <stdbool.h>

/* The lock SM's wwid editor takes up to 7.0: POSIX, on the whole of
 * /var/lock/sm/multipath.conf/host. Made as SM makes it, where SM keeps its locks at all. Held
 * until the process ends. */
int lock_sm(const char *root, int most_ms, struct fail *f);

/* mpathconf takes no lock, but works on a copy by a fixed name and then writes it over the file:
 * waits while there is such a copy, at most a few seconds (one may have been left behind). */
void lock_wait_mpathconf(const char *root);

/* SM's lock around all multipath commands (sm 3.2.0 and later). The descriptor that holds it until
 * it is closed; -1 where there is no such service; -2 when it was not given in time. */
int lock_fairlock(const char *root, int most_ms);

#endif
