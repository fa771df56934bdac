/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who provides what is required, by librpm's own comparison of versions. A capability is written
 * as `rpm -q --provides` prints it: "name", "name op version" with op one of < <= = >= >, or the
 * path of a file. Memory: what was provided, as text. */
#pragma once
#include <glib.h>

typedef struct SpClosure SpClosure;

SpClosure *sp_closure_new(void);
void sp_closure_free(SpClosure *closure);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpClosure, sp_closure_free)

void sp_closure_provide(SpClosure *closure, const char *capability);
/* What a host is required to have, and so has at least: "platform-version >= 2.2.0" provides
 * every requirement of 2.2.0 or less, and none of "= 2.2.0", which a newer host does not meet. */
void sp_closure_promise(SpClosure *closure, const char *requirement);
/* TRUE when it is met by what was provided so far, or is an rpmlib() feature, which rpm itself
 * provides (or not: a rule of its own). */
gboolean sp_closure_meets(const SpClosure *closure, const char *requirement);
/* TRUE for one that can be read; others match nothing but themselves. */
gboolean sp_capability_is_good(const char *capability);
