/* SPDX-License-Identifier: MIT */
/* What check, plan and status share: they only read and tell. */
#ifndef REPORT_H
#define REPORT_H

#include "action.h"

/* What install would do, worked out without a lock. As plan_make; the host is known in the plan
 * also where the rest was refused. */
int report_plan(const struct action *a, struct plan *plan, struct fail *f);

/* out on stdout, and freed; `rc`, or SYSTEM when it could not be written. */
int report_print(struct buf *out, int rc);

/* A value as JSON: a string, every control character escaped; null for NULL and "". */
void json_value(struct buf *out, const char *value);

#endif
