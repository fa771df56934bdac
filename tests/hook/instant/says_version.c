/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In a host tree's /sbin/multipath: states a version as the program does, and needs no libc there.
 */
#include <stddef.h>
#include <sys/syscall.h>

_Noreturn void _start(void);

static long call(long number, long a, const char *b, size_t c)
{
    long got;
    __asm__ volatile("syscall"
                     : "=a"(got)
                     : "a"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return got;
}

void _start(void)
{
    static const char text[] = "multipath-tools v0.9.4 (12/28, 2022)\n";
    call(SYS_write, 2, text, sizeof text - 1);
    for (;;)
        call(SYS_exit_group, 0, NULL, 0);
}
