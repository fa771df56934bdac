/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "quote.h"

#include <string.h>

/* One character that may be shown; its length in bytes, or 0. */
static gsize plain(const char *at)
{
    gunichar c = g_utf8_get_char_validated(at, -1);
    if (c == (gunichar)-1 || c == (gunichar)-2)
        return 0;
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return 0;
    default:
        return (gsize)(g_utf8_next_char(at) - at);
    }
}

/* Bytes of what may not be shown: a whole character, or one that is of none. */
static gsize other(const char *at)
{
    gunichar c = g_utf8_get_char_validated(at, -1);
    return c == (gunichar)-1 || c == (gunichar)-2 ? 1 : (gsize)(g_utf8_next_char(at) - at);
}

char *sp_escape(const char *text, gboolean multiline)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        gsize length = multiline && (*text == '\n' || *text == '\t') ? 1 : plain(text);
        g_string_append_len(out, text, (gssize)length);
        text += length;
        for (gsize i = length == 0 ? other(text) : 0; i > 0; i--, text++)
            g_string_append_printf(out, "\\x%02x", (guchar)*text);
    }
    return g_string_free(out, FALSE);
}

char *sp_clean(const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        gsize length = plain(text);
        if (length > 0)
            g_string_append_len(out, text, (gssize)length);
        else
            g_string_append(out, "\xef\xbf\xbd");
        text += length > 0 ? length : other(text);
    }
    return g_string_free(out, FALSE);
}

char *sp_quote_place(const char *name)
{
    g_autofree char *safe = sp_escape(name, FALSE);
    gsize length = strlen(safe);
    if (strpbrk(safe, ":'\"") == NULL && length > 0 && safe[0] != ' ' && safe[length - 1] != ' ')
        return g_steal_pointer(&safe);
    g_autoptr(GString) out = g_string_new(safe);
    g_string_replace(out, "'", "\\x27", 0);
    return g_strdup_printf("'%s'", out->str);
}
