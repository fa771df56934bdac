/* SPDX-License-Identifier: MIT */
/* Milliseconds on the clock that never jumps, for bounds on waiting. */
#ifndef CLOCK_H
#define CLOCK_H

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_clock_gettime32 /* musl's name for i386's own call */
#define SYS_clock_gettime32 SYS_clock_gettime
#endif

/* The kernel's own call: libc's way around it takes 1 KB, and nobody here asks often. */
static inline long long ms_now(void)
{
    long t[2] = {0, 0};
    syscall(SYS_clock_gettime32, CLOCK_MONOTONIC, t);
    return (long long)t[0] * 1000 + t[1] / 1000000;
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
