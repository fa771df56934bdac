/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the program says on stderr. One line a message, "suppack: " in front; control characters of
 * foreign text are escaped, so that nothing we quote can drive a terminal. */
#pragma once
#include <glib.h>

typedef enum { SP_LOG_QUIET = -1, SP_LOG_NORMAL = 0, SP_LOG_VERBOSE = 1 } SpVerbosity;

typedef struct {
    int verbosity;  /* SpVerbosity; more -v count up */
    gboolean color; /* decided by cli */
    gboolean live;  /* stderr is a terminal on which a line can be rewritten; by cli, too */
} SpLog;

/* An error: always shown; a "\nhint: " part becomes its own line. */
void sp_log_error(const SpLog *log, const char *message);
/* Shown unless quiet. */
void sp_log_warning(const SpLog *log, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* What has to be known and is no fault. Shown unless quiet. */
void sp_log_note(const SpLog *log, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Shown with -v. */
void sp_log_info(const SpLog *log, const char *format, ...) G_GNUC_PRINTF(2, 3);
