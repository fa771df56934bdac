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
    if (!rc &&
        !(a->removal ? sl_remove : sl_install)(text_buf(&t.now), &t.rule, &t.mine, &change, &why))
        rc = target_refused(&t, &why, &f);
    if (rc) {
        say("%s", f.text);
    } else {
        if (!a->quiet)
            target_list(&t);
        sl_diff(text_buf(&t.now), &change, t.shown, &out);
        bool shown = put(STD_OUTPUT_HANDLE, text_buf(&out));
        rc = !shown ? SYSTEM : change.count ? WOULD : DONE;
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

static void judge(const struct target *t, const struct sl_view *now, struct report *r)
{
    const char *why = "";
    char before[24];
    text_print(before, sizeof before, "%.*s", (int)t->record.before.n, t->record.before.p);
    r->state = "drifted";
    if (t->record.open)
        why = "a run was stopped half-way: run install or remove again";
    else if (now->found == SL_OTHER)
        why = "the entry stands there more than once, or is not as the rule has it";
    else if (now->found == SL_ABSENT && t->record.inserted.n && !now->mine)
        why = "the entry was installed, and is gone";
    else if (now->found == SL_ABSENT && now->mine)
        why = "an entry for another vendor or product was installed: run install again";
    else if (now->found == SL_ABSENT)
        r->state = "missing";
    else if (t->record.before.n && !sl_is_higher(now->version, before))
        text_print(r->reason, sizeof r->reason,
                   "the version is not higher than %s, which it was before: StorageLink does not "
                   "push these rules",
                   before);
    else
        r->state = "applied";
    if (*why)
        text_print(r->reason, sizeof r->reason, "%s", why);
}

/* A character of n bytes as JSON has it, above U+FFFF as a pair. */
static size_t put_escape(struct buf *out, struct text t, size_t n)
{
    static const unsigned char head[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    unsigned c = (unsigned char)t.p[0] & head[n];
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)t.p[i] & 0x3f);
    if (c > 0xffff)
        buf_printf(out, "\\u%04x", 0xd800 + ((c - 0x10000) >> 10));
    buf_printf(out, "\\u%04x", c > 0xffff ? 0xdc00 + ((c - 0x10000) & 0x3ff) : c);
    return n;
}

static void put_json(struct buf *out, const char *key, struct text value)
{
    buf_printf(out, "%s\"%s\": \"", out->n > 1 ? ", " : "", key);
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if (c == '"' || c == '\\')
            buf_str(out, "\\");
        size_t n = text_utf8(text_sub(value, i, value.n));
        if (c < ' ' || n != 1) /* ASCII, which PowerShell 2 reads in any code page */
            i += put_escape(out, text_sub(value, i, value.n), n ? n : 1) - 1;
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
    if (!rc && !sl_look(text_buf(&t.now), &t.rule, &t.mine, &now, &why) && !t.record.open)
        rc = target_refused(&t, &why, &f);
    if (rc)
        text_print(r.reason, sizeof r.reason, "%s", f.text);
    else
        judge(&t, &now, &r);
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

/* As the vendor's page has it, for a file that no program is sure about. */
int action_manual(const struct action *a)
{
    struct target t;
    struct fail f;
    struct buf out = {0};
    const struct sl_rule *rule = &a->rule.edit;
    int rc = target_open(a, &t, &f);
    const char *path =
        rc ? "%ProgramFiles%\\Citrix\\StorageLink\\Server\\scsi_device_id_config.xml" : t.shown;
    buf_printf(
        &out,
        "1. Open a prompt with \"Run as administrator\".\r\n"
        "2. copy \"%s\" \"%s.by-hand\"\r\n"
        "3. net stop storagelink\r\n"
        "4. Run the installer of the vendor's StorageLink adapter, if you have it.\r\n"
        "5. notepad \"%s\"\r\n"
        "   Behind the last entry for a storage system put one more, as the others are, with\r\n"
        "   vendor  %.*s\r\n   product %.*s\r\n",
        path, path, path, (int)rule->vendor.n, rule->vendor.p, (int)rule->product.n,
        rule->product.p);
    if (rule->entry.n)
        buf_printf(&out, "   The vendor says that it has to be:\r\n%.*s\r\n", (int)rule->entry.n,
                   rule->entry.p);
    buf_str(&out,
            "6. Near the beginning of the file, raise the last number of its version: 2.0.0.4 "
            "becomes 2.0.0.5.\r\n"
            "   That tells StorageLink to push the new rules to the hosts.\r\n"
            "7. net start storagelink\r\n"
            "8. storagelink-hook status\r\n");
    buf_printf(&out,
               "Back: net stop storagelink, copy /y \"%s.by-hand\" \"%s\", raise the version as "
               "in 6 but higher, net start storagelink\r\n",
               path, path);
    bool shown = put(STD_OUTPUT_HANDLE, text_buf(&out));
    buf_free(&out);
    target_close(&t);
    return shown ? DONE : SYSTEM;
}
