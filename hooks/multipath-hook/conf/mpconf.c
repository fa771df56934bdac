/* SPDX-License-Identifier: MIT */
#include "mpconf.h"
#include "mpmark.h"

#include <string.h>

/* The line end in use before `at`. */
static const char *line_end_at(struct text t, size_t at)
{
    return at >= 2 && t.p[at - 1] == '\n' && t.p[at - 2] == '\r' ? "\r\n" : "\n";
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool at_line_start(struct text t, size_t at)
{
    return at == 0 || is_line_end(t.p[at - 1]);
}

static struct text without_end(struct text line)
{
    while (line.n && is_line_end(line.p[line.n - 1]))
        line.n--;
    return line;
}

static void write_block(const struct mp_pack *pack, const char *eol, const char *note,
                        struct buf *out)
{
    struct text line;
    buf_printf(out, BEGIN_BLOCK "%s %s, kept by multipath-hook: what you change here is lost%s%s",
               pack->label, pack->version, note, eol);
    for (size_t at = 0; text_line(pack->stanza, &at, &line);) {
        line = without_end(line);
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

static void add_ours(struct text base, const struct mp_pack *pack, struct place place,
                     struct buf *out)
{
    bool join = !at_line_start(base, place.at);
    const char *eol = line_end_at(base, join ? 0 : place.at);
    const char *note = join ? " " NEWLINE_ADDED : "";

    if (join)
        buf_str(out, eol);
    if (!place.section) {
        write_block(pack, eol, note, out);
    } else {
        buf_printf(out, BEGIN_SECTION "%s%s%s", pack->label, note, eol);
        buf_printf(out, "devices {%s", eol);
        write_block(pack, eol, "", out);
        buf_printf(out, "}%s" END_SECTION "%s%s", eol, pack->label, eol);
    }
}

/* The lines of one device of base, each behind the prefix that switches it off. */
static void add_off(struct text base, struct mp_span span, const struct mp_pack *pack,
                    struct buf *out)
{
    struct text line;
    for (size_t at = span.begin; at < span.end && text_line(base, &at, &line);) {
        buf_printf(out, "#%s# ", pack->label);
        buf_text(out, line);
    }
}

/* base with devices switched off and, where there is a place for it, our block. */
static void compose(struct text base, const struct mp_edit *edit, const struct place *place,
                    struct buf *out)
{
    size_t at = 0, next = 0;
    bool placed = !place;
    out->n = 0;
    for (;;) {
        bool more = next < edit->off_count;
        if (!placed && (!more || place->at <= edit->off[next].begin)) {
            buf_text(out, text_sub(base, at, place->at));
            at = place->at;
            add_ours(base, &edit->pack, *place, out);
            placed = true;
        } else if (more) {
            buf_text(out, text_sub(base, at, edit->off[next].begin));
            add_off(base, edit->off[next], &edit->pack, out);
            at = edit->off[next++].end;
        } else {
            break;
        }
    }
    buf_text(out, text_sub(base, at, base.n));
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

static bool same_event(const struct mp_reader *a, enum mp_event x, const struct mp_reader *b,
                       enum mp_event y)
{
    if (x != y || x == MP_END)
        return x == y;
    return a->level == b->level &&
           (x != MP_KEY || (text_eq(a->keyword, b->keyword) && strcmp(a->value, b->value) == 0));
}

/* Ours, as the host's parser reads it alone, against what it reads in the result. */
static bool reads_ours(struct mp_reader *result, enum mp_event event, size_t end,
                       const struct mp_edit *edit)
{
    struct buf alone = {0};
    struct mp_reader ours;
    unsigned section = result->section_count;
    buf_str(&alone, "devices {\n");
    buf_text(&alone, edit->pack.stanza);
    buf_str(&alone, "}\n");
    mp_open(&ours, text_buf(&alone), edit->era);
    enum mp_event want = mp_next(&ours), last = MP_END;
    bool ok = want == MP_OPEN;
    while (ok && want != MP_END) {
        ok = same_event(&ours, want, result, event) && result->begin < end;
        last = want;
        want = mp_next(&ours);
        if (want != MP_END)
            event = mp_next(result);
    }
    buf_free(&alone);
    return ok && last == MP_CLOSE && !ours.bad_line && result->section_count == section;
}

/* The parser reads in `result` what it read in `base`, without what was switched off and with ours
 * in block's lines. *bad: what it would fail on in result. */
static bool reads_right(struct text result, struct text base, const struct mp_block *block,
                        const struct mp_edit *edit, struct mp_refusal *bad)
{
    struct mp_reader old, new;
    size_t off = 0;
    bool ours_read = !edit->pack.stanza.n;
    unsigned section = 0;
    enum mp_event event;

    mp_open(&old, base, edit->era);
    mp_open(&new, result, edit->era);
    do {
        event = mp_next(&new);
        if (event != MP_END && edit->pack.stanza.n &&
            new.begin >= block->lines.begin &&new.begin < block->lines.end) {
            if (ours_read || !reads_ours(&new, event, block->lines.end, edit))
                return false;
            ours_read = true;
            section = new.section_count;
            continue;
        }
        if (!same_event(&old, next_of_base(&old, edit, &off), &new, event))
            return false;
    } while (event != MP_END);

    if (!edit->of_many)
        *bad = (struct mp_refusal){new.bad_line, new.bad_reason};
    return ours_read && (!mp_open_line(&new) || mp_open_line(&old)) &&
           (edit->era != MP_047 || !section || section == new.section_count);
}

static bool is_space(char c)
{
    return is_line_end(c) || c == ' ' || c == '\t';
}

static bool ends_with_lone_brace(struct text base)
{
    size_t n = base.n;
    while (n && is_space(base.p[n - 1]))
        n--;
    return n && base.p[n - 1] == '}' && (n == 1 || is_space(base.p[n - 2]));
}

/* The proof of the laws for one result. *why: where this release's parser fails on it. */
static bool holds(struct text result, struct text base, const struct mp_edit *edit,
                  struct mp_refusal *why)
{
    struct buf back = {0}, ended = {0};
    struct mp_block block;
    why->line = 0;
    bool ok = mp_strip(result, edit->pack.label, &back, &block, why) &&
              text_eq(text_buf(&back), base) && block.count == (edit->pack.stanza.n != 0) &&
              (!block.count || mp_block_is(result, &block, edit->pack.stanza));
    /* A last "}" that gets a line end, without which old parsers do not see it, closes what is
     * closed anyway. */
    buf_text(&ended, base);
    if (ends_with_lone_brace(base) && !at_line_start(base, base.n) &&
        at_line_start(result, result.n))
        buf_str(&ended, "\n");
    ok = ok && reads_right(result, text_buf(&ended), &block, edit, why);
    buf_free(&back);
    buf_free(&ended);
    return ok && !why->line;
}

/* The last device may be another pack's: its end marker is part of its block. */
static size_t behind_markers(struct text base, size_t at)
{
    struct text line;
    size_t next = at;
    while (at_line_start(base, at) && text_line(base, &next, &line) &&
           text_starts(text_trim(line), END_BLOCK))
        at = next;
    return at;
}

/* Where the block may go, the best first; how many. */
static int places(struct text base, const struct mp_reader *end, const struct mp_edit *edit,
                  struct place place[3])
{
    int n = 0;
    if (end->section_count) {
        if (!edit->first)
            place[n++] = (struct place){behind_markers(base, end->last), false};
        place[n++] = (struct place){end->first, false};
        return n;
    }
    place[n++] = (struct place){base.n, true};
    if (mp_open_line(end)) /* in front of the section that is never closed */
        place[n++] = (struct place){end->stack[1].begin, true};
    place[n++] = (struct place){0, true};
    return n;
}

/* The file as it is where our block stands in it already, only written anew where it differs. */
static bool in_place(struct text file, const struct mp_block *block, const struct mp_pack *pack,
                     struct buf *out)
{
    out->n = 0;
    if (block->count != 1 || !pack->stanza.n)
        return false;
    if (strcmp(block->version, pack->version) == 0 && mp_block_is(file, block, pack->stanza)) {
        buf_text(out, file);
        return true;
    }
    buf_text(out, text_sub(file, 0, block->whole.begin));
    write_block(pack, line_end_at(file, block->lines.begin),
                block->newline ? " " NEWLINE_ADDED : "", out);
    buf_text(out, text_sub(file, block->whole.end, file.n));
    return true;
}

/* Is the first device that counts one of ours? */
static bool stands_first(struct text result, const struct mp_edit *edit)
{
    struct mp_reader r;
    unsigned section = 0;
    size_t first = 0;
    mp_open(&r, result, edit->era);
    for (enum mp_event event; (event = mp_next(&r)) != MP_END;)
        if (event == MP_OPEN && r.level == MP_DEVICE &&
            (!section || (edit->era == MP_047 && section != r.section_count))) {
            section = r.section_count;
            first = r.begin;
        }
    return text_is(mp_label_at(&(struct mp_labels){.file = result}, first), edit->pack.label);
}

/* Why there is no place at all. */
static bool no_place(struct text base, const struct mp_reader *end, struct mp_refusal *why)
{
    if (end->last_line && !end->section_count && !ends_with_lone_brace(base))
        return mp_refuse(why, end->last_line,
                         "the last line has no newline, so this release ignores it; "
                         "text added behind it would bring it to life");
    if (mp_open_line(end) && !end->section_count)
        return mp_refuse(why, mp_open_line(end), "the section that begins here is never closed");
    if (end->section_count && !at_line_start(base, end->last) && end->last != base.n)
        return mp_refuse(why, 0, "the last device ends in a line over 1024 bytes");
    return mp_refuse(why, mp_open_line(end),
                     "no place in it where this release would read the stanza right");
}

static bool install_block(struct text file, struct text base, const struct mp_block *block,
                          const struct mp_edit *edit, struct buf *out, struct mp_refusal *why)
{
    struct place place[3];
    struct mp_reader end;
    mp_open(&end, base, edit->era);
    while (mp_next(&end) != MP_END)
        ;
    if (end.bad_line && !edit->of_many)
        return mp_refuse(why, end.bad_line, end.bad_reason);
    if (!edit->pack.stanza.n) {
        compose(base, edit, NULL, out);
        return holds(text_buf(out), base, edit, why) || no_place(base, &end, why);
    }
    if (in_place(file, block, &edit->pack, out) && holds(text_buf(out), base, edit, why) &&
        (!edit->first || stands_first(text_buf(out), edit)))
        return true;
    int count = places(base, &end, edit, place);
    for (int i = 0; i < count; i++) {
        if (!at_line_start(base, place[i].at) && place[i].at != base.n)
            continue;
        compose(base, edit, &place[i], out);
        if (holds(text_buf(out), base, edit, why))
            return true;
    }
    return no_place(base, &end, why);
}

static void write_settings(const struct mp_pack *pack, const char *eol, struct buf *out)
{
    struct text line;
    buf_printf(out, BEGIN_SETTINGS "%s %s, kept by multipath-hook: what you change here is lost%s",
               pack->label, pack->version, eol);
    for (size_t at = 0; text_line(pack->settings, &at, &line);) {
        buf_text(out, without_end(line));
        buf_str(out, eol);
    }
    buf_printf(out, END_SETTINGS "%s%s", pack->label, eol);
}

/* The parser reads in `result` what it reads in `without`, and in the span what the settings say
 * alone. */
static bool reads_settings(struct text result, struct text without, struct mp_span span,
                           const struct mp_edit *edit)
{
    struct mp_reader old, ours, new;
    enum mp_event event;
    mp_open(&old, without, edit->era);
    mp_open(&ours, edit->pack.settings, edit->era);
    mp_open(&new, result, edit->era);
    do {
        event = mp_next(&new);
        bool inside = event != MP_END && new.begin >= span.begin &&new.begin < span.end;
        struct mp_reader *from = inside ? &ours : &old;
        if (!same_event(from, mp_next(from), &new, event))
            return false;
    } while (event != MP_END);
    return mp_next(&ours) == MP_END && !ours.bad_line && !mp_open_line(&ours) &&
           !new.bad_line == !old.bad_line;
}

/* Where the settings stood before, where that is still the same place, else in front of all: what
 * an administrator says in the same file is read later, and so stays. */
static bool add_settings(struct text without, size_t at, const struct mp_edit *edit,
                         struct text base, struct buf *out)
{
    struct text line;
    struct mp_span span = {at, 0};
    struct mp_block block;
    struct mp_refusal why;
    struct buf back = {0};
    size_t first = 0;
    const char *eol = text_line(without, &first, &line) ? line_end_at(without, first) : "\n";
    out->n = 0;
    buf_text(out, text_sub(without, 0, at));
    write_settings(&edit->pack, eol, out);
    span.end = out->n;
    buf_text(out, text_sub(without, at, without.n));
    bool ok = mp_strip(text_buf(out), edit->pack.label, &back, &block, &why) &&
              text_eq(text_buf(&back), base) && block.settings.end == span.end &&
              reads_settings(text_buf(out), without, span, edit);
    buf_free(&back);
    return ok;
}

/* The file without the settings alone, and where they stood. */
static size_t drop_settings(struct text file, const struct mp_block *block, struct buf *out)
{
    buf_text(out, text_sub(file, 0, block->settings.begin));
    buf_text(out, text_sub(file, block->settings.end, file.n));
    return block->settings.begin;
}

bool mp_install(struct text file, struct text base, const struct mp_block *block,
                const struct mp_edit *edit, struct buf *out, struct mp_refusal *why)
{
    bool wanted = edit->pack.settings.n && edit->pack.stanza.n;
    if (!wanted && !block->settings.end)
        return install_block(file, base, block, edit, out, why);
    struct buf bare = {0}, none = {0}, without = {0};
    struct mp_block now;
    size_t at = drop_settings(file, block, &bare);
    bool ok = mp_strip(text_buf(&bare), edit->pack.label, &none, &now, why);
    if (ok && now.settings.end) /* more than one: all go */
        ok =
            (bare.n = 0, buf_text(&bare, base), mp_strip(base, edit->pack.label, &none, &now, why));
    ok = ok && install_block(text_buf(&bare), base, &now, edit, &without, why);
    struct text t = text_buf(&without);
    bool same =
        at <= t.n && at <= bare.n && text_eq(text_sub(t, 0, at), text_sub(text_buf(&bare), 0, at));
    if (ok && !wanted) {
        out->n = 0;
        buf_text(out, t);
    } else if (ok && !(same && add_settings(t, at, edit, base, out)) &&
               !add_settings(t, 0, edit, base, out)) {
        ok = mp_refuse(why, 0, "no place in it where this release would read the settings right");
    }
    buf_free(&bare);
    buf_free(&none);
    buf_free(&without);
    return ok;
}

bool mp_block_is(struct text file, const struct mp_block *block, struct text stanza)
{
    size_t in_file = block->lines.begin;
    struct text ours, line;
    for (size_t at = 0; text_line(stanza, &at, &ours);)
        if (in_file >= block->lines.end || !text_line(file, &in_file, &line) ||
            !text_eq(text_trim(ours), text_trim(line)))
            return false;
    return in_file == block->lines.end;
}
