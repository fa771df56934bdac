/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "interrupt.h"
#include "fileio.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t came;

/* How long the stages get to unwind; a library that never returns must not outlive it. */
#define GRACE_SECONDS 10

static void remember(int number)
{
    if (came != 0) { /* asked twice */
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    came = number;
    (void)alarm(GRACE_SECONDS);
}

void sp_interrupt_install(void)
{
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART};
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        struct sigaction old;
        /* nohup and `&` in a script ignore signals on purpose: leave those alone. */
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            (void)sigaction(numbers[i], &action, NULL);
    }
    (void)signal(SIGPIPE, SIG_IGN);
}

gboolean sp_interrupt_check(GError **error)
{
    if (came == 0)
        return sp_map_check(error);
    return sp_throw(error, SP_ERROR_SYSTEM, "stopped by signal %d (%s)", came, strsignal(came));
}

void sp_interrupt_die(void)
{
    if (came == 0)
        return;
    (void)signal(came, SIG_DFL);
    (void)raise(came);
}
