/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "epoch.h"

#include <string.h>

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

gboolean sp_epoch_of_date(const char *text, gint64 *epoch)
{
    g_autofree char *whole = strlen(text) == strlen("YYYY-MM-DD")
                                 ? g_strconcat(text, "T00:00:00Z", NULL)
                                 : g_strdup(text);
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(whole, utc);
    if (when == NULL)
        return FALSE;
    *epoch = g_date_time_to_unix(when);
    g_autofree char *again = sp_epoch_iso8601(*epoch); /* ISO 8601 has many spellings more */
    return *epoch >= 0 && *epoch <= SP_EPOCH_MAX && strcmp(again, whole) == 0;
}

char *sp_epoch_iso8601(gint64 epoch)
{
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(epoch);
    return when != NULL ? g_date_time_format(when, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("(no date)");
}
