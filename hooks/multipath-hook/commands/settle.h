/* SPDX-License-Identifier: MIT */
#ifndef SETTLE_H
#define SETTLE_H

#include "plan.h"

/* Works out what every file becomes: our block where it wins, devices that make way for ours
 * commented out, devices of ours that an administrator's stand in for left out, by the pack's
 * on-conflict. base: the host without ours, as its parser reads it. DONE, or REFUSED. */
int plan_settle(struct plan *plan, const struct pack *pack, const struct mp_config *base,
                struct fail *f);

#endif
