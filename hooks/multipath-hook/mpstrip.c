/* SPDX-License-Identifier: MIT */
#include "mpconf.h"
#include "mpmark.h"

#include <string.h>

static bool is_marker(struct text line, const char *marker, const char *label)
{
    line = text_trim(line);
    if (!text_starts(line, marker))
        return false;
    struct text rest = text_sub(line, strlen(marker), line.n);
    size_t n = strlen(label);
    return text_starts(rest, label) && (rest.n == n || rest.p[n] == ' ');
}

bool mp_newline_added(struct text line)
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

struct strip {
    const char *label;
    struct text file;
    struct buf *out;
    struct mp_block *block;
    unsigned line;
    unsigned in_block, in_section; /* line of the open marker, 0 outside */
    size_t section_at;             /* out's size where the section began */
    struct text section_line;      /* its first marker */
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

/* The label of the first block of another pack in the text. */
static bool other_label(struct text rest, struct text *label)
{
    struct text line;
    for (size_t at = 0; text_line(rest, &at, &line);) {
        line = text_trim(line);
        if (!text_starts(line, BEGIN_BLOCK))
            continue;
        *label = text_sub(line, strlen(BEGIN_BLOCK), line.n);
        size_t n = 0;
        while (n < label->n && label->p[n] != ' ')
            n++;
        label->n = n;
        return true;
    }
    return false;
}

/* A marker line with another label in the place of ours. */
static void relabel(struct text line, const char *marker, const char *ours, struct text label,
                    struct buf *out)
{
    size_t blanks = 0;
    while (line.p[blanks] != '#')
        blanks++;
    size_t at = blanks + strlen(marker);
    buf_add(out, line.p, at);
    buf_text(out, label);
    buf_text(out, text_sub(line, at + strlen(ours), line.n));
}

static void strip_section_end(struct strip *s, struct text end_line, bool at_end)
{
    struct text rest = text_sub(text_buf(s->out), s->section_at, s->out->n), label;
    if (section_is_bare(rest)) {
        s->out->n = s->section_at;
        if (s->section_newline && at_end)
            drop_newline(s->out);
    } else if (other_label(rest, &label)) {
        /* Another pack's block lives in it: the section is that pack's to remove from now on. */
        struct buf moved = {0};
        relabel(s->section_line, BEGIN_SECTION, s->label, label, &moved);
        buf_text(&moved, rest);
        relabel(end_line, END_SECTION, s->label, label, &moved);
        s->out->n = s->section_at;
        buf_text(s->out, text_buf(&moved));
        buf_free(&moved);
    } /* else somebody else's devices stand in it: it stays, unmarked */
}

static void begin_block(struct strip *s, struct text line)
{
    struct mp_block *block = s->block;
    s->in_block = s->line;
    s->block_newline = mp_newline_added(line);
    if (block->count++)
        return;
    block->line = s->line;
    block->begin = (size_t)(line.p - s->file.p);
    block->head = line;
    block->lines = (struct text){line.p + line.n, 0};
}

static void end_block(struct strip *s, struct text line, bool at_end)
{
    struct mp_block *block = s->block;
    if (block->line == s->in_block) {
        block->lines.n = (size_t)(line.p - block->lines.p);
        block->end = (size_t)(line.p + line.n - s->file.p);
    }
    s->in_block = 0;
    if (s->block_newline && at_end)
        drop_newline(s->out);
}

static bool strip_marker(struct strip *s, struct text line, bool at_end, struct mp_refusal *why,
                         bool *taken)
{
    *taken = true;
    if (is_marker(line, BEGIN_BLOCK, s->label)) {
        if (s->in_block)
            return mp_refuse(why, s->line, "a second block of this pack begins inside the first");
        begin_block(s, line);
    } else if (is_marker(line, END_BLOCK, s->label)) {
        if (!s->in_block)
            return mp_refuse(why, s->line, "a block of this pack ends that never began");
        end_block(s, line, at_end);
    } else if (s->in_block) {
        return true; /* a line of ours: gone */
    } else if (is_marker(line, BEGIN_SECTION, s->label)) {
        if (s->in_section)
            return mp_refuse(why, s->line, "a second section of this pack begins inside the first");
        s->in_section = s->line;
        s->section_at = s->out->n;
        s->section_line = line;
        s->section_newline = mp_newline_added(line);
    } else if (is_marker(line, END_SECTION, s->label)) {
        if (!s->in_section)
            return mp_refuse(why, s->line, "a section of this pack ends that never began");
        s->in_section = 0;
        strip_section_end(s, line, at_end);
    } else {
        *taken = false;
    }
    return true;
}

bool mp_strip(struct text file, const char *label, struct buf *out, struct mp_block *block,
              struct mp_refusal *why)
{
    struct strip s = {.label = label, .file = file, .out = out, .block = block};
    struct text line;

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
        return mp_refuse(why, s.in_block, "a block of this pack begins here and never ends");
    if (s.in_section)
        return mp_refuse(why, s.in_section, "a section of this pack begins here and never ends");
    return true;
}
