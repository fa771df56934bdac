/* SPDX-License-Identifier: MIT */
#ifndef KEEPOFF_H
#define KEEPOFF_H

#include "devices.h"

/* Fills effect->kept_off and its setting: what keeps the LUN off multipath, whatever its settings.
 * Where a list judges what is not known of a LUN (its device node, wwid ...), it does if it fits
 * every sample of them. */
void mp_keep_off(const struct mp_config *c, const struct mp_lun *lun, struct mp_effect *effect);

#endif
