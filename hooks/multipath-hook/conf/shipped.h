/* SPDX-License-Identifier: MIT */
#ifndef SHIPPED_H
#define SHIPPED_H

#include "config.h"

/* Is this device, setting by setting, one that a release up to 6.5 had in its own main file? Nobody
 * on the host wrote it, then (parsers-2.md P8). */
bool shipped_device(const struct mp_section *device);
/* What it is known by. */
unsigned shipped_digest(const struct mp_section *device);

#endif
