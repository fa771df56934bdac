/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grammar.h"
#include "epoch.h"
#include "entry.h"
#include "uuid.h"

#include <string.h>

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static gboolean all_of(const char *value, const char *set)
{
    return value[strspn(value, set)] == '\0';
}

const char *sp_grammar_originator(const char *value)
{
    if (strlen(value) > 32 || !all_of(value, LOWER DIGITS "_.-") ||
        !(g_ascii_islower(value[0]) || g_ascii_isdigit(value[0])))
        return "must be 1 to 32 of a-z 0-9 _ . - and start with a letter or a digit";
    if (strcmp(value, "xs") == 0 || strcmp(value, "xcp") == 0)
        return "must not be xs or xcp, which are the product's own";
    return NULL;
}

/* Anything beyond these reaches a macro (% \), a shell ($ ` \ "), XML (< > & ") or the classic
 * parser (all of them) as something else than text. */
static gboolean plain_text(const char *value, gsize limit)
{
    gsize length = strlen(value);
    if (length < 1 || length > limit)
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isprint(value[i]) || strchr("<>&\"\\%$`", value[i]) != NULL)
            return FALSE;
    return TRUE;
}

const char *sp_grammar_text(const char *value)
{
    return plain_text(value, 200)
               ? NULL
               : "must be 1 to 200 printable ASCII characters without < > & \" \\ % $ `";
}

const char *sp_grammar_inquiry_vendor(const char *value)
{
    return plain_text(value, 8)
               ? NULL
               : "must be 1 to 8 printable ASCII characters without < > & \" \\ % $ `";
}

const char *sp_grammar_inquiry_product(const char *value)
{
    return plain_text(value, 16)
               ? NULL
               : "must be 1 to 16 printable ASCII characters without < > & \" \\ % $ `";
}

const char *sp_grammar_vendor(const char *value)
{
    gboolean word = FALSE;
    for (const char *at = value; *at != '\0'; at++)
        word = word || g_ascii_isalnum(*at);
    return plain_text(value, 64) && word
               ? NULL
               : "must be 1 to 64 printable ASCII characters without < > & \" \\ % $ `, "
                 "one a letter or a digit";
}

const char *sp_grammar_label(const char *value)
{
    if (strlen(value) > 64 || !g_ascii_isalnum(value[0]) || !all_of(value, LOWER UPPER DIGITS "_-"))
        return "must be 1 to 64 of A-Z a-z 0-9 _ - and start with a letter or a digit";
    if (g_ascii_strcasecmp(value, "main") == 0 || g_ascii_strcasecmp(value, "default") == 0)
        return "must not be main or DEFAULT, which yum's configuration uses itself";
    if ((g_str_has_prefix(value, "XS") || g_str_has_prefix(value, "CH")) &&
        g_ascii_isdigit(value[2]))
        return "must not start with XS or CH and a digit, as the product's hotfixes do";
    return NULL;
}

const char *sp_grammar_version(const char *value)
{
    static const char *const rule =
        "must be 1 to 6 numbers joined by dots, each up to 999999 and without leading zeros";
    g_auto(GStrv) arcs = g_strsplit(value, ".", 8);
    guint count = g_strv_length(arcs);
    if (count < 1 || count > 6)
        return rule;
    for (guint i = 0; i < count; i++) {
        gsize length = strlen(arcs[i]);
        if (length < 1 || length > 6 || !all_of(arcs[i], DIGITS) ||
            (length > 1 && arcs[i][0] == '0'))
            return rule;
    }
    return NULL;
}

static gboolean is_word(const char *value, gsize limit, const char *more)
{
    gsize length = strlen(value);
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(value[i]) && strchr(more, value[i]) == NULL)
            return FALSE;
    return length >= 1 && length <= limit && g_ascii_isalnum(value[0]);
}

const char *sp_grammar_ddk_version(const char *value)
{
    return is_word(value, 64, "._+-")
               ? NULL
               : "must be 1 to 64 of A-Z a-z 0-9 . _ + - and start with a letter or a digit";
}

const char *sp_grammar_key_file(const char *value)
{
    return is_word(value, 64, "._-")
               ? NULL
               : "must be 1 to 64 of A-Z a-z 0-9 . _ - and start with a letter or a digit";
}

const char *sp_grammar_uuid(const char *value)
{
    return sp_uuid_is_valid(value) ? NULL : "must be lower-case hexadecimal as 8-4-4-4-12";
}

char *sp_normal_guidance(const char *value)
{
    g_auto(GStrv) tokens = g_strsplit(value, ",", -1);
    for (guint i = 0; tokens[i] != NULL; i++)
        g_strstrip(tokens[i]);
    return g_strjoinv(",", tokens);
}

const char *sp_grammar_guidance(const char *value)
{
    /* One token xapi does not know makes it drop them all (packs.md B.2). */
    static const char *const known[] = {"restartHVM", "restartPV", "restartHost", "restartXAPI",
                                        NULL};
    g_autofree char *normal = sp_normal_guidance(value);
    g_auto(GStrv) tokens = g_strsplit(normal, ",", -1);
    for (guint i = 0; tokens[i] != NULL; i++) {
        gboolean twice = FALSE;
        for (guint k = 0; k < i; k++)
            twice = twice || strcmp(tokens[i], tokens[k]) == 0;
        if (twice || !g_strv_contains(known, tokens[i]))
            return "must be a comma list of restartHVM, restartPV, restartHost, restartXAPI, "
                   "each at most once";
    }
    return NULL;
}

static gboolean good_requirement(const char *text)
{
    static const char *const operators[] = {"=", "<", ">", "<=", ">=", NULL};
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    if (g_strv_length(words) != 3 || !g_strv_contains(operators, words[1]))
        return FALSE;
    const char *name = words[0], *version = words[2];
    return g_ascii_isalpha(name[0]) && strlen(name) <= 64 &&
           all_of(name, LOWER UPPER DIGITS "._+-") && g_ascii_isdigit(version[0]) &&
           strlen(version) <= 64 && all_of(version, LOWER UPPER DIGITS "._+-") &&
           strchr(version, '-') == strrchr(version, '-') && !g_str_has_suffix(version, "-");
}

char *sp_normal_requires(const char *value)
{
    g_auto(GStrv) parts = g_strsplit(value, ",", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        g_auto(GStrv) words = g_strsplit_set(g_strstrip(parts[i]), " \t", -1);
        g_autoptr(GPtrArray) kept = g_ptr_array_new();
        for (guint k = 0; words[k] != NULL; k++)
            if (words[k][0] != '\0')
                g_ptr_array_add(kept, words[k]);
        g_ptr_array_add(kept, NULL);
        g_free(parts[i]);
        parts[i] = g_strjoinv(" ", (char **)kept->pdata);
    }
    return g_strjoinv(", ", parts);
}

const char *sp_grammar_requires(const char *value)
{
    static const char *const rule =
        "must be a comma list of up to 16 'name op version', op one of = < > <= >=";
    g_autofree char *normal = sp_normal_requires(value);
    g_auto(GStrv) parts = g_strsplit(normal, ", ", -1);
    if (g_strv_length(parts) > 16)
        return rule;
    for (guint i = 0; parts[i] != NULL; i++)
        if (!good_requirement(parts[i]))
            return rule;
    return NULL;
}

const char *sp_grammar_yes_no(const char *value)
{
    gboolean good = strcmp(value, "yes") == 0 || strcmp(value, "no") == 0;
    return good ? NULL : "must be yes or no";
}

const char *sp_grammar_date(const char *value)
{
    gint64 epoch = 0;
    return sp_epoch_of_date(value, &epoch)
               ? NULL
               : "must be a day or a second of UTC: 2026-11-28 or 2026-11-28T12:00:00Z";
}

const char *sp_grammar_conflict(const char *value)
{
    static const char *const known[] = {"keep", "replace", "fail", NULL};
    return g_strv_contains(known, value) ? NULL : "must be keep, replace or fail";
}

const char *sp_grammar_settings(const char *value)
{
    return strcmp(value, "deliver") == 0 || strcmp(value, "omit") == 0 ? NULL
                                                                       : "must be deliver or omit";
}

static gboolean good_path(const char *value, const char *set)
{
    return strlen(value) <= 200 && all_of(value, set) && sp_path_is_inside(value);
}

const char *sp_grammar_path(const char *value)
{
    return good_path(value, LOWER UPPER DIGITS "_.-/")
               ? NULL
               : "must be a relative path of A-Z a-z 0-9 _ . - below the folder of the "
                 "description, without '.' or '..' parts";
}

const char *sp_grammar_globs(const char *value)
{
    g_auto(GStrv) globs = g_strsplit_set(value, " \t", -1);
    gboolean good = TRUE, any = FALSE;
    for (guint i = 0; globs[i] != NULL; i++) {
        any = any || globs[i][0] != '\0';
        good = good && (globs[i][0] == '\0' || good_path(globs[i], LOWER UPPER DIGITS "_.-+~^/*?"));
    }
    return good && any ? NULL
                       : "must be relative paths of A-Z a-z 0-9 _ . - + ~ ^ and the wildcards * "
                         "and ?, blanks between, below the folder of the description, without "
                         "'.' or '..' parts";
}

/* Signs that yum's variables and the INI file read otherwise are left out of RFC 3986's. */
const char *sp_grammar_url(const char *value)
{
    static const char *const schemes[] = {"http://", "https://", "ftp://", "file:///"};
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        const char *rest = value + strlen(schemes[i]);
        if (g_str_has_prefix(value, schemes[i]) && rest[0] != '\0' &&
            all_of(rest, LOWER UPPER DIGITS "-._~:/?@!&()*+=%[]"))
            return NULL;
    }
    return "must be an http, https, ftp or file URL without blanks, quotes, $ # , or ;";
}
