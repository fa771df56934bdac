/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of work side by side, in this process and in children of it, as many as there are
 * processors, at most four: for what a library does one at a time in a process, as gpgme does. What
 * a child leaves in files and what went wrong are all that comes back of it. */
#pragma once
#include "error.h"

typedef gboolean (*SpChildWork)(gpointer data, GError **error);

/* work(data[i]) for each i < count, in that order, at least two at a time where children can be
 * had, and waits for all of them. After the first that fails no other is begun: FALSE with its
 * error, or that of one before it. When a child dies the others do
 * what is left, and it is SP_ERROR_SYSTEM. No other thread may be at
 * work. */
gboolean sp_children_run(SpChildWork work, gpointer const *data, guint count,
                         GError **error) SP_MUST_CHECK;
