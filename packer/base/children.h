/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of work side by side, each but the first in a child of this process: for libraries whose
 * state is the process', as librpmbuild's is. What a child leaves in files and what went wrong are
 * all that comes back of it. */
#pragma once
#include "error.h"

typedef gboolean (*SpChildWork)(gpointer data, GError **error);

/* work(data[i]) for each i < count, all at once, and waits for all of them. FALSE with the error of
 * the first in that order; a child that died: SP_ERROR_SYSTEM. No other thread may be at work. */
gboolean sp_children_run(SpChildWork work, gpointer const *data, guint count,
                         GError **error) SP_MUST_CHECK;
