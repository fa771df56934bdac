/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <unistd.h>

int report_plan(const struct action *a, struct plan *plan, struct fail *f)
{
    struct host host;
    *plan = (struct plan){0};
    int rc = host_detect(a->root, a->pack.label, NULL, &host, f);
    if (!rc)
        return plan_make(plan, a->root, &a->pack, &host, f);
    plan->host = host;
    return rc;
}

int report_print(struct buf *out, int rc)
{
    bool ok = text_write(STDOUT_FILENO, text_buf(out));
    buf_free(out);
    return ok ? rc : SYSTEM;
}

void json_value(struct buf *out, const char *value)
{
    struct text t = text_of(value ? value : "");
    buf_str(out, t.n ? "\"" : "null");
    while (t.n) {
        unsigned char c = (unsigned char)*t.p;
        size_t n = text_utf8(t);
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (!n || text_is_control(t, n))
            buf_str(out, "\\ufffd");
        else
            buf_add(out, t.p, n);
        n = n ? n : 1;
        t = text_sub(t, n, t.n);
        if (!t.n)
            buf_str(out, "\"");
    }
}
