/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stanza.h"

#include <regex.h>
#include <string.h>

/* The parsers read 1024 bytes a line and go wrong in five ways beyond it. */
#define LINE_MAX_BYTES 1022
#define DEVICES_MAX    64

typedef struct {
    SpStanza *stanza;
    SpFindings *findings;
    SpDevice *open; /* the block we are in, or NULL */
    int line;
} Parse;

static void free_line(gpointer data)
{
    SpStanzaLine *line = data;
    g_free(line->text);
    g_free(line->value);
    g_free(line);
}

static void free_device(gpointer data)
{
    SpDevice *device = data;
    g_ptr_array_unref(device->lines);
    g_free(device);
}

void sp_stanza_free(SpStanza *stanza)
{
    if (stanza == NULL)
        return;
    g_free(stanza->file);
    g_ptr_array_unref(stanza->devices);
    g_free(stanza);
}

const SpStanzaLine *sp_device_find(const SpDevice *device, const char *keyword)
{
    for (guint i = 0; i < device->lines->len; i++) {
        const SpStanzaLine *line = device->lines->pdata[i];
        if (line->keyword != NULL && strcmp(line->keyword->name, keyword) == 0)
            return line;
    }
    return NULL;
}

static void bad(Parse *parse, const char *rule, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void bad(Parse *parse, const char *rule, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sp_findings_add_valist(parse->findings, SP_BAD, rule, parse->stanza->file, parse->line, format,
                           args);
    va_end(args);
}

static SpStanzaLine *keep_line(Parse *parse, const char *text)
{
    SpStanzaLine *line = g_new0(SpStanzaLine, 1);
    line->number = parse->line;
    line->text = g_strdup(text);
    g_strchomp(line->text);
    g_ptr_array_add(parse->open->lines, line);
    return line;
}

/* The text between the quotes at `at`, or NULL after a finding. *rest is what follows. */
static char *quoted_value(Parse *parse, const char *at, const char **rest)
{
    const char *start = at + 1, *end = strchr(start, '"');
    if (end == NULL) {
        bad(parse, "stanza-quote", "missing closing quote");
        return NULL;
    }
    if (end == start)
        bad(parse, "stanza-value", "an empty value matches or means nothing sensible");
    else if (*start == '#' || *start == '!')
        bad(parse, "stanza-comment-char",
            "a value must not start with '%c', which old parsers take for a comment", *start);
    else if (g_ascii_isspace(*start))
        bad(parse, "stanza-value", "blanks after the opening quote are kept by some parsers only");
    *rest = end + 1;
    return g_strndup(start, (gsize)(end - start));
}

static char *bare_value(Parse *parse, const char *at, const char **rest)
{
    gsize length = strcspn(at, " \t");
    char *value = g_strndup(at, length);
    if (strpbrk(value, "\"'#!{},") != NULL) {
        g_autofree char *shown = sp_shown(value);
        bad(parse, "stanza-value", "value '%s' must be in double quotes, without a trailing comma",
            shown);
    }
    *rest = at + length;
    return value;
}

/* One value, then nothing but a comment that a blank sets off. NULL after a finding. */
static char *parse_value(Parse *parse, const char *name, const char *at)
{
    at += strspn(at, " \t");
    if (*at == '\0' || *at == '#' || *at == '!') {
        bad(parse, "stanza-no-value", "keyword '%s' has no value, which crashes old parsers", name);
        return NULL;
    }
    const char *rest = NULL;
    g_autofree char *value =
        *at == '"' ? quoted_value(parse, at, &rest) : bare_value(parse, at, &rest);
    if (value == NULL)
        return NULL;
    const char *next = rest + strspn(rest, " \t");
    gboolean comment = next > rest && (*next == '#' || *next == '!');
    if (*next != '\0' && !comment) {
        g_autofree char *shown = sp_shown(next);
        bad(parse, "stanza-extra", "'%s' after the value of '%s' is ignored with a warning", shown,
            name);
        return NULL;
    }
    return g_steal_pointer(&value);
}

static void check_regex(Parse *parse, const SpKeyword *keyword, const char *value)
{
    static const char *const patterns[] = {"vendor", "product", "revision", "product_blacklist",
                                           NULL};
    if (!g_strv_contains(patterns, keyword->name))
        return;
    regex_t compiled;
    if (regcomp(&compiled, value, REG_EXTENDED | REG_NOSUB) == 0) {
        regfree(&compiled);
        return;
    }
    g_autofree char *shown = sp_shown(value);
    bad(parse, "stanza-regex", "%s '%s' is not a valid regular expression", keyword->name, shown);
}

static void parse_setting(Parse *parse, const char *text, const char *at)
{
    g_autofree char *name = g_strndup(at, strcspn(at, " \t"));
    g_autofree char *shown = sp_shown(name);
    const SpKeyword *keyword = sp_keyword_find(name);
    g_autofree char *advice = keyword == NULL ? sp_keyword_advice(name) : NULL;
    if (keyword == NULL)
        bad(parse, "stanza-keyword", "unknown keyword '%s' in a device section%s", shown, advice);
    else if (sp_device_find(parse->open, name) != NULL)
        bad(parse, "stanza-duplicate", "keyword '%s' is given twice in this device", name);
    g_autofree char *value = parse_value(parse, shown, at + strlen(name));
    if (keyword == NULL || value == NULL)
        return;
    if (!sp_keyword_accepts(keyword, value)) {
        g_autofree char *wrong = sp_shown(value);
        bad(parse, "stanza-value", "value '%s' of '%s' is not one of %s (N: a number)", wrong, name,
            keyword->values);
    }
    check_regex(parse, keyword, value);
    SpStanzaLine *line = keep_line(parse, text);
    line->keyword = keyword;
    line->value = g_steal_pointer(&value);
}

static void open_device(Parse *parse, const char *text, const char *at)
{
    const char *brace = at + strlen("device") + strspn(at + strlen("device"), " \t");
    if (brace == at + strlen("device") || *brace != '{')
        bad(parse, "stanza-brace", "a block must start with 'device {', with a blank before '{'");
    else if (brace[1 + strspn(brace + 1, " \t")] != '\0')
        bad(parse, "stanza-brace", "text after '{' is ignored by every parser");
    if (parse->open != NULL) {
        bad(parse, "stanza-nested", "a device block starts inside another one");
        return;
    }
    parse->open = g_new0(SpDevice, 1);
    parse->open->lines = g_ptr_array_new_with_free_func(free_line);
    g_ptr_array_add(parse->stanza->devices, parse->open);
    (void)keep_line(parse, text);
}

static gboolean same_value(const SpDevice *a, const SpDevice *b, const char *keyword)
{
    const SpStanzaLine *x = sp_device_find(a, keyword), *y = sp_device_find(b, keyword);
    return x != NULL && y != NULL && strcmp(x->value, y->value) == 0;
}

static void close_device(Parse *parse, const char *text, const char *at)
{
    if (at[1 + strspn(at + 1, " \t")] != '\0')
        bad(parse, "stanza-brace", "text after '}' is ignored by every parser");
    if (parse->open == NULL) {
        bad(parse, "stanza-brace", "'}' without a device block");
        return;
    }
    (void)keep_line(parse, text);
    const SpDevice *device = g_steal_pointer(&parse->open);
    if (sp_device_find(device, "vendor") == NULL || sp_device_find(device, "product") == NULL)
        bad(parse, "stanza-identity",
            "the device that ends here has no vendor or no product, which corrupts another entry");
    for (guint i = 0; i + 1 < parse->stanza->devices->len; i++) {
        const SpDevice *other = parse->stanza->devices->pdata[i];
        if (same_value(device, other, "vendor") && same_value(device, other, "product"))
            bad(parse, "stanza-same-device",
                "the device that ends here has the vendor and product of an earlier one");
    }
}

/* Bytes that parsers of different eras read differently. */
static gboolean good_bytes(Parse *parse, const char *text, gsize length)
{
    if (length > LINE_MAX_BYTES)
        bad(parse, "stanza-line-length", "the line has %zu bytes, more than %d are split or lost",
            length, LINE_MAX_BYTES);
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\t' || g_ascii_isprint(text[i]))
            continue;
        bad(parse, "stanza-ascii", "byte 0x%02x in column %zu is not printable ASCII",
            (guchar)text[i], i + 1);
        return FALSE;
    }
    return length <= LINE_MAX_BYTES;
}

static void parse_line(Parse *parse, const char *text)
{
    const char *at = text + strspn(text, " \t");
    if (*at == '\0' || *at == '#' || *at == '!') {
        if (parse->open != NULL)
            (void)keep_line(parse, text);
        return;
    }
    gsize word = strcspn(at, " \t{}");
    if (*at == '}')
        close_device(parse, text, at);
    else if (word == strlen("device") && strncmp(at, "device", word) == 0)
        open_device(parse, text, at);
    else if (parse->open != NULL && strpbrk(at, "{}") == NULL)
        parse_setting(parse, text, at);
    else if (parse->open != NULL && strchr(at, '"') != NULL)
        parse_setting(parse, text, at); /* braces in quotes are text */
    else if (parse->open != NULL)
        bad(parse, "stanza-brace", "only 'device {' and a '}' on its own line may hold a brace");
    else
        bad(parse, "stanza-outside", "only device blocks may stand here");
}

SpStanza *sp_stanza_parse(const char *file, GBytes *text, SpFindings *findings)
{
    guint before = findings->bad;
    g_autoptr(SpStanza) stanza = g_new0(SpStanza, 1);
    stanza->file = g_strdup(file);
    stanza->devices = g_ptr_array_new_with_free_func(free_device);
    Parse parse = {.stanza = stanza, .findings = findings};
    gsize size = 0, at = 0;
    const char *data = g_bytes_get_data(text, &size);
    while (at < size) {
        const char *end = memchr(data + at, '\n', size - at);
        gsize length = end != NULL ? (gsize)(end - data) - at : size - at;
        gsize content = length > 0 && data[at + length - 1] == '\r' ? length - 1 : length;
        parse.line++;
        g_autofree char *line = g_strndup(data + at, content);
        if (good_bytes(&parse, data + at, content))
            parse_line(&parse, line);
        at += length + 1;
    }
    if (parse.open != NULL)
        bad(&parse, "stanza-brace", "the last device block is not closed by '}'");
    parse.line = 0;
    if (stanza->devices->len == 0)
        bad(&parse, "stanza-empty", "there is no device block in it");
    if (stanza->devices->len > DEVICES_MAX)
        bad(&parse, "stanza-too-many", "there are more than %d device blocks in it", DEVICES_MAX);
    return findings->bad == before ? g_steal_pointer(&stanza) : NULL;
}
