/* SPDX-License-Identifier: MIT */
/* The service `storagelink`, by this key or, as `net stop` takes it, display name, through the
 * service manager. Every wait is bounded. */
#ifndef SERVICE_H
#define SERVICE_H

#include "win.h"

struct service {
    wchar_t key[257]; /* empty: there is none */
    char *shown;      /* the key */
    bool running;
};

/* Finds it. A service that runs must be one that can be stopped and started again: REFUSED where
 * it is paused, takes no stop, is disabled or others that depend on it run. With `none` given it
 * must not be there, else it must. To be closed in any case. */
int service_look(struct service *s, bool none, struct fail *f);
void service_close(struct service *s);
/* "absent", "stopped", "running", "paused", "starting", "stopping", or "unknown" where the service
 * manager does not answer. */
const char *service_state(void);
/* Stopped, or not there at all; *ran tells whether it was running before. */
int service_stop(const struct service *s, DWORD seconds, bool *ran, struct fail *f);
/* Running, and still so after `watch` seconds. */
int service_start(const struct service *s, DWORD seconds, DWORD watch, struct fail *f);

#endif
