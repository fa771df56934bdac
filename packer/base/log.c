/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log.h"
#include "quote.h"

#include <stdio.h>
#include <string.h>

static void say(const SpLog *log, const char *color, const char *label, const char *text)
{
    g_autofree char *safe = sp_escape(text, FALSE);
    const char *on = log->color ? color : "", *off = log->color ? "\033[0m" : "";
    (void)fprintf(stderr, "suppack: %s%s%s%s\n", on, label, off, safe);
}

void sp_log_error(const SpLog *log, const char *message)
{
    const char *hint = strstr(message, "\nhint: ");
    g_autofree char *first =
        hint != NULL ? g_strndup(message, (gsize)(hint - message)) : g_strdup(message);
    say(log, "\033[31m", log->color ? "error: " : "", first);
    if (hint != NULL) {
        g_autofree char *safe = sp_escape(hint + strlen("\nhint: "), FALSE);
        (void)fprintf(stderr, "hint: %s\n", safe);
    }
}

static void say_valist(const SpLog *log, const char *color, const char *label, const char *format,
                       va_list args) G_GNUC_PRINTF(4, 0);
static void say_valist(const SpLog *log, const char *color, const char *label, const char *format,
                       va_list args)
{
    g_autofree char *text = g_strdup_vprintf(format, args);
    say(log, color, label, text);
}

void sp_log_warning(const SpLog *log, const char *format, ...)
{
    if (log->verbosity < SP_LOG_NORMAL)
        return;
    va_list args;
    va_start(args, format);
    say_valist(log, "\033[33m", "warning: ", format, args);
    va_end(args);
}

void sp_log_note(const SpLog *log, const char *format, ...)
{
    if (log->verbosity < SP_LOG_NORMAL)
        return;
    va_list args;
    va_start(args, format);
    say_valist(log, "", "", format, args);
    va_end(args);
}

void sp_log_info(const SpLog *log, const char *format, ...)
{
    if (log->verbosity < SP_LOG_VERBOSE)
        return;
    va_list args;
    va_start(args, format);
    say_valist(log, "\033[36m", "info: ", format, args);
    va_end(args);
}
