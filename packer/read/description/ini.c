/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ini.h"
#include "published.h"
#include "rules.h"

#include <string.h>

typedef struct {
    const char *file;
    SpFindings *findings;
    int line;
    char *section;     /* the open one, or NULL */
    gboolean lost;     /* after a section line that is none: its keys are not judged */
    GHashTable *lines; /* "section\nkey" or "section" -> line */
    GString *clean;    /* what GKeyFile gets to read */
} Scan;

static void bad(const Scan *scan, const char *rule, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void bad(const Scan *scan, const char *rule, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sp_findings_add_valist(scan->findings, SP_BAD, rule, scan->file, scan->line, format, args);
    va_end(args);
}

/* FALSE, with a finding, when `name` was there before. */
static gboolean is_new(Scan *scan, char *name, const char *rule, const char *what)
{
    int first = GPOINTER_TO_INT(g_hash_table_lookup(scan->lines, name));
    if (first == 0) {
        g_hash_table_insert(scan->lines, name, GINT_TO_POINTER(scan->line));
        return TRUE;
    }
    const char *shown = strchr(name, '\n');
    bad(scan, rule, "%s '%s' stands on line %d already", what, shown != NULL ? shown + 1 : name,
        first);
    g_free(name);
    return FALSE;
}

/* `also`: what else it may have. */
static gboolean is_name(const char *text, const char *also)
{
    gsize length = strlen(text), good = 0;
    while (g_ascii_isalnum(text[good]) || (text[good] != '\0' && strchr(also, text[good]) != NULL))
        good++;
    return length > 0 && length <= 64 && good == length;
}

/* Cuts the comment off a value: a ';' that a blank sets off. */
static void cut_comment(char *value)
{
    for (char *at = value; *at != '\0'; at++) {
        gboolean blank = at == value || at[-1] == ' ' || at[-1] == '\t';
        if (*at == ';' && blank)
            *at = '\0';
        if (*at == '\0')
            break;
    }
    g_strchomp(value);
}

static void scan_section(Scan *scan, char *line)
{
    cut_comment(line);
    gsize length = strlen(line);
    g_clear_pointer(&scan->section, g_free);
    g_autofree char *name =
        length > 2 && line[length - 1] == ']' ? g_strndup(line + 1, length - 2) : g_strdup("");
    if (!is_name(name, "_-")) {
        g_autofree char *shown = sp_shown(line);
        bad(scan, "ini-section", "'%s' is not a section line '[name]'", shown);
        scan->lost = TRUE;
        return;
    }
    scan->lost = FALSE;
    scan->section = g_strdup(name);
    if (is_new(scan, g_strdup(name), "duplicate-section", "section"))
        g_string_append_printf(scan->clean, "[%s]\n", name);
}

static void scan_key(Scan *scan, char *line)
{
    char *equals = strchr(line, '=');
    if (equals == NULL) {
        g_autofree char *shown = sp_shown(line);
        bad(scan, "ini-line", "'%s' is neither '[section]', 'key = value' nor a comment", shown);
        return;
    }
    *equals = '\0';
    const char *key = g_strchomp(line);
    char *value = g_strchug(equals + 1);
    cut_comment(value);
    g_autofree char *shown = sp_shown(key);
    if (!is_name(key, "_-.")) {
        bad(scan, "ini-key", "'%s' is not the name of a key", shown);
        return;
    }
    if (scan->section == NULL && scan->lost)
        return;
    if (scan->section == NULL) {
        bad(scan, "ini-no-section", "key '%s' stands before any section", shown);
        return;
    }
    for (const char *at = value; *at != '\0'; at++) {
        if (g_ascii_isprint(*at))
            continue;
        SpPublishedLine found;
        sp_published_line(value, strlen(value), &found);
        const char *what = found.mended != NULL ? found.mended : found.wrong;
        bad(scan, "ini-ascii", "value of '%s' is not plain ASCII: %s", shown,
            what != NULL ? what : "it holds a tab");
        sp_published_line_clear(&found);
        return;
    }
    char *full = g_strdup_printf("%s\n%s", scan->section, key);
    if (is_new(scan, full, "duplicate-key", "key"))
        g_string_append_printf(scan->clean, "%s=%s\n", key, value);
}

static void scan_line(Scan *scan, const char *data, gsize length)
{
    if (length > 0 && data[length - 1] == '\r')
        length--;
    const char *nul = memchr(data, '\0', length);
    const char *cr = memchr(data, '\r', length);
    if (nul != NULL || cr != NULL) {
        bad(scan, "ini-control", "%s in column %zu", nul != NULL ? "NUL byte" : "carriage return",
            (gsize)((nul != NULL ? nul : cr) - data) + 1);
        return;
    }
    const char *end = NULL;
    if (!g_utf8_validate(data, (gssize)length, &end)) {
        bad(scan, "ini-utf8", "byte 0x%02x in column %zu is not UTF-8", (guchar)*end,
            (gsize)(end - data) + 1);
        return;
    }
    g_autofree char *line = g_strndup(data, length);
    g_strstrip(line);
    if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
        return;
    if (line[0] == '[')
        scan_section(scan, line);
    else
        scan_key(scan, line);
}

static void free_field(gpointer data)
{
    sp_field_free(data);
}

static gint by_line(gconstpointer a, gconstpointer b)
{
    return (*(SpField *const *)a)->line - (*(SpField *const *)b)->line;
}

/* What GKeyFile read, with the line the scan saw each key on. */
static GPtrArray *collect(const Scan *scan)
{
    GPtrArray *fields = g_ptr_array_new_with_free_func(free_field);
    g_autoptr(GKeyFile) keys = g_key_file_new();
    g_autoptr(GError) cause = NULL;
    if (!g_key_file_load_from_data(keys, scan->clean->str, scan->clean->len, G_KEY_FILE_NONE,
                                   &cause)) {
        sp_findings_add(scan->findings, SP_BAD, "ini-line", scan->file, 0, "%s", cause->message);
        return fields;
    }
    g_auto(GStrv) groups = g_key_file_get_groups(keys, NULL);
    for (guint i = 0; groups[i] != NULL; i++) {
        g_auto(GStrv) names = g_key_file_get_keys(keys, groups[i], NULL, NULL);
        if (names == NULL || names[0] == NULL) { /* its name is to be judged all the same */
            int line = GPOINTER_TO_INT(g_hash_table_lookup(scan->lines, groups[i]));
            g_ptr_array_add(fields, sp_field_new(groups[i], "", "", line));
        }
        for (guint k = 0; names != NULL && names[k] != NULL; k++) {
            g_autofree char *value = g_key_file_get_value(keys, groups[i], names[k], NULL);
            g_autofree char *full = g_strdup_printf("%s\n%s", groups[i], names[k]);
            int line = GPOINTER_TO_INT(g_hash_table_lookup(scan->lines, full));
            g_ptr_array_add(fields, sp_field_new(groups[i], names[k], value, line));
        }
    }
    g_ptr_array_sort(fields, by_line);
    return fields;
}

GPtrArray *sp_ini_parse(const char *file, GBytes *text, SpFindings *findings)
{
    g_autoptr(GHashTable) lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) clean = g_string_new(NULL);
    Scan scan = {.file = file, .findings = findings, .lines = lines, .clean = clean};
    gsize size = 0, at = 0;
    g_autoptr(GBytes) plain = sp_published_utf8(file, text, findings);
    const char *data = plain != NULL ? g_bytes_get_data(plain, &size) : "";
    while (at < size) {
        const char *end = memchr(data + at, '\n', size - at);
        gsize length = end != NULL ? (gsize)(end - data) - at : size - at;
        scan.line++;
        scan_line(&scan, data + at, length);
        at += length + 1;
    }
    g_free(scan.section);
    return collect(&scan);
}
