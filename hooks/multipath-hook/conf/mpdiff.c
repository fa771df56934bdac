/* SPDX-License-Identifier: MIT */
#include "mpconf.h"

#include <string.h>

#define CONTEXT 3

/* Lines as diff(1) counts them: by "\n" alone. Both move from the beginning of a line by up to
 * `most` lines to the beginning of another (or to the end). */
static size_t lines_back(const struct rope *r, size_t at, int most)
{
    while (at && most > 0) {
        at--;
        if (at == 0 || rope_byte(r, at - 1) == '\n')
            most--;
    }
    return at;
}

static size_t lines_on(const struct rope *r, size_t at, int most)
{
    while (at < r->n && most > 0)
        most -= rope_byte(r, at++) == '\n';
    return at;
}

static size_t line_start(const struct rope *r, size_t at)
{
    while (at && rope_byte(r, at - 1) != '\n')
        at--;
    return at;
}

/* How many lines begin in [from, to). */
static size_t count(const struct rope *r, size_t from, size_t to)
{
    struct rope_eye eye = {.rope = r, .at = from};
    char joined[1];
    size_t n = 0;
    bool start = true;
    while (eye.at < to) {
        struct text here = rope_look(&eye, 1, joined);
        here.n = here.n < to - eye.at ? here.n : to - eye.at;
        for (size_t i = 0; i < here.n; i++) {
            n += start;
            start = here.p[i] == '\n';
        }
        eye.at += here.n;
    }
    return n;
}

static void emit(struct buf *out, char mark, const struct rope *r, size_t from, size_t to)
{
    struct rope_eye eye = {.rope = r, .at = from};
    char joined[1], last = '\n';
    while (eye.at < to) {
        struct text here = rope_look(&eye, 1, joined);
        const char *lf = memchr(here.p, '\n', here.n);
        here.n = lf ? (size_t)(lf - here.p) + 1 : here.n;
        here.n = here.n < to - eye.at ? here.n : to - eye.at;
        if (last == '\n')
            buf_add(out, &mark, 1);
        buf_text(out, here);
        last = here.p[here.n - 1];
        eye.at += here.n;
    }
    if (last != '\n')
        buf_str(out, "\n\\ No newline at end of file\n");
}

static void range(struct buf *out, char mark, const struct rope *r, size_t from, size_t to)
{
    size_t before = count(r, 0, from), n = count(r, from, to);
    /* An empty range is named by the line before it. */
    buf_printf(out, " %c%zu,%zu", mark, n ? before + 1 : before, n);
}

void mp_diff(const struct rope *before, const struct rope *after, const char *path, struct buf *out)
{
    if (rope_eq(before, after))
        return;
    size_t head = line_start(before, rope_same_head(before, after));
    size_t tail = rope_same_tail(before, after);
    size_t most = (before->n < after->n ? before->n : after->n) - head;
    tail = tail < most ? tail : most;
    /* The tail begins with a line in both. */
    tail = before->n - lines_on(before, before->n - tail, 1);
    size_t from = lines_back(before, head, CONTEXT);
    size_t a_end = before->n - tail, b_end = after->n - tail;
    size_t to = lines_on(before, a_end, CONTEXT), context = to - a_end;

    buf_printf(out, "--- %s%s\n+++ %s%s\n@@", before->n ? "a" : "/dev/null", before->n ? path : "",
               after->n ? "b" : "/dev/null", after->n ? path : "");
    range(out, '-', before, from, to);
    range(out, '+', after, from, b_end + context);
    buf_str(out, " @@\n");
    emit(out, ' ', before, from, head);
    emit(out, '-', before, head, a_end);
    emit(out, '+', after, head, b_end);
    emit(out, ' ', before, a_end, to);
}
