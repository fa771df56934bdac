/* SPDX-License-Identifier: MIT */
#include "mpconf.h"

#include <stdlib.h>

#define CONTEXT 3

struct lines {
    struct text *line;
    size_t n;
};

/* Lines as diff(1) counts them: by "\n" alone. */
static struct lines split(struct text t)
{
    struct lines l = {0};
    for (size_t begin = 0, i = 0; i < t.n; i++) {
        if (t.p[i] != '\n' && i + 1 < t.n)
            continue;
        if (l.n % 256 == 0)
            l.line = xgrow(l.line, (l.n + 256) * sizeof *l.line);
        l.line[l.n++] = text_sub(t, begin, i + 1);
        begin = i + 1;
    }
    return l;
}

static void emit(struct buf *out, char mark, const struct lines *l, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        buf_add(out, &mark, 1);
        buf_text(out, l->line[i]);
        if (l->line[i].p[l->line[i].n - 1] != '\n')
            buf_str(out, "\n\\ No newline at end of file\n");
    }
}

static void range(struct buf *out, char mark, size_t from, size_t count)
{
    /* An empty range is named by the line before it. */
    buf_printf(out, " %c%zu,%zu", mark, count ? from + 1 : from, count);
}

void mp_diff(struct text before, struct text after, const char *path, struct buf *out)
{
    if (text_eq(before, after))
        return;
    struct lines a = split(before), b = split(after);
    size_t head = 0, tail = 0;
    while (head < a.n && head < b.n && text_eq(a.line[head], b.line[head]))
        head++;
    while (tail < a.n - head && tail < b.n - head &&
           text_eq(a.line[a.n - 1 - tail], b.line[b.n - 1 - tail]))
        tail++;
    size_t from = head > CONTEXT ? head - CONTEXT : 0;
    size_t after_context = tail < CONTEXT ? tail : CONTEXT;
    size_t a_end = a.n - tail, b_end = b.n - tail;

    buf_printf(out, "--- %s%s\n+++ %s%s\n@@", before.n ? "a" : "/dev/null", before.n ? path : "",
               after.n ? "b" : "/dev/null", after.n ? path : "");
    range(out, '-', from, a_end + after_context - from);
    range(out, '+', from, b_end + after_context - from);
    buf_str(out, " @@\n");
    emit(out, ' ', &a, from, head);
    emit(out, '-', &a, head, a_end);
    emit(out, '+', &b, head, b_end);
    emit(out, ' ', &a, a_end, a_end + after_context);
    free(a.line);
    free(b.line);
}
