/* SPDX-License-Identifier: MIT */
/* Milliseconds on the clock that never jumps, for bounds on waiting. */
#ifndef CLOCK_H
#define CLOCK_H

#include <time.h>

static inline long long ms_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline int ms_left(long long until)
{
    long long left = until - ms_now();
    return left > 0 ? (int)left : 0;
}

static inline void ms_sleep(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

#endif
