/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who of a set of RPMs provides what the others require, by librpm's own comparison of versions. */
#pragma once
#include "package.h"

#include <rpm/rpmtypes.h>

typedef struct SpRpmClosure SpRpmClosure;

SpRpmClosure *sp_rpm_closure_new(void);
void sp_rpm_closure_free(SpRpmClosure *closure);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpRpmClosure, sp_rpm_closure_free)
/* The package's number is how many were added before; NULL holds the place of an unreadable one. */
void sp_rpm_closure_add(SpRpmClosure *closure, Header h);
/* Something outside the set has it, as `rpm -q --provides` prints it: "name", "name op version"
 * with op one of < <= = >= >, or the path of a file. FALSE when it is none of these. */
gboolean sp_rpm_closure_provide(SpRpmClosure *closure, const char *capability);
/* Something outside the set meets this requirement: what it promises is the bound, no version. */
void sp_rpm_closure_promise(SpRpmClosure *closure, const char *requirement);
/* Fills open, clash and needs of the packages, which are those that were added, in their order.
 * `steps` requirements are held against what may meet them, and no more: what is left after that
 * counts as open, and FALSE is returned. */
gboolean sp_rpm_closure_resolve(SpRpmClosure *closure, const GPtrArray *packages, gint64 steps);
