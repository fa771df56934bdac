/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stanza_line.h"
#include "never.h"

#include <regex.h>
#include <string.h>

void sp_line_free(gpointer data)
{
    SpStanzaLine *line = data;
    if (line == NULL)
        return;
    g_free(line->text);
    g_free(line->name);
    g_free(line->value);
    g_free(line->product);
    g_free(line);
}

void sp_line_bad(SpLineReader *reader, const char *rule, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sp_findings_add_valist(reader->findings, SP_BAD, rule, reader->stanza->file, reader->line,
                           format, args);
    va_end(args);
    reader->lost = TRUE;
}

SpStanzaLine *sp_line_new(const SpLineReader *reader, const char *text)
{
    SpStanzaLine *line = g_new0(SpStanzaLine, 1);
    line->number = reader->line;
    line->text = g_strdup(text);
    g_strchomp(line->text);
    return line;
}

/* The text between the quotes at `at`, or NULL after a finding. *rest is what follows. */
static char *quoted_value(SpLineReader *reader, const char *at, const char **rest)
{
    const char *start = at + 1, *end = strchr(start, '"');
    if (end == NULL) {
        sp_line_bad(reader, "stanza-quote", "missing closing quote");
        return NULL;
    }
    if (end == start)
        sp_line_bad(reader, "stanza-value", "an empty value matches or means nothing sensible");
    else if (*start == '#' || *start == '!')
        sp_line_bad(reader, "stanza-comment-char",
                    "a value must not start with '%c', which old parsers take for a comment",
                    *start);
    else if (g_ascii_isspace(*start))
        sp_line_bad(reader, "stanza-value",
                    "blanks after the opening quote are kept by some parsers only");
    *rest = end + 1;
    return g_strndup(start, (gsize)(end - start));
}

static char *bare_value(SpLineReader *reader, const char *at, const char **rest)
{
    gsize length = strcspn(at, " \t");
    char *value = g_strndup(at, length);
    if (strpbrk(value, "\"'#!{},") != NULL) {
        g_autofree char *shown = sp_shown(value);
        sp_line_bad(reader, "stanza-value",
                    "value '%s' must be in double quotes, without a trailing comma", shown);
    }
    *rest = at + length;
    return value;
}

/* What stands behind a value, and is no comment. */
static void blame_rest(SpLineReader *reader, const char *name, const char *value, gboolean quoted,
                       const char *rest)
{
    g_autofree char *whole = g_strdup(rest);
    g_strchomp(whole);
    if (!quoted && strpbrk(rest, "\"'#!{},") == NULL) {
        g_autofree char *all = g_strdup_printf("%s %s", value, whole);
        g_autofree char *shown = sp_shown(all);
        sp_line_bad(reader, "stanza-extra",
                    "'%s' has more than one word, of which parsers read the first alone: put it in "
                    "quotes, %s \"%s\"",
                    shown, name, shown);
        return;
    }
    g_autofree char *shown = sp_shown(whole);
    sp_line_bad(reader, "stanza-extra", "'%s' after the value of '%s' is ignored with a warning%s",
                shown, name, whole[0] == ',' ? ": take the comma away" : "");
}

/* One value, then nothing but a comment that a blank sets off. NULL after a finding. */
static char *parse_value(SpLineReader *reader, const char *name, const char *at)
{
    at += strspn(at, " \t");
    if (*at == '\0' || *at == '#' || *at == '!') {
        sp_line_bad(reader, "stanza-no-value",
                    "keyword '%s' has no value, which crashes old parsers", name);
        return NULL;
    }
    const char *rest = NULL;
    gboolean quoted = *at == '"';
    g_autofree char *value =
        quoted ? quoted_value(reader, at, &rest) : bare_value(reader, at, &rest);
    if (value == NULL)
        return NULL;
    const char *next = rest + strspn(rest, " \t");
    gboolean comment = next > rest && (*next == '#' || *next == '!');
    if (*next == '\0' || comment)
        return g_steal_pointer(&value);
    blame_rest(reader, name, value, quoted, next);
    return NULL;
}

SpStanzaLine *sp_line_read(SpLineReader *reader, const char *text, const char *at)
{
    g_autofree char *name = g_strndup(at, strcspn(at, " \t\""));
    g_autofree char *shown = sp_shown(name);
    g_autofree char *value = parse_value(reader, shown, at + strlen(name));
    if (value == NULL)
        return NULL;
    SpStanzaLine *line = sp_line_new(reader, text);
    line->name = g_steal_pointer(&name);
    line->value = g_steal_pointer(&value);
    return line;
}

gboolean sp_line_check_pattern(SpLineReader *reader, const char *what, const char *pattern)
{
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) == 0) {
        regfree(&compiled);
        return TRUE;
    }
    g_autofree char *shown = sp_shown(pattern);
    sp_line_bad(reader, "stanza-regex", "%s '%s' is not a valid regular expression", what, shown);
    return FALSE;
}

gboolean sp_line_is_keyword(const char *name)
{
    return sp_keyword_find(name) != NULL || sp_section_keyword(SP_DEFAULTS, name) != NULL ||
           sp_never_find(name, "") != NULL;
}

/* A keyword that stands where no parser reads it: as harmless as a comment, and of no more use. */
static void misplace(const SpLineReader *reader, SpSection section, SpStanzaLine *line)
{
    line->fate = SP_FATE_NOWHERE;
    line->never = section == SP_SECTIONS
                      ? "no release reads it in a device: it is a setting of the whole host, for "
                        "the section 'defaults'"
                      : "no release reads it in this section: it is a setting of a device";
    g_autofree char *shown = sp_shown(line->value);
    sp_findings_add(reader->findings, SP_WARNING, "stanza-misplaced", reader->stanza->file,
                    line->number, "%s '%s' is left out: %s", line->name, shown, line->never);
}

static void refuse(const SpLineReader *reader, const SpNever *row, SpStanzaLine *line)
{
    gboolean name = g_strv_contains(
        (const char *const[]){"user_friendly_names", "uid_attribute", NULL}, line->name);
    /* Of a call that only the oldest hosts would make, the others lose nothing. */
    gboolean quiet = strcmp(row->name, "getuid_callout") == 0;
    line->fate = row->site ? SP_FATE_SITE : SP_FATE_SM;
    line->never = row->why;
    g_autofree char *shown = sp_shown(line->value);
    sp_findings_add(reader->findings, quiet ? SP_INFO : SP_WARNING,
                    name ? "setting-map-name" : "setting-never", reader->stanza->file, line->number,
                    "%s '%s' is left out on all hosts: %s", line->name, shown, row->why);
}

/* `selector`, a word of `defaults` up to 0.4.9, is published in devices too (IBM's for XIV): what
 * it means there is sure. */
static const SpKeyword *device_keyword(const char *name)
{
    return sp_keyword_find(strcmp(name, "selector") == 0 ? "path_selector" : name);
}

gboolean sp_line_judge(SpLineReader *reader, SpSection section, SpStanzaLine *line)
{
    static const char *const patterns[] = {"vendor", "product", "revision", "product_blacklist",
                                           NULL};
    const char *name = line->name;
    gboolean device = section == SP_SECTIONS;
    g_autofree char *shown = sp_shown(name);
    line->keyword = device ? device_keyword(name) : sp_section_keyword(section, name);
    if (line->keyword != NULL && !sp_keyword_accepts(line->keyword, line->value)) {
        g_autofree char *wrong = sp_shown(line->value);
        sp_line_bad(reader, "stanza-value", "value '%s' of '%s' is not one of %s (N: a number)",
                    wrong, name, line->keyword->values);
        return FALSE;
    }
    const SpNever *never = sp_never_find(name, line->value);
    if (line->keyword == NULL && device && sp_section_keyword(SP_DEFAULTS, name) != NULL) {
        misplace(reader, section, line);
        return TRUE;
    }
    if (never != NULL) {
        refuse(reader, never, line);
        return TRUE;
    }
    if (line->keyword == NULL && !device && sp_keyword_find(name) != NULL) {
        misplace(reader, section, line);
        return TRUE;
    }
    if (line->keyword == NULL) {
        g_autofree char *advice = device ? sp_keyword_advice(name) : sp_section_advice(name);
        sp_line_bad(reader, "stanza-keyword", "unknown keyword '%s' in a %s section%s", shown,
                    device ? "device" : sp_section_name(section), advice);
        return FALSE;
    }
    return !g_strv_contains(patterns, line->keyword->name) ||
           sp_line_check_pattern(reader, name, line->value);
}
