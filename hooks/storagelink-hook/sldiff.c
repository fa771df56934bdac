/* SPDX-License-Identifier: MIT */
#include "sledit.h"

#include <stdlib.h>

#define CONTEXT 3

/* Where the lines of a text begin, and its end behind them. Lines end with "\n", as diff(1) has it.
 */
struct lines {
    struct text raw;
    unsigned width;
    size_t *at;
    size_t count;
};

struct region {
    size_t begin, end;         /* lines of the old text */
    size_t new_begin, new_end; /* and of the new one */
};

static struct lines split(struct text raw, size_t mark, unsigned width)
{
    struct lines l = {.raw = raw, .width = width, .at = xalloc(sizeof *l.at)};
    size_t cap = 1;
    l.at[0] = width == 2 ? mark : 0;
    for (size_t at = l.at[0]; at < raw.n; at += width)
        if (at + width >= raw.n || (raw.p[at] == '\n' && (width == 1 || !raw.p[at + 1]))) {
            if (++l.count == cap)
                l.at = xgrow(l.at, (cap *= 2) * sizeof *l.at);
            l.at[l.count] = at + width;
        }
    return l;
}

static struct text line(const struct lines *l, size_t number)
{
    return text_sub(l->raw, l->at[number], l->at[number + 1]);
}

/* The line a place is in. */
static size_t line_of(const struct lines *l, size_t at)
{
    size_t low = 0, high = l->count;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (l->at[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static struct region region(const struct lines *old, const struct lines *new, size_t old_at,
                            size_t old_n, size_t new_at, size_t new_n)
{
    struct region r = {line_of(old, old_at), line_of(old, old_at + old_n) + 1, line_of(new, new_at),
                       line_of(new, new_at + new_n) + 1};
    while (r.begin < r.end && r.new_begin < r.new_end &&
           text_eq(line(old, r.begin), line(new, r.new_begin))) {
        r.begin++;
        r.new_begin++;
    }
    while (r.begin < r.end && r.new_begin < r.new_end &&
           text_eq(line(old, r.end - 1), line(new, r.new_end - 1))) {
        r.end--;
        r.new_end--;
    }
    return r;
}

/* A character as UTF-8. */
static void put(struct buf *out, unsigned long c)
{
    if (c < 0x80) {
        buf_add(out, &(char){(char)c}, 1);
        return;
    }
    unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char head[] = {0, 0xc0, 0xe0, 0xf0};
    buf_add(out, &(char){(char)(head[more] | c >> 6 * more)}, 1);
    while (more--)
        buf_add(out, &(char){(char)(0x80 | (c >> 6 * more & 0x3f))}, 1);
}

static unsigned long unit(struct text t, size_t at)
{
    return (unsigned char)t.p[at] | (unsigned long)(unsigned char)t.p[at + 1] << 8;
}

static void put_utf16(struct buf *out, struct text t)
{
    for (size_t at = 0; at + 1 < t.n; at += 2) {
        unsigned long c = unit(t, at);
        if (c >= 0xd800 && c < 0xdc00 && at + 3 < t.n && unit(t, at + 2) >> 10 == 0x37) {
            at += 2;
            c = 0x10000 + ((c & 0x3ff) << 10 | (unit(t, at) & 0x3ff));
        } else if (c >> 11 == 0x1b) {
            c = 0xfffd; /* half of a pair: no character */
        }
        put(out, c);
    }
}

static void emit(struct buf *out, char mark, const struct lines *l, size_t from, size_t to)
{
    for (; from < to; from++) {
        struct text t = line(l, from);
        buf_add(out, &mark, 1);
        if (l->width == 2)
            put_utf16(out, t);
        else
            buf_text(out, t);
        if (out->p[out->n - 1] != '\n')
            buf_str(out, "\n\\ No newline at end of file\n");
    }
}

/* One hunk of `count` regions, which lie so near that their contexts meet. */
static void hunk(struct buf *out, const struct lines *old, const struct lines *new,
                 const struct region *r, unsigned count)
{
    const struct region *last = &r[count - 1];
    size_t before = r->begin < CONTEXT ? r->begin : CONTEXT;
    size_t behind = old->count - last->end < CONTEXT ? old->count - last->end : CONTEXT;
    size_t from = r->begin - before, new_from = r->new_begin - before;
    /* unsigned: mingw's headers have printf's "z" checked as Microsoft's, which knows none */
    buf_printf(out, "@@ -%u,%u +%u,%u @@\n", (unsigned)from + 1,
               (unsigned)(last->end + behind - from), (unsigned)new_from + 1,
               (unsigned)(last->new_end + behind - new_from));
    for (unsigned i = 0; i < count; i++) {
        emit(out, ' ', old, from, r[i].begin);
        emit(out, '-', old, r[i].begin, r[i].end);
        emit(out, '+', new, r[i].new_begin, r[i].new_end);
        from = r[i].end;
    }
    emit(out, ' ', old, from, from + behind);
}

void sl_diff(struct text file, const struct sl_change *change, const char *path, struct buf *out)
{
    struct xml x;
    struct xml_refusal ignored;
    struct buf changed = {0};
    if (!change->count || !xml_decode(&x, file, &ignored)) {
        if (change->count)
            xml_free(&x);
        return;
    }
    sl_apply(file, change, &changed);
    struct lines old = split(file, x.mark, x.width),
                 new = split(text_buf(&changed), x.mark, x.width);
    struct region r[sizeof change->at / sizeof *change->at];
    unsigned count = 0;
    size_t moved = 0; /* how much longer the new text is so far; it wraps where it is shorter */
    for (unsigned i = 0; i < change->count; i++) {
        const struct sl_splice *s = &change->at[i];
        r[count] = region(&old, &new, s->begin, s->end - s->begin, s->begin + moved, s->in.n);
        moved += s->in.n - (s->end - s->begin);
        if (count && r[count].begin < r[count - 1].end) { /* both in one line */
            struct region *last = &r[count - 1];
            last->end = r[count].end > last->end ? r[count].end : last->end;
            last->new_end = r[count].new_end > last->new_end ? r[count].new_end : last->new_end;
        } else {
            count++;
        }
    }
    buf_printf(out, "--- %s\n+++ %s\n", path, path);
    for (unsigned i = 0, n; i < count; i += n) {
        for (n = 1; i + n < count; n++)
            if (r[i + n].begin > r[i + n - 1].end + 2 * (size_t)CONTEXT)
                break;
        hunk(out, &old, &new, &r[i], n);
    }
    free(old.at);
    free(new.at);
    buf_free(&changed);
    xml_free(&x);
}
