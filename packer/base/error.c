/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "error.h"
#include "quote.h"

#include <errno.h>
#include <string.h>

GQuark sp_error_quark(void)
{
    return g_quark_from_static_string("suppack");
}

gboolean sp_throw(GError **error, SpErrorCode code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *raw = g_strdup_vprintf(format, args);
    va_end(args);
    /* The line of a hint is only what sp_hint() appends. */
    g_autofree char *text = sp_escape(raw, FALSE);
    g_propagate_error(error, g_error_new_literal(SP_ERROR, (int)code, text));
    return FALSE;
}

gboolean sp_throw_errno(GError **error, const char *format, ...)
{
    int saved = errno;
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return sp_throw(error, SP_ERROR_SYSTEM, "%s: %s", text, g_strerror(saved));
}

gboolean sp_prefix(GError **error, const char *format, ...)
{
    if (error == NULL || *error == NULL)
        return FALSE;
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *safe = sp_escape(text, FALSE);
    g_prefix_error(error, "%s: ", safe);
    return FALSE;
}

gboolean sp_hint(GError **error, const char *format, ...)
{
    if (error == NULL || *error == NULL || strstr((*error)->message, "\nhint: ") != NULL)
        return FALSE;
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *old = (*error)->message;
    g_autofree char *safe = sp_escape(text, FALSE);
    (*error)->message = g_strdup_printf("%s\nhint: %s", old, safe);
    return FALSE;
}

gboolean sp_adopt(GError **error, GError *foreign, SpErrorCode code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    sp_throw(error, code, "%s: %s", text, foreign != NULL ? foreign->message : "no reason given");
    g_clear_error(&foreign);
    return FALSE;
}
