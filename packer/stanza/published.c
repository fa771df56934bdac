/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "published.h"

#include <string.h>

#define MARK_SIZE 3 /* of UTF-8: EF BB BF */

static guint16 unit_at(const guint8 *data, gsize at, gboolean big)
{
    return (guint16)(big ? data[at] << 8 | data[at + 1] : data[at + 1] << 8 | data[at]);
}

/* With its mark, or such that every second byte of the beginning is 0, as no text has it. */
static gboolean is_utf16(const guint8 *data, gsize size, gboolean *big)
{
    *big = size >= 2 && data[0] == 0xfe && data[1] == 0xff;
    if (*big || (size >= 2 && data[0] == 0xff && data[1] == 0xfe))
        return TRUE;
    gsize zeros[2] = {0}, length = MIN(size, 64);
    for (gsize i = 0; i < length; i++)
        zeros[i % 2] += data[i] == 0;
    *big = zeros[0] > zeros[1];
    return length >= 8 && zeros[*big ? 1 : 0] == 0 && zeros[*big ? 0 : 1] >= length / 2 - 1;
}

static GBytes *from_utf16(const char *file, const guint8 *data, gsize size, gboolean big,
                          SpFindings *findings)
{
    g_autofree guint16 *units = g_new(guint16, size / 2 + 1);
    gsize count = 0;
    for (gsize at = 0; at + 1 < size; at += 2)
        if (at > 0 || unit_at(data, at, big) != 0xfeff)
            units[count++] = unit_at(data, at, big);
    glong length = 0;
    char *text = size % 2 == 0 ? g_utf16_to_utf8(units, (glong)count, NULL, &length, NULL) : NULL;
    if (text == NULL) {
        sp_findings_add(findings, SP_BAD, "text-encoding", file, 0,
                        "is UTF-16 that ends in the middle of a character; save it as UTF-8");
        return NULL;
    }
    sp_findings_add(
        findings, SP_WARNING, "text-encoding", file, 0,
        "is UTF-16, as Notepad of Windows writes where it says 'Unicode'; read as such, "
        "better save it as UTF-8");
    return g_bytes_new_take(text, (gsize)length);
}

GBytes *sp_published_utf8(const char *file, GBytes *text, SpFindings *findings)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(text, &size);
    gboolean big = FALSE;
    if (is_utf16(data, size, &big))
        return from_utf16(file, data, size, big, findings);
    if (size >= MARK_SIZE && memcmp(data, "\xef\xbb\xbf", MARK_SIZE) == 0)
        return g_bytes_new_from_bytes(text, MARK_SIZE, size - MARK_SIZE);
    return g_bytes_ref(text);
}

/* 0x80 to 0x9f of Windows-1252 that typographers use; the rest is as in Unicode. */
static gunichar of_windows(guint8 byte)
{
    switch (byte) {
    case 0x85:
        return 0x2026;
    case 0x91:
        return 0x2018;
    case 0x92:
        return 0x2019;
    case 0x93:
        return 0x201c;
    case 0x94:
        return 0x201d;
    case 0x96:
        return 0x2013;
    case 0x97:
        return 0x2014;
    default:
        return byte;
    }
}

static const struct {
    gunichar first, last;
    const char *plain; /* what it is read as; NULL: it stands for nothing plain for sure */
    const char *what;
} typographic[] = {
    {0x201c, 0x201f, "\"", "a curly quote, as word processors and web pages make of '\"'"},
    {0x2033, 0x2033, "\"", "a double prime, as web pages make of '\"'"},
    {0xab, 0xab, "\"", "an angle quote, as word processors make of '\"'"},
    {0xbb, 0xbb, "\"", "an angle quote, as word processors make of '\"'"},
    {0xa0, 0xa0, " ", "a no-break space, as web pages and PDF files have it for a blank"},
    {0x2000, 0x200a, " ", "a space of another width, as PDF files have it for a blank"},
    {0x202f, 0x202f, " ", "a no-break space, as web pages and PDF files have it for a blank"},
    {0x205f, 0x205f, " ", "a space of another width, as PDF files have it for a blank"},
    {0x3000, 0x3000, " ", "a wide space, as East Asian keyboards make it"},
    {0x200b, 0x200d, "", "a character without width, as web pages have it between words"},
    {0x2060, 0x2060, "", "a character without width, as web pages have it between words"},
    {0xfeff, 0xfeff, "", "a byte order mark, as editors of Windows put at the start of a file"},
    {0x2010, 0x2011, "-", "a hyphen of its own, as word processors and PDF files make of '-'"},
    {0x2018, 0x201b, NULL, "a curly single quote; no quotes or plain double quotes belong there"},
    {0x2012, 0x2015, NULL, "a dash, as word processors make of '-' or '--'"},
    {0x2212, 0x2212, NULL, "a minus sign, as word processors make of '-' or '--'"},
    {0x2026, 0x2026, NULL, "three dots in one, as word processors make of '...'"},
};

static gssize find_typographic(gunichar c)
{
    for (gsize i = 0; i < G_N_ELEMENTS(typographic); i++)
        if (c >= typographic[i].first && c <= typographic[i].last)
            return (gssize)i;
    return -1;
}

static char *describe(gunichar c, gboolean is_byte, gsize column, gssize row)
{
    if (row >= 0)
        return g_strdup_printf("U+%04X in column %zu is %s", c, column, typographic[row].what);
    if (is_byte)
        return g_strdup_printf("byte 0x%02x in column %zu is not printable ASCII", c, column);
    return g_strdup_printf("U+%04X in column %zu is not printable ASCII", c, column);
}

void sp_published_line(const char *data, gsize length, SpPublishedLine *line)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gsize column = 0;
    memset(line, 0, sizeof(*line));
    for (gsize at = 0; at < length && line->wrong == NULL;) {
        column++;
        if (data[at] == '\t' || g_ascii_isprint(data[at])) {
            g_string_append_c(out, data[at++]);
            continue;
        }
        gunichar c = g_utf8_get_char_validated(data + at, (gssize)(length - at));
        gboolean is_byte = c >= 0x110000 || c < 0x80; /* -1 and -2: not UTF-8 */
        guint8 byte = (guint8)data[at];
        at += is_byte ? 1 : (gsize)(g_utf8_next_char(data + at) - (data + at));
        c = is_byte ? of_windows(byte) : c;
        gssize row = find_typographic(c);
        const char *plain = row >= 0 ? typographic[row].plain : NULL;
        if (plain == NULL)
            line->wrong = describe(c, is_byte, column, row);
        else if (line->mended == NULL)
            line->mended = describe(c, is_byte, column, row);
        g_string_append(out, plain != NULL ? plain : "");
    }
    line->text = g_string_free(g_steal_pointer(&out), FALSE);
}

void sp_published_line_clear(SpPublishedLine *line)
{
    g_clear_pointer(&line->text, g_free);
    g_clear_pointer(&line->mended, g_free);
    g_clear_pointer(&line->wrong, g_free);
}
