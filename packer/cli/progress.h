/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far long work is: one line on a terminal, rewritten, from its second second on. Nothing else
 * ever: no pipe, log or quiet run sees it. May be told by several processes at a time. */
#pragma once
#include "log.h"

typedef struct {
    const char *what; /* "signing package" */
    guint all;
    gboolean on;
    gint64 begun; /* g_get_monotonic_time() */
} SpProgress;

SpProgress sp_progress_begin(const SpLog *log, const char *what, guint all);
/* The line at `now`, or NULL when there is none to show; the caller frees. */
char *sp_progress_line(const SpProgress *progress, guint done, gint64 now);
void sp_progress_tell(const SpProgress *progress, guint done);
/* Takes the line away. */
void sp_progress_end(const SpProgress *progress);
