/* SPDX-License-Identifier: MIT */
#include "mpconf.h"

#include <stdlib.h>
#include <string.h>

#define CONTEXT 3
#define MOST    2000 /* lines in which two texts differ; more are shown as one change */

/* Lines as diff(1) counts them: by "\n" alone. */
struct lines {
    struct text *line;
    size_t n;
};

static struct lines split(struct text t)
{
    struct lines l = {NULL, 0};
    for (size_t at = 0; at < t.n;) {
        const char *lf = memchr(t.p + at, '\n', t.n - at);
        size_t end = lf ? (size_t)(lf - t.p) + 1 : t.n;
        if (l.n % 256 == 0)
            l.line = xgrow(l.line, (l.n + 256) * sizeof *l.line);
        l.line[l.n++] = text_sub(t, at, end);
        at = end;
    }
    return l;
}

static void emit(struct buf *out, const char *mark, struct text line)
{
    buf_str(out, mark);
    buf_text(out, line);
    if (line.p[line.n - 1] != '\n')
        buf_str(out, "\n\\ No newline at end of file\n");
}

/* kept[i] of the first text's lines is 1 + the line of the second that it stays as, 0 where it
 * goes: a longest common run of lines, by the usual table. */
static void match(const struct lines *a, const struct lines *b, size_t *kept)
{
    size_t head = 0, tail = 0, least = a->n < b->n ? a->n : b->n;
    while (head < least && text_eq(a->line[head], b->line[head])) {
        kept[head] = head + 1;
        head++;
    }
    while (tail < least - head && text_eq(a->line[a->n - 1 - tail], b->line[b->n - 1 - tail])) {
        kept[a->n - 1 - tail] = b->n - tail;
        tail++;
    }
    size_t n = a->n - head - tail, m = b->n - head - tail, wide = m + 1;
    if (!n || !m || n > MOST || m > MOST)
        return;
    unsigned short *longest = xalloc((n + 1) * wide * sizeof *longest);
    memset(longest, 0, (n + 1) * wide * sizeof *longest);
    for (size_t i = n; i-- > 0;)
        for (size_t j = m; j-- > 0;) {
            unsigned short down = longest[(i + 1) * wide + j], right = longest[i * wide + j + 1];
            longest[i * wide + j] = text_eq(a->line[head + i], b->line[head + j])
                                        ? (unsigned short)(longest[(i + 1) * wide + j + 1] + 1)
                                        : (down > right ? down : right);
        }
    for (size_t i = 0, j = 0; i < n && j < m;)
        if (text_eq(a->line[head + i], b->line[head + j]))
            kept[head + i++] = head + ++j;
        else if (longest[(i + 1) * wide + j] >= longest[i * wide + j + 1])
            i++;
        else
            j++;
    free(longest);
}

struct walk {
    const struct lines *a, *b;
    const size_t *kept;
    size_t i, j; /* the next line of each */
};

/* Is the next line of both the same one? */
static bool same_here(const struct walk *w)
{
    return w->i < w->a->n && w->kept[w->i] == w->j + 1;
}

static bool at_end(const struct walk *w)
{
    return w->i == w->a->n && w->j == w->b->n;
}

/* One step of the script; `out` NULL: only walked. */
static void step(struct walk *w, struct buf *out)
{
    bool same = same_here(w);
    bool goes = !same && w->i < w->a->n && !w->kept[w->i];
    if (out)
        emit(out,
             same   ? " "
             : goes ? "-"
                    : "+",
             goes || same ? w->a->line[w->i] : w->b->line[w->j]);
    w->i += same || goes;
    w->j += same || !goes;
}

static void range(struct buf *out, char mark, size_t from, size_t n)
{
    /* An empty range is named by the line before it. */
    buf_printf(out, " %c%zu,%zu", mark, n ? from + 1 : from, n);
}

/* From the first line shown to CONTEXT lines behind the last change that is less than two contexts
 * from the next. */
static void hunk(struct walk *w, struct buf *out)
{
    struct walk end = *w, ahead = *w;
    for (size_t same = 0; !at_end(&ahead) && same <= 2 * CONTEXT;) {
        same = same_here(&ahead) ? same + 1 : 0;
        step(&ahead, NULL);
        if (!same)
            end = ahead;
    }
    for (int i = 0; i < CONTEXT && same_here(&end); i++)
        step(&end, NULL);
    buf_str(out, "@@");
    range(out, '-', w->i, end.i - w->i);
    range(out, '+', w->j, end.j - w->j);
    buf_str(out, " @@\n");
    while (w->i < end.i || w->j < end.j)
        step(w, out);
}

void mp_diff(struct text before, struct text after, const char *path, struct buf *out)
{
    if (text_eq(before, after))
        return;
    struct lines a = split(before), b = split(after);
    size_t *kept = xalloc((a.n + 1) * sizeof *kept);
    memset(kept, 0, (a.n + 1) * sizeof *kept);
    match(&a, &b, kept);
    buf_printf(out, "--- %s%s\n+++ %s%s\n", before.n ? "a" : "/dev/null", before.n ? path : "",
               after.n ? "b" : "/dev/null", after.n ? path : "");
    struct walk w = {&a, &b, kept, 0, 0};
    for (struct walk shown = w; !at_end(&w);) {
        if (same_here(&w)) {
            step(&w, NULL);
            if (w.i - shown.i > CONTEXT)
                step(&shown, NULL);
            continue;
        }
        hunk(&shown, out);
        w = shown;
    }
    free(kept);
    free(a.line);
    free(b.line);
}
