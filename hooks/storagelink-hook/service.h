/* SPDX-License-Identifier: MIT */
/* The service `storagelink`, through the service manager. Every wait is bounded. */
#ifndef SERVICE_H
#define SERVICE_H

#include "win.h"

/* "absent", "stopped", "running", "paused", "starting", "stopping", or "unknown" where the service
 * manager does not answer. */
const char *service_state(void);
/* Stopped, or not there at all; *ran tells whether it was running before. */
int service_stop(DWORD seconds, bool *ran, struct fail *f);
/* Running, and still so a moment later. */
int service_start(DWORD seconds, struct fail *f);

#endif
