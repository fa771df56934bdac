/* SPDX-License-Identifier: MIT */
#include "mpconf.h"
#include "mpmark.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

    bool ok = mp_strip(result, pack->label, &back, &block, &why) &&
              text_eq(text_buf(&back), base) && block.count == 1 &&
              mp_block_is(&block, pack->stanza);
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

/* The last device may be another pack's: its end marker is part of its block. */
static size_t behind_markers(struct text base, size_t at)
{
    struct text line;
    for (size_t next = at; at_line_start(base, at) && text_line(base, &next, &line); at = next)
        if (!text_starts(text_trim(line), END_BLOCK))
            break;
    return at;
}

/* Where the block goes when the file has none of ours yet. */
static bool find_place(struct text base, const struct mp_doc *doc, struct place *place,
                       struct mp_refusal *why)
{
    if (doc->crash_line)
        return mp_refuse(why, doc->crash_line,
                         "this release's multipath dies on a keyword without a value");
    if (doc->section_count) {
        *place = (struct place){behind_markers(base, doc->section.insert), false};
        if (!at_line_start(base, place->at) && place->at != base.n)
            return mp_refuse(why, 0, "the last device ends in a line over 1024 bytes");
        return true;
    }
    *place = (struct place){base.n, true};
    if (doc->last_line && !ends_with_lone_brace(base))
        return mp_refuse(why, doc->last_line,
                         "the last line has no newline, so this release ignores it; "
                         "text added behind it would bring it to life");
    if (doc->open_line && !doc->last_line)
        return mp_refuse(why, doc->open_line, "the section that begins here is never closed");
    return true;
}

/* The file as it is where our block stands in it already, only written anew where it differs. */
static bool in_place(struct text file, const struct mp_block *block, const struct mp_pack *pack,
                     struct buf *out)
{
    char *head = xprintf(BEGIN_BLOCK "%s %s,", pack->label, pack->version);
    bool same_version = text_starts(text_trim(block->head), head);
    free(head);
    out->n = 0;
    if (block->count != 1)
        return false;
    if (same_version && mp_block_is(block, pack->stanza)) {
        buf_text(out, file);
        return true;
    }
    buf_text(out, text_sub(file, 0, block->begin));
    write_block(pack, line_end_at(file, block->begin + block->head.n),
                mp_newline_added(block->head) ? " " NEWLINE_ADDED : "", out);
    buf_text(out, text_sub(file, block->end, file.n));
    return true;
}

bool mp_install(struct text file, struct text base, const struct mp_block *block, enum mp_era era,
                const struct mp_pack *pack, const size_t *off, size_t off_count, struct buf *out,
                struct mp_refusal *why)
{
    struct mp_doc doc;
    struct place place;

    if (in_place(file, block, pack, out) && holds(text_buf(out), base, era, pack, off, off_count))
        return true;
    mp_read(base, era, &doc);
    bool ok = find_place(base, &doc, &place, why);
    if (ok) {
        compose(base, &doc, pack, place, off, off_count, out);
        ok = holds(text_buf(out), base, era, pack, off, off_count) ||
             mp_refuse(why, doc.open_line,
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
