/* SPDX-License-Identifier: MIT */
#include "mpconf.h"
#include "mpmark.h"

#include <stdlib.h>
#include <string.h>

/* The line end in use before `at`. */
static const char *line_end_at(const struct rope *t, size_t at)
{
    return at >= 2 && rope_byte(t, at - 1) == '\n' && rope_byte(t, at - 2) == '\r' ? "\r\n" : "\n";
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool at_line_start(const struct rope *t, size_t at)
{
    return at == 0 || is_line_end(rope_byte(t, at - 1));
}

static void write_block(const struct mp_pack *pack, const char *eol, const char *note,
                        struct buf *out)
{
    struct text line;
    buf_printf(out, BEGIN_BLOCK "%s %s, kept by multipath-hook: what you change here is lost%s%s",
               pack->label, pack->version, note, eol);
    for (size_t at = 0; text_line(pack->stanza, &at, &line);) {
        while (line.n && is_line_end(line.p[line.n - 1]))
            line.n--;
        if (line.n)
            buf_str(out, "\t");
        buf_text(out, line);
        buf_str(out, eol);
    }
    buf_printf(out, END_BLOCK "%s%s", pack->label, eol);
}

struct place {
    size_t at;
    bool section; /* a section of our own goes around the block */
};

static void add_ours(const struct rope *base, const struct mp_pack *pack, struct place place,
                     struct rope *out)
{
    struct buf b = {0};
    bool join = !at_line_start(base, place.at);
    const char *eol = line_end_at(base, join ? 0 : place.at);
    const char *note = join ? " " NEWLINE_ADDED : "";

    if (join)
        buf_str(&b, eol);
    if (!place.section) {
        write_block(pack, eol, note, &b);
    } else {
        buf_printf(&b, BEGIN_SECTION "%s%s%s", pack->label, note, eol);
        buf_printf(&b, "devices {%s", eol);
        write_block(pack, eol, "", &b);
        buf_printf(&b, "}%s" END_SECTION "%s%s", eol, pack->label, eol);
    }
    rope_own(out, b.p, b.n);
}

/* The lines of one device of base, each behind the prefix that switches it off. */
static void add_off(const struct rope *base, struct mp_span span, const struct mp_pack *pack,
                    struct rope *out)
{
    struct rope_eye eye = {.rope = base, .at = span.begin};
    struct rope_line line;
    while (eye.at < span.end && rope_next_line(&eye, &line)) {
        char *prefix = xprintf("#%s# ", pack->label);
        rope_own(out, prefix, strlen(prefix));
        rope_range(out, base, line.begin, line.end);
    }
}

/* base with devices switched off and, where there is one, our block. */
static void compose(const struct rope *base, const struct mp_edit *edit, const struct place *place,
                    struct rope *out)
{
    size_t at = 0, next = 0;
    bool placed = !place;
    rope_free(out);
    for (;;) {
        bool more = next < edit->off_count;
        if (!placed && (!more || place->at <= edit->off[next].begin)) {
            rope_range(out, base, at, place->at);
            at = place->at;
            add_ours(base, &edit->pack, *place, out);
            placed = true;
        } else if (more) {
            rope_range(out, base, at, edit->off[next].begin);
            add_off(base, edit->off[next], &edit->pack, out);
            at = edit->off[next++].end;
        } else {
            break;
        }
    }
    rope_range(out, base, at, base->n);
}

/* Do both read the same bytes alike from here on? */
static bool same_point(const struct mp_point *a, const struct mp_point *b)
{
    if (a->depth != b->depth || a->in_line != b->in_line ||
        a->brace_may_follow != b->brace_may_follow || a->has_vendor != b->has_vendor ||
        a->has_product != b->has_product)
        return false;
    for (unsigned i = 0; i < a->depth; i++)
        if (a->stack[i].level != b->stack[i].level)
            return false;
    return true;
}

/* The next event of base that is not of a device switched off. */
static enum mp_event next_of_base(struct mp_reader *r, const struct mp_edit *edit, size_t *off)
{
    for (;;) {
        enum mp_event event = mp_next(r);
        while (*off < edit->off_count && r->begin >= edit->off[*off].end)
            ++*off;
        if (event == MP_END || *off == edit->off_count || r->begin < edit->off[*off].begin)
            return event;
    }
}

static bool same_event(struct mp_reader *a, enum mp_event x, struct mp_reader *b, enum mp_event y)
{
    return x == y && (x != MP_KEY ||
                      (text_eq(a->keyword, b->keyword) && strcmp(mp_value(a), mp_value(b)) == 0));
}

/* Ours, as the host's parser reads it alone, against what it reads in the result. */
static bool reads_ours(struct mp_reader *result, enum mp_event event, size_t end,
                       const struct mp_edit *edit)
{
    struct rope alone = rope_of(text_of("devices {\n"));
    struct mp_reader ours;
    unsigned section = result->now.section_count;
    rope_add(&alone, edit->pack.stanza);
    rope_add(&alone, text_of("}\n"));
    mp_open(&ours, &alone, edit->era);
    enum mp_event want = mp_next(&ours), last = MP_END;
    bool ok = want == MP_OPEN;
    while (ok && want != MP_END) {
        ok = same_event(&ours, want, result, event) && result->begin < end;
        last = want;
        want = mp_next(&ours);
        if (want != MP_END)
            event = mp_next(result);
    }
    rope_free(&alone);
    return ok && last == MP_CLOSE && !ours.now.bad_line && result->now.section_count == section;
}

/* Opens both at the last point before they begin to differ that is known without reading anew: ours
 * usually stands behind the last device. */
static void open_both(struct mp_reader *old, struct mp_reader *new, const struct rope *base,
                      const struct rope *result, const struct mp_edit *edit)
{
    size_t head = rope_same_head(result, base);
    /* What is to be off differs from there on, whether or not it does in result. */
    if (edit->off_count && edit->off[0].begin < head)
        head = edit->off[0].begin;
    if (edit->read->now.section_count && edit->read->insert.at <= head) {
        mp_open_at(old, base, edit->era, &edit->read->insert);
    } else {
        mp_open(old, base, edit->era);
        old->stop = head > 2 * MP_LINE ? head - 2 * MP_LINE : 0; /* it looks ahead by a line */
        while (mp_next(old) != MP_END)
            ;
        old->stop = base->n;
    }
    mp_open_at(new, result, edit->era, &old->now);
}

/* The parser reads in `result` what it read in `base`, without what was switched off and with ours
 * in block's lines. Reading ends where the rest is the same bytes read from the same point; *bad is
 * what the parser would fail on in result. */
static bool reads_right(const struct rope *result, const struct rope *base,
                        const struct mp_block *block, const struct mp_edit *edit,
                        struct mp_refusal *bad)
{
    struct mp_reader old, new;
    size_t tail = rope_same_tail(result, base), off = 0;
    bool ours_read = !edit->pack.stanza.n, same = false;
    unsigned section = 0;
    enum mp_event event;

    open_both(&old, &new, base, result, edit);
    do {
        event = mp_next(&new);
        if (event != MP_END && edit->pack.stanza.n &&
            new.begin >= block->lines.begin &&new.begin < block->lines.end) {
            if (ours_read || !reads_ours(&new, event, block->lines.end, edit))
                return false;
            ours_read = true;
            section = new.now.section_count;
            continue;
        }
        if (!same_event(&old, next_of_base(&old, edit, &off), &new, event))
            return false;
        size_t rest = base->n - old.now.at;
        same = ours_read && off == edit->off_count &&
               rest == result->n - new.now.at &&rest <= tail &&same_point(&old.now, &new.now);
    } while (event != MP_END && !same);

    const struct mp_point *end = &edit->read->now;
    bool open = mp_open_line(same ? end : &new.now);
    unsigned sections = new.now.section_count + (end->section_count - old.now.section_count);
    *bad = new.now.bad_line ? (struct mp_refusal){new.now.bad_line, new.now.bad_reason}
                            : (struct mp_refusal){end->bad_line, end->bad_reason};
    return ours_read && (!open || mp_open_line(end)) &&
           (edit->era != MP_047 || !section || section == sections);
}

/* The proof of the laws for one result. *why: where this release's parser fails on it. */
static bool holds(const struct rope *result, const struct rope *base, const struct mp_edit *edit,
                  struct mp_refusal *why)
{
    struct rope back = {0};
    struct mp_block block;
    bool ok = mp_strip(result, edit->pack.label, &back, &block, why) && rope_eq(&back, base) &&
              block.count == (edit->pack.stanza.n != 0) &&
              (!block.count || mp_block_is(result, &block, edit->pack.stanza)) &&
              reads_right(result, base, &block, edit, why);
    rope_free(&back);
    return ok;
}

static bool is_space(char c)
{
    return is_line_end(c) || c == ' ' || c == '\t';
}

static bool ends_with_lone_brace(const struct rope *base)
{
    size_t n = base->n;
    while (n && is_space(rope_byte(base, n - 1)))
        n--;
    return n && rope_byte(base, n - 1) == '}' && (n == 1 || is_space(rope_byte(base, n - 2)));
}

/* The last device may be another pack's: its end marker is part of its block. */
static size_t behind_markers(const struct rope *base, size_t at)
{
    struct rope_eye eye = {.rope = base, .at = at};
    struct rope_line line;
    while (at_line_start(base, at) && rope_next_line(&eye, &line) &&
           text_starts(text_trim(line.head), END_BLOCK))
        at = line.end;
    return at;
}

/* Where the block goes when the file has none of ours yet. */
static bool find_place(const struct rope *base, const struct mp_reader *read, struct place *place,
                       struct mp_refusal *why)
{
    const struct mp_point *r = &read->now;
    if (r->section_count) {
        *place = (struct place){behind_markers(base, read->insert.at), false};
        if (!at_line_start(base, place->at) && place->at != base->n)
            return mp_refuse(why, 0, "the last device ends in a line over 1024 bytes");
        return true;
    }
    *place = (struct place){base->n, true};
    if (r->last_line && !ends_with_lone_brace(base))
        return mp_refuse(why, r->last_line,
                         "the last line has no newline, so this release ignores it; "
                         "text added behind it would bring it to life");
    if (mp_open_line(r) && !r->last_line)
        return mp_refuse(why, mp_open_line(r), "the section that begins here is never closed");
    return true;
}

/* The file as it is where our block stands in it already, only written anew where it differs. */
static bool in_place(const struct rope *file, const struct mp_block *block,
                     const struct mp_pack *pack, struct rope *out)
{
    struct buf b = {0};
    rope_free(out);
    if (block->count != 1 || !pack->stanza.n)
        return false;
    if (strcmp(block->version, pack->version) == 0 && mp_block_is(file, block, pack->stanza)) {
        rope_range(out, file, 0, file->n);
        return true;
    }
    write_block(pack, line_end_at(file, block->lines.begin),
                block->newline ? " " NEWLINE_ADDED : "", &b);
    rope_range(out, file, 0, block->whole.begin);
    rope_own(out, b.p, b.n);
    rope_range(out, file, block->whole.end, file->n);
    return true;
}

bool mp_install(const struct rope *file, const struct rope *base, const struct mp_block *block,
                const struct mp_edit *edit, struct rope *out, struct mp_refusal *why)
{
    const struct mp_point *end = &edit->read->now;
    struct place place;
    bool ours = edit->pack.stanza.n != 0;

    if (end->bad_line)
        return mp_refuse(why, end->bad_line, end->bad_reason);
    if (in_place(file, block, &edit->pack, out) && holds(out, base, edit, why))
        return !why->line;
    if (ours && !find_place(base, edit->read, &place, why))
        return false;
    compose(base, edit, ours ? &place : NULL, out);
    if (holds(out, base, edit, why))
        return !why->line;
    return mp_refuse(why, mp_open_line(end),
                     "no place in it where this release would read the stanza right");
}

bool mp_block_is(const struct rope *file, const struct mp_block *block, struct text stanza)
{
    struct rope_eye eye = {.rope = file, .at = block->lines.begin};
    struct rope_line line;
    struct text ours;
    for (size_t at = 0; text_line(stanza, &at, &ours);)
        if (eye.at >= block->lines.end || !rope_next_line(&eye, &line) ||
            !text_eq(text_trim(ours), text_trim(line.head)))
            return false;
    return eye.at == block->lines.end;
}
