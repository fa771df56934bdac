/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "delivery.h"

#include <string.h>

static void free_fate(gpointer data)
{
    SpFate *fate = data;
    g_free(fate->file);
    g_free(fate->setting);
    g_free(fate->text);
    g_free(fate->releases);
    g_free(fate);
}

SpDelivery *sp_delivery_new(void)
{
    SpDelivery *delivery = g_new0(SpDelivery, 1);
    delivery->fates = g_ptr_array_new_with_free_func(free_fate);
    delivery->releases = g_strdup("");
    return delivery;
}

void sp_delivery_free(SpDelivery *delivery)
{
    if (delivery == NULL)
        return;
    g_ptr_array_unref(delivery->fates);
    g_free(delivery->releases);
    g_free(delivery);
}

void sp_delivery_for(SpDelivery *delivery, const char *releases)
{
    g_free(delivery->releases);
    delivery->releases = g_strdup(releases);
}

/* What was told of the parser before with the same words. */
static SpFinding *told_before(const SpTelling *telling, const SpFinding *other)
{
    for (guint i = 0; i < telling->findings->all->len; i++) {
        SpFinding *finding = telling->findings->all->pdata[i];
        if (finding != other && finding->parser >= 0 && finding->last_parser + 1 == other->parser &&
            finding->line == other->line && finding->severity == other->severity &&
            strcmp(finding->rule, other->rule) == 0 && strcmp(finding->file, other->file) == 0 &&
            strcmp(finding->text, other->text) == 0)
            return finding;
    }
    return NULL;
}

void sp_tell(const SpTelling *telling, SpSeverity severity, const char *rule, int line,
             const char *format, ...)
{
    if (telling->findings == NULL)
        return;
    if (severity == SP_WARNING && !sp_parser_is_shipped(telling->parser))
        severity = SP_INFO;
    va_list args;
    va_start(args, format);
    SpFinding *finding = sp_findings_add_valist(telling->findings, severity, rule, telling->file,
                                                line, format, args);
    va_end(args);
    finding->parser = finding->last_parser = (int)telling->parser;
    SpFinding *before = told_before(telling, finding);
    if (before == NULL)
        return;
    before->last_parser = finding->last_parser;
    sp_findings_drop_last(telling->findings);
}

void sp_tell_fate(const SpTelling *telling, int line, const char *name, const char *value,
                  SpFateKind kind, const char *text)
{
    if (telling->delivery == NULL)
        return;
    const char *releases = telling->delivery->releases;
    for (guint i = 0; i < telling->delivery->fates->len; i++) {
        SpFate *fate = telling->delivery->fates->pdata[i];
        if (fate->line == line && fate->kind == kind && fate->last + 1 == telling->parser &&
            strcmp(fate->text, text) == 0 && strcmp(fate->file, telling->file) == 0 &&
            strcmp(fate->releases, releases) == 0) {
            fate->last = telling->parser;
            return;
        }
    }
    SpFate *fate = g_new0(SpFate, 1);
    fate->file = g_strdup(telling->file);
    fate->line = line;
    fate->setting = g_strdup_printf("%s %s", name, value);
    fate->kind = kind;
    fate->text = g_strdup(text);
    fate->first = fate->last = telling->parser;
    fate->releases = g_strdup(releases);
    g_ptr_array_add(telling->delivery->fates, fate);
}

const char *sp_fate_word(SpFateKind kind)
{
    static const char *const words[SP_FATES] = {"as-written", "other-words", "another",
                                                "needless",   "unknown",     "sm",
                                                "site",       "nowhere",     "omitted"};
    return words[kind];
}

gboolean sp_fate_is_delivered(SpFateKind kind)
{
    return kind <= SP_FATE_ANOTHER;
}

char *sp_fate_hosts(const SpFate *fate)
{
    return fate->releases[0] != '\0' ? g_strdup_printf("releases %s", fate->releases)
                                     : sp_parser_hosts(fate->first, fate->last);
}
