/* SPDX-License-Identifier: MIT */
/* The adapter's installer. */
#ifndef ADAPTER_H
#define ADAPTER_H

#include "action.h"

/* Is it there, and a program? REFUSED where it is not. */
int adapter_look(const wchar_t *given, struct fail *f);
/* UNDONE where it cannot be run or fails; *reboot: it wants the machine to be restarted. */
int adapter_run(const struct action *a, bool *reboot, struct fail *f);

#endif
