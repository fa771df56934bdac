/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "template.h"

#include <string.h>

static const char *find(const SpTemplateValue *values, const char *name, gsize length)
{
    for (; values->name != NULL; values++)
        if (strlen(values->name) == length && strncmp(values->name, name, length) == 0)
            return values->value;
    return NULL;
}

static gboolean unknown(const char *file, guint line, const char *name, gsize length,
                        GError **error)
{
    return sp_throw(error, SP_ERROR_SYSTEM, "template '%s' line %u: unknown name '%.*s'", file,
                    line, (int)length, name);
}

static gboolean expand_line(const char *file, guint number, const char *line,
                            const SpTemplateValue *values, GString *out, GError **error)
{
    for (const char *at = line;;) {
        const char *open = strchr(at, '@');
        const char *close = open != NULL ? strchr(open + 1, '@') : NULL;
        if (close == NULL) {
            g_string_append(out, at);
            g_string_append_c(out, '\n');
            return TRUE;
        }
        gsize length = (gsize)(close - open) - 1;
        const char *value = find(values, open + 1, length);
        if (value == NULL)
            return unknown(file, number, open + 1, length, error);
        g_string_append_len(out, at, open - at);
        g_string_append(out, value);
        at = close + 1;
    }
}

/* Is the block that `@if name@` opens kept? */
static gboolean open_block(const char *file, guint number, const char *line,
                           const SpTemplateValue *values, gboolean *kept, GError **error)
{
    const char *name = line + strlen("@if ");
    gboolean negated = *name == '!';
    name += negated ? 1 : 0;
    gsize length = strcspn(name, "@");
    const char *value = find(values, name, length);
    if (value == NULL)
        return unknown(file, number, name, length, error);
    *kept = (value[0] != '\0') != negated;
    return TRUE;
}

GBytes *sp_template_expand(const char *file, GBytes *text, const SpTemplateValue *values,
                           GError **error)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    g_autofree char *copy = g_strndup(data, size);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    guint count = g_strv_length(lines);
    if (count > 0 && lines[count - 1][0] == '\0')
        count--; /* what follows the final newline is no line */
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean inside = FALSE, kept = TRUE;
    for (guint i = 0; i < count; i++) {
        if (g_str_has_prefix(lines[i], "@if ")) {
            if (inside || !open_block(file, i + 1, lines[i], values, &kept, error)) {
                sp_throw(error != NULL && *error != NULL ? NULL : error, SP_ERROR_SYSTEM,
                         "template '%s' line %u: blocks do not nest", file, i + 1);
                return NULL;
            }
            inside = TRUE;
        } else if (strcmp(lines[i], "@end@") == 0) {
            inside = FALSE;
            kept = TRUE;
        } else if (kept && !expand_line(file, i + 1, lines[i], values, out, error)) {
            return NULL;
        }
    }
    if (inside) {
        sp_throw(error, SP_ERROR_SYSTEM, "template '%s': a block is not closed", file);
        return NULL;
    }
    return g_string_free_to_bytes(g_steal_pointer(&out));
}
