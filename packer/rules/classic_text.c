/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic_text.h"
#include "verify_rules.h"

#include <string.h>

#define TEXT_MAX  ((gsize)256 * 1024)
#define TOLD_MAX  100
#define NAMES_MAX 64 /* of one tag */

typedef struct {
    const char *file;
    int line;
    SpFindings *findings;
} Place;

static gboolean is_name(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_';
}

/* `name="value"` at *at; NULL when there is none, else its name, and *at is behind it. */
static char *take_attribute(const char **at, const char *end)
{
    const char *from = *at, *p = from;
    while (p < end && is_name(*p))
        p++;
    if (p == from || end - p < 3 || p[0] != '=' || p[1] != '"')
        return NULL;
    const char *quote = memchr(p + 2, '"', (gsize)(end - p - 2));
    if (quote == NULL)
        return NULL;
    *at = quote + 1;
    return g_strndup(from, (gsize)(p - from));
}

/* Attributes are looked up by the last `NAME="` on the line: one name must not end in another. */
static void check_names(const Place *place, const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        for (guint k = 0; k < names->len; k++)
            if (i != k && g_str_has_suffix(names->pdata[i], names->pdata[k]))
                sp_breach(place->findings, SP_RULE_CLASSIC_ATTRIBUTE, place->file, place->line,
                          "attribute '%s' hides attribute '%s' from the shell parser",
                          (char *)names->pdata[i], (char *)names->pdata[k]);
}

/* A tag without its angle brackets: name, then blanks and attributes, then maybe a slash. */
static void check_tag(const Place *place, const char *tag, const char *end)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *p = tag + (tag < end && *tag == '/' ? 1 : 0);
    while (p < end && is_name(*p))
        p++;
    while (p < end && *p == ' ') {
        while (p < end && *p == ' ')
            p++;
        char *name =
            p < end && *p != '/' && names->len < NAMES_MAX ? take_attribute(&p, end) : NULL;
        if (name == NULL)
            break;
        g_ptr_array_add(names, name);
    }
    if (p < end && *p == '/')
        p++;
    if (p != end)
        sp_breach(place->findings, SP_RULE_CLASSIC_QUOTE, place->file, place->line,
                  "a tag is not made of name=\"value\" after one blank each");
    check_names(place, names);
}

/* An element with text is taken from one line. */
static void check_whole(const Place *place, const char *line)
{
    static const char *const whole[][2] = {{"<description", "</description>"},
                                           {"<package ", "</package>"}};
    for (gsize i = 0; i < G_N_ELEMENTS(whole); i++)
        if ((strstr(line, whole[i][0]) != NULL) != (strstr(line, whole[i][1]) != NULL))
            sp_breach(place->findings, SP_RULE_CLASSIC_LINE, place->file, place->line,
                      "an element with text is not whole on its line");
}

static void check_line(const Place *place, const char *line)
{
    for (const char *p = line; *p != '\0'; p++)
        if (!g_ascii_isprint(*p) || *p == '&' || *p == '\\') {
            sp_breach(place->findings, SP_RULE_CLASSIC_CHARACTER, place->file, place->line,
                      "byte 0x%02x in column %d would not be read as it stands", (guchar)*p,
                      (int)(p - line) + 1);
            break;
        }
    check_whole(place, line);
    for (const char *open = strpbrk(line, "<>"); open != NULL; open = strpbrk(open + 1, "<>")) {
        const char *close = strchr(open, '>');
        if (close == NULL || close == open) {
            sp_breach(
                place->findings, SP_RULE_CLASSIC_LINE, place->file, place->line,
                "a tag does not end on its line, which is an endless loop for the shell parser");
            return;
        }
        if (!g_str_has_prefix(open, "<?xml "))
            check_tag(place, open + 1, close);
        open = close;
    }
}

void sp_classic_check_text(const char *file, GBytes *text, SpFindings *findings)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    if (size > TEXT_MAX) {
        sp_breach(findings, SP_RULE_CLASSIC_LINE, file, 0, "has more than 256 KiB");
        return;
    }
    g_autofree char *copy = g_strndup(size > 0 ? data : "", size);
    Place place = {file, 0, findings};
    if (strlen(copy) != size)
        sp_breach(findings, SP_RULE_CLASSIC_CHARACTER, file, 0, "there is a NUL byte in it");
    if (size > 0 && data[size - 1] != '\n')
        sp_breach(findings, SP_RULE_CLASSIC_LINE, file, 0,
                  "the last line does not end, and the shell parser does not read it");
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    guint before = findings->all->len;
    for (guint i = 0; lines[i] != NULL && findings->all->len < before + TOLD_MAX; i++) {
        place.line = (int)i + 1;
        check_line(&place, lines[i]);
    }
}
