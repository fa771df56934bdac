/* SPDX-License-Identifier: MIT */
#include "mpconf.h"
#include "mpmark.h"

#include <string.h>

static size_t first_word(struct text t)
{
    size_t n = 0;
    while (n < t.n && t.p[n] != ' ')
        n++;
    return n;
}

/* Is it this marker? *label is the word behind it, *rest what follows the label. */
static bool marker(struct text line, const char *which, struct text *label, struct text *rest)
{
    line = text_trim(line);
    if (!text_starts(line, which))
        return false;
    *rest = text_sub(line, strlen(which), line.n);
    *label = text_sub(*rest, 0, first_word(*rest));
    *rest = text_trim(text_sub(*rest, label->n, rest->n));
    return true;
}

static bool newline_added(struct text rest)
{
    size_t n = strlen(NEWLINE_ADDED);
    return rest.n >= n && memcmp(rest.p + rest.n - n, NEWLINE_ADDED, n) == 0;
}

static size_t blanks(struct text line)
{
    size_t n = 0;
    while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
        n++;
    return n;
}

/* A line switched off begins with "#<label># ". */
static size_t off_prefix(struct text t, const char *label)
{
    size_t n = strlen(label);
    if (t.n < n + 3 || t.p[0] != '#' || memcmp(t.p + 1, label, n) != 0 ||
        memcmp(t.p + 1 + n, "# ", 2) != 0)
        return 0;
    return n + 3;
}

struct strip {
    const char *label;
    struct text file;
    struct buf *out;
    struct mp_block *block;
    size_t begin, end;             /* the present line in file */
    size_t in_block, in_section;   /* where the line of the open marker ends, 0 outside */
    size_t section_at;             /* out's size where the section began */
    struct mp_span section_marker; /* in file */
    bool section_newline, block_newline;
    bool in_settings; /* the open marker is of settings */
};

unsigned mp_line(struct text file, size_t end)
{
    unsigned count = 0;
    char before = '\n';
    for (size_t i = 0; i < end && i < file.n; i++) {
        count += before == '\n' || (before == '\r' && file.p[i] != '\n');
        before = file.p[i];
    }
    return count;
}

static bool refuse(const struct strip *s, struct mp_refusal *why, size_t end, const char *reason)
{
    return mp_refuse(why, mp_line(s->file, end), reason);
}

static void drop_newline(struct buf *out)
{
    if (out->n && out->p[out->n - 1] == '\n')
        out->n--;
    if (out->n && out->p[out->n - 1] == '\r')
        out->n--;
}

/* What is left of our section once the block is out of it: nothing but its two own lines? */
static bool section_is_bare(struct text rest)
{
    struct text line;
    size_t at = 0;
    return text_line(rest, &at, &line) && text_is(text_trim(line), "devices {") &&
           text_line(rest, &at, &line) && text_is(text_trim(line), "}") && at == rest.n;
}

/* The label of the first block of another pack in the text. */
static bool other_label(struct text rest, struct text *label)
{
    struct text line, behind;
    for (size_t at = 0; text_line(rest, &at, &line);)
        if (marker(line, BEGIN_BLOCK, label, &behind))
            return true;
    return false;
}

/* A marker line with another label in the place of ours. */
static void relabel(const struct strip *s, struct text line, const char *which, struct text label)
{
    size_t at = blanks(line) + strlen(which);
    buf_add(s->out, line.p, at);
    buf_text(s->out, label);
    buf_text(s->out, text_sub(line, at + strlen(s->label), line.n));
}

static void end_section(struct strip *s)
{
    struct buf rest = {0};
    struct text label;
    if (s->out->n) /* else p may be NULL, to which C allows no adding, not even of 0 */
        buf_add(&rest, s->out->p + s->section_at, s->out->n - s->section_at);
    if (section_is_bare(text_buf(&rest))) {
        s->out->n = s->section_at;
        if (s->section_newline && s->end == s->file.n)
            drop_newline(s->out);
    } else if (other_label(text_buf(&rest), &label)) {
        /* Another pack's block lives in it: the section is that pack's to remove from now on. */
        s->out->n = s->section_at;
        relabel(s, text_sub(s->file, s->section_marker.begin, s->section_marker.end), BEGIN_SECTION,
                label);
        buf_text(s->out, text_buf(&rest));
        relabel(s, text_sub(s->file, s->begin, s->end), END_SECTION, label);
    } /* else somebody else's devices stand in it: it stays, unmarked */
    buf_free(&rest);
}

static void begin_block(struct strip *s, struct text rest)
{
    struct mp_block *block = s->block;
    s->in_block = s->end;
    s->block_newline = newline_added(rest);
    if (block->count++)
        return;
    block->whole.begin = s->begin;
    block->lines.begin = block->lines.end = s->end;
    block->newline = s->block_newline;
    size_t n = first_word(rest);
    n -= n && rest.p[n - 1] == ',';
    text_print(block->version, sizeof block->version, "%.*s", (int)n, rest.p);
}

static void end_block(struct strip *s)
{
    struct mp_block *block = s->block;
    if (block->count == 1) {
        block->whole.end = s->end;
        block->lines.end = s->begin;
    }
    s->in_block = 0;
    if (s->block_newline && s->end == s->file.n)
        drop_newline(s->out);
}

static void begin_settings(struct strip *s)
{
    s->in_block = s->end;
    s->in_settings = true;
    s->block->settings.begin = s->begin;
}

static void end_settings(struct strip *s)
{
    s->in_block = 0;
    s->in_settings = false;
    s->block->settings.end = s->end;
}

/* True where a block of this kind may begin, or end, here. */
static bool may(const struct strip *s, bool begins, bool settings)
{
    return begins ? !s->in_block : s->in_block && s->in_settings == settings;
}

static bool is_ours(struct text line, const char *which, const char *label, struct text *rest)
{
    struct text word;
    return marker(line, which, &word, rest) && text_is(word, label);
}

/* Takes a line that is no other's: true, or false with the reason. */
static bool strip_marker(struct strip *s, struct text line, struct mp_refusal *why, bool *taken)
{
    struct text rest;
    *taken = true;
    bool settings = is_ours(line, BEGIN_SETTINGS, s->label, &rest);
    if (settings || is_ours(line, BEGIN_BLOCK, s->label, &rest)) {
        if (!may(s, true, settings))
            return refuse(s, why, s->end, "a second block of this pack begins inside the first");
        if (settings)
            begin_settings(s);
        else
            begin_block(s, rest);
    } else if ((settings = is_ours(line, END_SETTINGS, s->label, &rest)) ||
               is_ours(line, END_BLOCK, s->label, &rest)) {
        if (!may(s, false, settings))
            return refuse(s, why, s->end, "a block of this pack ends that never began");
        if (settings)
            end_settings(s);
        else
            end_block(s);
    } else if (s->in_block) {
        ; /* a line of ours: gone */
    } else if (is_ours(line, BEGIN_SECTION, s->label, &rest)) {
        if (s->in_section)
            return refuse(s, why, s->end, "a second section of this pack begins inside the first");
        s->in_section = s->end;
        s->section_at = s->out->n;
        s->section_marker = (struct mp_span){s->begin, s->end};
        s->section_newline = newline_added(rest);
    } else if (is_ours(line, END_SECTION, s->label, &rest)) {
        if (!s->in_section)
            return refuse(s, why, s->end, "a section of this pack ends that never began");
        s->in_section = 0;
        end_section(s);
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
        size_t in = blanks(line), prefix = 0;
        bool taken = false;
        s.begin = s.end;
        s.end = at;
        if (s.in_block || (in < line.n && line.p[in] == '#')) {
            if (!strip_marker(&s, line, why, &taken))
                return false;
            prefix = off_prefix(text_sub(line, in, line.n), label);
        }
        if (taken || s.in_block)
            continue;
        if (prefix)
            buf_add(out, line.p, in);
        buf_text(out, prefix ? text_sub(line, in + prefix, line.n) : line);
    }
    if (s.in_block)
        return refuse(&s, why, s.in_block, "a block of this pack begins here and never ends");
    if (s.in_section)
        return refuse(&s, why, s.in_section, "a section of this pack begins here and never ends");
    return true;
}

struct text mp_label_at(struct mp_labels *labels, size_t at)
{
    struct text word, line, rest;
    while (labels->next <= at && text_line(labels->file, &labels->next, &line))
        if (marker(line, BEGIN_BLOCK, &word, &rest) || marker(line, BEGIN_SETTINGS, &word, &rest))
            labels->label = word;
        else if (marker(line, END_BLOCK, &word, &rest) || marker(line, END_SETTINGS, &word, &rest))
            labels->label.n = 0;
    return labels->label;
}
