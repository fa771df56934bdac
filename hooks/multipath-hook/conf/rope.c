/* SPDX-License-Identifier: MIT */
#include "rope.h"

#include <stdlib.h>
#include <string.h>

COMPILE_FOR_SPEED

struct rope rope_of(struct text t)
{
    struct rope r = {0};
    rope_add(&r, t);
    return r;
}

void rope_free(struct rope *r)
{
    for (size_t i = 0; i < r->owned_count; i++)
        free(r->owned[i]);
    free(r->owned);
    free(r->piece);
    *r = (struct rope){0};
}

void rope_add(struct rope *r, struct text t)
{
    if (!t.n)
        return;
    r->n += t.n;
    struct text *last = r->piece && r->count ? &r->piece[r->count - 1] : NULL;
    if (last && last->p + last->n == t.p) {
        last->n += t.n;
        return;
    }
    if (!r->piece || r->count >= r->cap) {
        r->cap = r->cap ? 2 * r->cap : 4;
        r->piece = xgrow(r->piece, r->cap * sizeof *r->piece);
    }
    r->piece[r->count++] = t;
}

void rope_own(struct rope *r, char *p, size_t n)
{
    r->owned = xgrow(r->owned, (r->owned_count + 1) * sizeof *r->owned);
    r->owned[r->owned_count++] = p;
    rope_add(r, (struct text){p, n});
}

void rope_range(struct rope *r, const struct rope *from, size_t begin, size_t end)
{
    for (size_t i = 0, at = 0; i < from->count && at < end; at += from->piece[i++].n) {
        struct text t = from->piece[i];
        size_t first = begin > at ? begin - at : 0, last = end - at < t.n ? end - at : t.n;
        if (first < last)
            rope_add(r, text_sub(t, first, last));
    }
}

void rope_cut(struct rope *r, size_t n)
{
    while (r->n > n) {
        struct text *last = &r->piece[r->count - 1];
        size_t most = r->n - n, gone = last->n < most ? last->n : most;
        last->n -= gone;
        r->n -= gone;
        if (!last->n)
            r->count--;
    }
}

/* Walks two ropes in steps that lie in one piece of each. */
struct pair {
    const struct rope *rope[2];
    size_t piece[2], in[2];
};

static size_t pair_step(struct pair *p, const char *at[2])
{
    size_t n = (size_t)-1;
    for (int i = 0; i < 2; i++) {
        const struct rope *r = p->rope[i];
        if (p->piece[i] < r->count && p->in[i] == r->piece[p->piece[i]].n) {
            p->piece[i]++;
            p->in[i] = 0;
        }
        if (p->piece[i] == r->count)
            return 0;
        struct text t = r->piece[p->piece[i]];
        at[i] = t.p + p->in[i];
        n = t.n - p->in[i] < n ? t.n - p->in[i] : n;
    }
    p->in[0] += n;
    p->in[1] += n;
    return n;
}

bool rope_eq(const struct rope *a, const struct rope *b)
{
    struct pair pair = {.rope = {a, b}};
    const char *at[2];
    if (a->n != b->n)
        return false;
    for (size_t n; (n = pair_step(&pair, at));)
        if (at[0] != at[1] && !bytes_same(at[0], at[1], n))
            return false;
    return true;
}

size_t rope_same_head(const struct rope *a, const struct rope *b)
{
    struct pair pair = {.rope = {a, b}};
    const char *at[2];
    size_t same = 0;
    for (size_t n; (n = pair_step(&pair, at)) && at[0] == at[1];)
        same += n;
    return same;
}

size_t rope_same_tail(const struct rope *a, const struct rope *b)
{
    if (!a->count || !b->count)
        return 0;
    struct text x = a->piece[a->count - 1], y = b->piece[b->count - 1];
    if (x.p + x.n != y.p + y.n)
        return 0;
    return x.n < y.n ? x.n : y.n;
}

char rope_byte(const struct rope *r, size_t at)
{
    size_t i = 0;
    while (at >= r->piece[i].n)
        at -= r->piece[i++].n;
    return r->piece[i].p[at];
}

struct text rope_join(struct rope_eye *eye, size_t most, char *joined)
{
    const struct rope *r = eye->rope;
    while (eye->piece < r->count && eye->at >= eye->begin + r->piece[eye->piece].n)
        eye->begin += r->piece[eye->piece++].n;
    if (eye->piece == r->count)
        return (struct text){joined, 0};
    struct text first = r->piece[eye->piece], here = text_sub(first, eye->at - eye->begin, first.n);
    if (here.n >= most || eye->piece + 1 == r->count)
        return here;
    size_t n = 0;
    for (size_t i = eye->piece; i < r->count && n < most; i++) {
        struct text t = i == eye->piece ? here : r->piece[i];
        size_t take = t.n < most - n ? t.n : most - n;
        memcpy(joined + n, t.p, take);
        n += take;
    }
    return (struct text){joined, n};
}

/* Where the line ends in `t`, end of line included; 0 when the end is not in it. */
static size_t line_end(struct text t, bool all)
{
    const char *lf = memchr(t.p, '\n', t.n);
    size_t n = lf ? (size_t)(lf - t.p) : t.n;
    const char *cr = memchr(t.p, '\r', n);
    if (cr) {
        size_t at = (size_t)(cr - t.p) + 1;
        return at == n && lf ? n + 1 : at < t.n || all ? at : 0;
    }
    return lf ? n + 1 : 0;
}

bool rope_next_line(struct rope_eye *eye, struct rope_line *line)
{
    size_t total = eye->rope->n, most = sizeof line->joined;
    line->begin = eye->at;
    struct text seen = rope_look(eye, most, line->joined);
    if (!seen.n)
        return false;
    seen.n = seen.n < most ? seen.n : most;
    bool all = eye->at + seen.n == total;
    size_t end = line_end(seen, all);
    line->head = text_sub(seen, 0, end ? end : seen.n);
    if (line->head.n > ROPE_LINE)
        line->head.n = ROPE_LINE;
    /* A "\r" that ends what was seen may be followed by its "\n": it is looked at again. */
    while (!end && !all) {
        char more[2 * ROPE_LINE];
        eye->at += seen.n - (seen.p[seen.n - 1] == '\r');
        seen = rope_look(eye, sizeof more, more);
        seen.n = seen.n < sizeof more ? seen.n : sizeof more;
        all = eye->at + seen.n == total;
        end = line_end(seen, all);
    }
    eye->at += end ? end : seen.n;
    line->end = eye->at;
    return true;
}

void rope_copy(const struct rope *r, struct buf *out)
{
    for (size_t i = 0; i < r->count; i++)
        buf_text(out, r->piece[i]);
}
