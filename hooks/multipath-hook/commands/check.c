/* SPDX-License-Identifier: MIT */
/* What install would do, told to xapi (check) and to people (plan). */
#include "report.h"

#include <string.h>
#include <syslog.h>
#include <unistd.h>

static void escape_xml(struct buf *out, const char *s)
{
    struct buf plain = {0};
    buf_escape(&plain, text_of(s));
    for (const char *p = buf_cstr(&plain); *p; p++)
        if (*p == '<' || *p == '>' || *p == '&')
            buf_str(out, *p == '<' ? "&lt;" : *p == '>' ? "&gt;" : "&amp;");
        else
            buf_add(out, p, 1);
    buf_free(&plain);
}

int action_check(const struct action *a)
{
    struct fail f;
    struct plan plan;
    struct buf out = {0};
    struct dry_run before = {0};
    bool asked;
    int rc = report_plan(a, &plan, &f);
    if (!rc)
        rc = action_can_change(a, &plan, &f);
    if (!rc && plan_differs(&plan))
        rc = action_ask_parser(a, &plan, &before, &asked, &f);
    dry_run_free(&before);
    if (rc) {
        /* xapi shows the whole element of a code it does not know (packs.md B.7). */
        buf_str(&out, "<error errorcode=\"MULTIPATH_STANZA_REFUSED\"><pack>");
        escape_xml(&out, a->pack.label);
        buf_str(&out, "</pack><reason>");
        escape_xml(&out, f.text);
        buf_str(&out, "</reason></error>\n");
    }
    plan_free(&plan);
    return report_print(&out, rc);
}

/* A diff on a terminal: the host's files may have bytes that would command it. */
static void escape_lines(struct buf *out)
{
    struct buf plain = {0};
    struct text line;
    for (size_t at = 0; at < out->n;) {
        const char *end = memchr(out->p + at, '\n', out->n - at);
        line = text_sub(text_buf(out), at, end ? (size_t)(end - out->p) : out->n);
        at += line.n + 1;
        for (const char *tab; (tab = memchr(line.p, '\t', line.n));) {
            size_t n = (size_t)(tab - line.p);
            buf_escape(&plain, text_sub(line, 0, n));
            buf_str(&plain, "\t");
            line = text_sub(line, n + 1, line.n);
        }
        buf_escape(&plain, line);
        buf_str(&plain, "\n");
    }
    buf_free(out);
    *out = plain;
}

/* Why there is nothing in the diff, or what it will not change. */
static void tell_plan(const struct action *a, const struct plan *plan, bool changes)
{
    struct buf why = {0};
    const struct plan_device *bad = plan_not_in_force(plan);
    if (bad)
        plan_why(bad, &why);
    if (plan->conflict && a->pack.on_conflict == KEEP)
        say(a->pack.label, LOG_WARNING,
            "%s already has a device for this array, which would be kept; the pack's %s not be in "
            "use",
            plan->conflict_at, plan->kept ? "stanza would" : "device for it would");
    else if (!changes)
        say(a->pack.label, LOG_NOTICE, "nothing would change: '%s' has the stanza of version %s",
            plan->edits[0].path, a->pack.version);
    if (bad)
        say(a->pack.label, LOG_WARNING, "not in force even so: %s", buf_cstr(&why));
    const struct plan_setting *lost = plan->kept ? NULL : plan_setting_lost(plan);
    bool pack;
    why.n = 0;
    if (lost) {
        plan_setting_why(lost, &pack, &why);
        say(a->pack.label, LOG_WARNING, "%s", buf_cstr(&why));
    }
    buf_free(&why);
}

int action_plan(const struct action *a)
{
    struct fail f;
    struct plan plan;
    struct buf out = {0};
    say_no_syslog(); /* nothing happened */
    int rc = report_plan(a, &plan, &f);
    for (size_t i = 0; i < plan.count && !rc; i++)
        if (edit_differs(&plan.edits[i]))
            mp_diff(text_buf(&plan.edits[i].file), text_buf(&plan.edits[i].after),
                    plan.edits[i].path, &out);
    if (rc)
        say(a->pack.label, LOG_ERR, "would refuse: %s", f.text);
    else
        tell_plan(a, &plan, out.n);
    bool would = out.n;
    if (isatty(STDOUT_FILENO))
        escape_lines(&out);
    plan_free(&plan);
    return report_print(&out, rc ? rc : would ? WOULD : DONE);
}
