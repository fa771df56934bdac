/* SPDX-License-Identifier: MIT */
#include "mpconf.h"

#include <stdio.h>
#include <string.h>

#define NO_ANCHOR ((size_t)-1)

/* The marker lines. They are found again by their first words whatever stands behind the label,
 * and with blanks in front: SM's wwid editor puts a blank before every line it copies. */
#define BEGIN_BLOCK   "# BEGIN "
#define END_BLOCK     "# END "
#define BEGIN_SECTION "# BEGIN-SECTION "
#define END_SECTION   "# END-SECTION "
#define NEWLINE_ADDED "[newline added]"

static bool is_marker(struct text line, const char *marker, const char *label)
{
    line = text_trim(line);
    if (!text_starts(line, marker))
        return false;
    struct text rest = text_sub(line, strlen(marker), line.n);
    size_t n = strlen(label);
    return text_starts(rest, label) && (rest.n == n || rest.p[n] == ' ');
}

static bool newline_added(struct text line)
{
    line = text_trim(line);
    size_t n = strlen(NEWLINE_ADDED);
    return line.n > n && memcmp(line.p + line.n - n, NEWLINE_ADDED, n) == 0;
}

/* A line switched off begins with "#<label># ". */
static size_t off_prefix(struct text line, const char *label)
{
    size_t n = strlen(label), blanks = 0;
    while (blanks < line.n && (line.p[blanks] == ' ' || line.p[blanks] == '\t'))
        blanks++;
    struct text t = text_sub(line, blanks, line.n);
    if (t.n < n + 3 || t.p[0] != '#' || memcmp(t.p + 1, label, n) != 0 ||
        memcmp(t.p + 1 + n, "# ", 2) != 0)
        return 0;
    return n + 3;
}

static void drop_newline(struct buf *out)
{
    if (out->n && out->p[out->n - 1] == '\n')
        out->n--;
    if (out->n && out->p[out->n - 1] == '\r')
        out->n--;
}

static bool refuse(struct mp_refusal *why, unsigned line, const char *reason)
{
    *why = (struct mp_refusal){line, reason};
    return false;
}

struct strip {
    const char *label;
    struct buf *out;
    struct mp_block *block;
    size_t *anchor;
    unsigned line;
    unsigned in_block, in_section; /* line of the open marker, 0 outside */
    size_t section_at;             /* out's size where the section began */
    bool section_newline, block_newline;
};

/* What is left of our section once the block is out of it: nothing but its two own lines? */
static bool section_is_bare(struct text rest)
{
    struct text line;
    size_t at = 0;
    if (!text_line(rest, &at, &line) || !text_is(text_trim(line), "devices {"))
        return false;
    if (!text_line(rest, &at, &line) || !text_is(text_trim(line), "}"))
        return false;
    return at == rest.n;
}

static void strip_section_end(struct strip *s, bool at_end)
{
    struct text rest = text_sub(text_buf(s->out), s->section_at, s->out->n);
    if (!section_is_bare(rest))
        return; /* somebody else's devices stand in it: the section stays, unmarked */
    s->out->n = s->section_at;
    if (*s->anchor != NO_ANCHOR)
        *s->anchor = s->section_at;
    if (s->section_newline && at_end)
        drop_newline(s->out);
}

static bool strip_marker(struct strip *s, struct text line, bool at_end, struct mp_refusal *why,
                         bool *taken)
{
    *taken = true;
    if (is_marker(line, BEGIN_BLOCK, s->label)) {
        if (s->in_block)
            return refuse(why, s->line, "a second block of this pack begins inside the first");
        s->in_block = s->line;
        s->block_newline = newline_added(line);
        if (*s->anchor == NO_ANCHOR)
            *s->anchor = s->out->n;
        if (!s->block->found)
            *s->block = (struct mp_block){true, s->line, {line.p + line.n, 0}};
    } else if (is_marker(line, END_BLOCK, s->label)) {
        if (!s->in_block)
            return refuse(why, s->line, "a block of this pack ends that never began");
        if (s->block->line == s->in_block)
            s->block->lines.n = (size_t)(line.p - s->block->lines.p);
        s->in_block = 0;
        if (s->block_newline && at_end)
            drop_newline(s->out);
    } else if (s->in_block) {
        return true; /* a line of ours: gone */
    } else if (is_marker(line, BEGIN_SECTION, s->label)) {
        if (s->in_section)
            return refuse(why, s->line, "a second section of this pack begins inside the first");
        s->in_section = s->line;
        s->section_at = s->out->n;
        s->section_newline = newline_added(line);
    } else if (is_marker(line, END_SECTION, s->label)) {
        if (!s->in_section)
            return refuse(why, s->line, "a section of this pack ends that never began");
        s->in_section = 0;
        strip_section_end(s, at_end);
    } else {
        *taken = false;
    }
    return true;
}

bool mp_strip(struct text file, const char *label, struct buf *out, size_t *anchor,
              struct mp_block *block, struct mp_refusal *why)
{
    struct strip s = {.label = label, .out = out, .block = block, .anchor = anchor};
    struct text line;

    *anchor = NO_ANCHOR;
    *block = (struct mp_block){0};
    for (size_t at = 0; text_line(file, &at, &line);) {
        bool taken;
        s.line++;
        if (!strip_marker(&s, line, at == file.n, why, &taken))
            return false;
        if (taken)
            continue;
        size_t prefix = off_prefix(line, label);
        size_t blanks = 0;
        while (prefix && line.p[blanks] != '#')
            blanks++;
        buf_add(out, line.p, blanks);
        buf_text(out, text_sub(line, blanks + prefix, line.n));
    }
    if (s.in_block)
        return refuse(why, s.in_block, "a block of this pack begins here and never ends");
    if (s.in_section)
        return refuse(why, s.in_section, "a section of this pack begins here and never ends");
    if (*anchor != NO_ANCHOR && *anchor > out->n)
        *anchor = out->n; /* a newline of ours before it is gone too */
    return true;
}

/* The line end in use before `at`. */
static const char *line_end_at(struct text t, size_t at)
{
    return at >= 2 && t.p[at - 1] == '\n' && t.p[at - 2] == '\r' ? "\r\n" : "\n";
}

static bool at_line_start(struct text t, size_t at)
{
    return at == 0 || at > t.n || t.p[at - 1] == '\n' || t.p[at - 1] == '\r';
}

static void write_block(const struct mp_pack *pack, const char *eol, const char *note,
                        struct buf *out)
{
    struct text line;
    buf_printf(out, BEGIN_BLOCK "%s %s, kept by multipath-hook: what you change here is lost%s%s",
               pack->label, pack->version, note, eol);
    for (size_t at = 0; text_line(pack->stanza, &at, &line);) {
        while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
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

static void write_addition(struct text base, const struct mp_pack *pack, struct place place,
                           struct buf *out)
{
    bool join = !at_line_start(base, place.at);
    const char *eol = line_end_at(base, join ? 0 : place.at);
    const char *note = join ? " " NEWLINE_ADDED : "";

    if (join)
        buf_str(out, eol);
    if (!place.section) {
        write_block(pack, eol, note, out);
        return;
    }
    buf_printf(out, BEGIN_SECTION "%s%s%s", pack->label, note, eol);
    buf_printf(out, "devices {%s", eol);
    write_block(pack, eol, "", out);
    buf_printf(out, "}%s" END_SECTION "%s%s", eol, pack->label, eol);
}

static bool is_off(const struct mp_doc *doc, const size_t *off, size_t off_count, size_t at)
{
    for (size_t i = 0; i < off_count; i++)
        if (at >= doc->devices[off[i]].begin && at < doc->devices[off[i]].end)
            return true;
    return false;
}

static void compose(struct text base, const struct mp_doc *doc, const struct mp_pack *pack,
                    struct place place, const size_t *off, size_t off_count, struct buf *out)
{
    struct text line;
    bool placed = false;

    out->n = 0;
    for (size_t at = 0, begin = 0; text_line(base, &at, &line); begin = at) {
        if (begin == place.at) {
            write_addition(base, pack, place, out);
            placed = true;
        }
        if (is_off(doc, off, off_count, begin))
            buf_printf(out, "#%s# ", pack->label);
        buf_text(out, line);
    }
    if (!placed)
        write_addition(base, pack, (struct place){base.n, place.section}, out);
}

static bool same_string(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_device(const struct mp_device *a, const struct mp_device *b)
{
    if (!same_string(a->vendor, b->vendor) || !same_string(a->product, b->product) ||
        a->key_count != b->key_count)
        return false;
    for (size_t i = 0; i < 2 * a->key_count; i++)
        if (!text_eq(a->keys[i], b->keys[i]))
            return false;
    return true;
}

/* after = before without off[], with all of ours in one run somewhere. */
static bool devices_are(const struct mp_doc *after, const struct mp_doc *before, const size_t *off,
                        size_t off_count, const struct mp_doc *ours)
{
    size_t a = 0, o = 0;
    for (size_t b = 0; b <= before->device_count; b++) {
        bool gone = false;
        for (size_t i = 0; i < off_count; i++)
            gone = gone || off[i] == b;
        if (gone)
            continue;
        while (o < ours->device_count && a < after->device_count &&
               same_device(&after->devices[a], &ours->devices[o])) {
            a++;
            o++;
        }
        if (b == before->device_count)
            break;
        if (a >= after->device_count || !same_device(&after->devices[a], &before->devices[b]))
            return false;
        a++;
    }
    return a == after->device_count && o == ours->device_count;
}

/* The proof of the laws for one result. */
static bool holds(struct text result, struct text base, enum mp_era era, const struct mp_pack *pack,
                  const size_t *off, size_t off_count)
{
    struct buf back = {0}, alone = {0};
    struct mp_doc after, before, ours;
    struct mp_block block;
    struct mp_refusal why;
    size_t anchor;

    bool ok = mp_strip(result, pack->label, &back, &anchor, &block, &why) &&
              text_eq(text_buf(&back), base) && block.found && mp_block_is(&block, pack->stanza);
    if (ok) {
        buf_str(&alone, "devices {\n");
        buf_text(&alone, pack->stanza);
        buf_str(&alone, "}\n");
        mp_read(text_buf(&alone), era, &ours);
        mp_read(base, era, &before);
        mp_read(result, era, &after);
        ok = ours.device_count > 0 && devices_are(&after, &before, off, off_count, &ours) &&
             (after.open_line != 0) <= (before.open_line != 0);
        mp_doc_free(&ours);
        mp_doc_free(&before);
        mp_doc_free(&after);
    }
    buf_free(&back);
    buf_free(&alone);
    return ok;
}

static bool ends_with_lone_brace(struct text base)
{
    base = text_trim(base);
    return base.n && base.p[base.n - 1] == '}' &&
           (base.n == 1 || base.p[base.n - 2] == '\n' || base.p[base.n - 2] == '\r' ||
            base.p[base.n - 2] == ' ' || base.p[base.n - 2] == '\t');
}

/* Where the block goes when the file has none of ours yet. */
static bool find_place(struct text base, const struct mp_doc *doc, struct place *place,
                       struct mp_refusal *why)
{
    if (doc->crash_line)
        return refuse(why, doc->crash_line,
                      "this release's multipath dies on a keyword without a value");
    if (doc->section_count) {
        *place = (struct place){doc->section.insert, false};
        if (!at_line_start(base, place->at) && place->at != base.n)
            return refuse(why, 0, "the last device ends in a line over 1024 bytes");
        return true;
    }
    *place = (struct place){base.n, true};
    if (doc->last_line && !ends_with_lone_brace(base))
        return refuse(why, doc->last_line,
                      "the last line has no newline, so this release ignores it; "
                      "text added behind it would bring it to life");
    if (doc->open_line && !doc->last_line)
        return refuse(why, doc->open_line, "the section that begins here is never closed");
    return true;
}

bool mp_install(struct text base, enum mp_era era, const struct mp_pack *pack, size_t anchor,
                const size_t *off, size_t off_count, struct buf *out, struct mp_refusal *why)
{
    struct mp_doc doc;
    struct place place;
    bool ok = false;

    mp_read(base, era, &doc);
    if (find_place(base, &doc, &place, why)) {
        if (anchor != NO_ANCHOR && anchor <= base.n) {
            compose(base, &doc, pack, (struct place){anchor, place.section}, off, off_count, out);
            ok = holds(text_buf(out), base, era, pack, off, off_count);
        }
        if (!ok) {
            compose(base, &doc, pack, place, off, off_count, out);
            ok = holds(text_buf(out), base, era, pack, off, off_count);
        }
        if (!ok)
            refuse(why, doc.open_line,
                   "no place in it where this release would read the stanza right");
    }
    mp_doc_free(&doc);
    return ok;
}

bool mp_block_is(const struct mp_block *block, struct text stanza)
{
    struct text ours, theirs;
    size_t a = 0, b = 0;
    while (text_line(stanza, &a, &ours))
        if (!text_line(block->lines, &b, &theirs) || !text_eq(text_trim(ours), text_trim(theirs)))
            return false;
    return b == block->lines.n;
}
