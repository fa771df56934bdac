/* SPDX-License-Identifier: MIT */
/* What a file shows: our entry, and all that could be meant. */
#include "slreading.h"

bool sl_look(struct text file, const struct sl_rule *rule, const struct sl_mine *mine,
             struct sl_view *view, struct xml_refusal *why)
{
    struct reading r;
    struct sl_mine none = {{"", 0}, 0};
    bool ignored;
    unsigned element = 0;
    *view = (struct sl_view){0};
    bool good = reading_read(&r, file, rule, &none, &ignored, why);
    if (good) {
        view->found = reading_find(&r, &element);
        if (view->found != SL_ABSENT)
            view->line = xml_line(&r.x, r.x.elements[element].whole.begin);
    }
    reading_free(&r);
    if (!good || !reading_read(&r, file, rule, mine, &view->mine, why)) {
        if (good)
            reading_free(&r);
        return false;
    }
    struct xml_refusal no_version;
    const struct sl_version *version = reading_version(&r, &no_version);
    if (version)
        reading_version_text(&r, version, view->version);
    reading_free(&r);
    return true;
}

static void list_span(const struct xml *x, struct xml_span span, struct buf *out)
{
    struct text t = xml_text(x, span);
    buf_escape(out, text_sub(t, 0, t.n < 120 ? t.n : 120));
    buf_str(out, t.n > 120 ? " ...\r\n" : "\r\n");
}

void sl_list(struct text file, const struct sl_rule *rule, const struct sl_mine *mine,
             struct buf *out)
{
    struct reading r;
    struct xml_refusal ignored;
    bool there;
    if (reading_read(&r, file, rule, mine, &there, &ignored)) {
        const struct xml *x = &r.x;
        buf_str(out, "--version-at: numbers that could be the file's version\r\n");
        for (unsigned i = 0; i < r.versions.count && i < SL_KINDS_MAX; i++) {
            const struct sl_version *v = &r.versions.list[i];
            struct text name = {"a comment", 9}, value = xml_text(x, v->at);
            if (v->value)
                name = xml_text(x, x->values[v->value - 1].name);
            buf_printf(out, "  %u  line %u, %.*s: %.*s\r\n", i + 1, xml_line(x, v->at.begin),
                       (int)(name.n < 60 ? name.n : 60), name.p, (int)value.n, value.p);
        }
        buf_str(out, "--like: entries that could be cloned, or be stood behind\r\n");
        for (unsigned i = 0; i < r.all.kind_count; i++) {
            const struct sl_kind *k = &r.all.kinds[i];
            struct xml_span whole = x->elements[k->last.element].whole;
            buf_printf(out, "  %u  %u of them, the last in line %u: ", i + 1, k->count,
                       xml_line(x, whole.begin));
            list_span(x, whole, out);
        }
    }
    reading_free(&r);
}
