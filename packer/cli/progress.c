/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include <stdio.h>
#include <string.h>

SpProgress sp_progress_begin(const SpLog *log, const char *what, guint all)
{
    gboolean on = log->live && log->verbosity >= SP_LOG_NORMAL;
    return (SpProgress){what, all, on, g_get_monotonic_time()};
}

char *sp_progress_line(const SpProgress *progress, guint done, gint64 now)
{
    if (!progress->on || now - progress->begun < G_USEC_PER_SEC)
        return NULL;
    return g_strdup_printf("suppack: %s %u of %u", progress->what, done, progress->all);
}

void sp_progress_tell(const SpProgress *progress, guint done)
{
    g_autofree char *line = sp_progress_line(progress, done, g_get_monotonic_time());
    if (line != NULL)
        (void)fprintf(stderr, "\r%s ", line);
}

void sp_progress_end(const SpProgress *progress)
{
    g_autofree char *line = sp_progress_line(progress, progress->all, g_get_monotonic_time());
    if (line != NULL)
        (void)fprintf(stderr, "\r%*s\r", (int)strlen(line) + 1, "");
}
