/* SPDX-License-Identifier: MIT */
/* plan and status: nothing is changed. */
#include "service.h"
#include "target.h"

int action_plan(const struct action *a)
{
    struct target t;
    struct fail f;
    struct sl_change change = {0};
    struct xml_refusal why;
    struct buf out = {0};
    int rc = target_open(a, &t, &f);
    if (!rc && !sl_install(text_buf(&t.now), &a->rule.edit, &change, &why))
        rc = target_refused(&t, &why, &f);
    if (rc) {
        say("%s", f.text);
    } else if (change.count) {
        sl_diff(text_buf(&t.now), &change, t.shown, &out);
        rc = put(STD_OUTPUT_HANDLE, text_buf(&out)) ? WOULD : SYSTEM;
    }
    sl_change_free(&change);
    buf_free(&out);
    target_close(&t);
    return rc;
}

struct report {
    const char *state, *version;
    char reason[1200];
};

static void judge(const struct action *a, const struct target *t, const struct sl_view *now,
                  struct report *r)
{
    struct sl_view original = {0};
    struct xml_refusal ignored;
    bool known = t->has_original &&
                 sl_look(text_buf(&t->original), &a->rule.edit, &original, &ignored) &&
                 *original.version;
    r->state = "drifted";
    if (now->found == SL_OTHER)
        text_print(r->reason, sizeof r->reason,
                   "line %u: the entry stands there more than once, or "
                   "is not as the rule has it",
                   now->line);
    else if (now->found == SL_ABSENT && t->has_original)
        text_print(r->reason, sizeof r->reason, "the entry was installed, and is gone");
    else if (now->found == SL_ABSENT)
        r->state = "missing";
    else if (known && !sl_is_higher(now->version, original.version))
        text_print(r->reason, sizeof r->reason,
                   "the version is not higher than %s, which it was "
                   "before: StorageLink does not push these rules",
                   original.version);
    else
        r->state = "applied";
}

static void put_json(struct buf *out, const char *key, struct text value)
{
    buf_printf(out, "%s\"%s\": \"", out->n > 1 ? ", " : "", key);
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if (c == '"' || c == '\\')
            buf_str(out, "\\");
        if (c < ' ')
            buf_printf(out, "\\u%04x", (unsigned)c);
        else
            buf_add(out, &value.p[i], 1);
    }
    buf_str(out, "\"");
}

static void put_line(struct buf *out, const char *key, struct text value)
{
    if (value.n)
        buf_printf(out, "%s%.*s%.*s\r\n", key, (int)(10 - strlen(key)), "          ", (int)value.n,
                   value.p);
}

int action_status(const struct action *a)
{
    struct target t;
    struct fail f = {""};
    struct sl_view now = {0};
    struct xml_refusal why;
    struct report r = {.state = "refused"};
    struct buf out = {0};
    int rc = target_open(a, &t, &f);
    if (!rc && !sl_look(text_buf(&t.now), &a->rule.edit, &now, &why))
        rc = target_refused(&t, &why, &f);
    if (rc)
        text_print(r.reason, sizeof r.reason, "%s", f.text);
    else
        judge(a, &t, &now, &r);
    const struct {
        const char *key;
        struct text value;
    } lines[] = {{"config", text_of(t.shown ? t.shown : "")},
                 {"label", a->rule.label},
                 {"product", a->rule.edit.product},
                 {"reason", text_of(r.reason)},
                 {"service", text_of(service_state())},
                 {"state", text_of(r.state)},
                 {"vendor", a->rule.edit.vendor},
                 {"version", text_of(now.version)}};
    if (a->json)
        buf_str(&out, "{");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        (a->json ? put_json : put_line)(&out, lines[i].key, lines[i].value);
        if (a->json && i == 3)
            buf_str(&out, ", \"schema\": 1");
    }
    buf_str(&out, a->json ? "}\n" : "");
    bool shown = put(STD_OUTPUT_HANDLE, text_buf(&out));
    bool applied = strcmp(r.state, "applied") == 0;
    buf_free(&out);
    target_close(&t);
    return rc == SYSTEM || !shown ? SYSTEM : applied ? DONE : REFUSED;
}
