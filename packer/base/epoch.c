/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "epoch.h"

gboolean sp_epoch_parse(const char *text, gint64 *epoch, GError **error)
{
    guint64 value = 0;
    /* g_ascii_string_to_unsigned takes no sign, blank, prefix or rest. */
    if (!g_ascii_string_to_unsigned(text, 10, 0, SP_EPOCH_MAX, &value, NULL))
        return sp_throw(error, SP_ERROR_USAGE,
                        "SOURCE_DATE_EPOCH '%s' is not a number of seconds from 0 to %d", text,
                        SP_EPOCH_MAX);
    *epoch = (gint64)value;
    return TRUE;
}

char *sp_epoch_iso8601(gint64 epoch)
{
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(epoch);
    return when != NULL ? g_date_time_format(when, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("(no date)");
}
