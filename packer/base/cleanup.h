/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scope cleanups GLib 2.74 does not have. A cleanup never reports and keeps errno: whoever wrote to
 * a descriptor closes it by sp_close_checked() on the success path. */
#pragma once
#include <errno.h>
#include <glib.h>
#include <unistd.h>

static inline void sp_close_quietly(int *fd)
{
    int saved = errno;
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
    errno = saved;
}

/* A descriptor that closes itself: autofd int fd = open(...); */
#define autofd __attribute__((cleanup(sp_close_quietly)))

static inline int sp_steal_fd(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

/* Closes and forgets *fd; 0, or -1 with errno. EINTR counts as closed, as on Linux it is. */
static inline int sp_close_checked(int *fd)
{
    int taken = sp_steal_fd(fd);
    return close(taken) == 0 || errno == EINTR ? 0 : -1;
}
