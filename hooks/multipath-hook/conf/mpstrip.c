/* SPDX-License-Identifier: MIT */
#include "mpconf.h"
#include "mpmark.h"

#include <string.h>

COMPILE_FOR_SPEED

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
    const struct rope *file;
    struct rope *out;
    struct mp_block *block;
    size_t kept;                   /* file's bytes up to here are in out, or are gone */
    size_t in_block, in_section;   /* where the line of the open marker ends, 0 outside */
    size_t section_at;             /* out's size where the section began */
    struct mp_span section_marker; /* in file */
    bool section_newline, block_newline;
};

/* Only who is told needs it: the file may be large. */
unsigned mp_line(const struct rope *file, size_t end)
{
    struct rope_eye eye = {.rope = file};
    char joined[1], before = '\n';
    unsigned count = 0;
    while (eye.at < end) {
        struct text here = rope_look(&eye, 1, joined);
        here.n = here.n < end - eye.at ? here.n : end - eye.at;
        for (size_t i = 0; i < here.n; i++) {
            char c = here.p[i];
            count += before == '\n' || (before == '\r' && c != '\n');
            before = c;
        }
        eye.at += here.n;
    }
    return count;
}

static bool refuse(const struct strip *s, struct mp_refusal *why, size_t end, const char *reason)
{
    return mp_refuse(why, mp_line(s->file, end), reason);
}

static void keep_up_to(struct strip *s, size_t at)
{
    rope_range(s->out, s->file, s->kept, at);
    s->kept = at;
}

static void drop_newline(struct rope *out)
{
    if (out->n && rope_byte(out, out->n - 1) == '\n')
        rope_cut(out, out->n - 1);
    if (out->n && rope_byte(out, out->n - 1) == '\r')
        rope_cut(out, out->n - 1);
}

/* What is left of our section once the block is out of it: nothing but its two own lines? */
static bool section_is_bare(const struct rope *rest)
{
    struct rope_eye eye = {.rope = rest};
    struct rope_line line;
    if (!rope_next_line(&eye, &line) || !text_is(text_trim(line.head), "devices {"))
        return false;
    if (!rope_next_line(&eye, &line) || !text_is(text_trim(line.head), "}"))
        return false;
    return line.end == rest->n;
}

/* The label of the first block of another pack in the text. */
static bool other_label(const struct rope *rest, struct buf *label)
{
    struct rope_eye eye = {.rope = rest};
    struct rope_line line;
    struct text word, behind;
    while (rope_next_line(&eye, &line))
        if (marker(line.head, BEGIN_BLOCK, &word, &behind)) {
            buf_text(label, word);
            return true;
        }
    return false;
}

/* A marker line with another label in the place of ours. */
static void relabel(const struct strip *s, struct mp_span span, const char *which,
                    const struct buf *label, struct rope *out)
{
    struct rope copy = {0};
    struct buf old = {0}, line = {0};
    rope_range(&copy, s->file, span.begin, span.end);
    rope_copy(&copy, &old);
    size_t at = blanks(text_buf(&old)) + strlen(which);
    buf_add(&line, old.p, at);
    buf_text(&line, text_buf(label));
    buf_text(&line, text_sub(text_buf(&old), at + strlen(s->label), old.n));
    rope_own(out, line.p, line.n);
    buf_free(&old);
    rope_free(&copy);
}

static void end_section(struct strip *s, const struct rope_line *line)
{
    struct rope rest = {0};
    struct buf label = {0};
    rope_range(&rest, s->out, s->section_at, s->out->n);
    if (section_is_bare(&rest)) {
        rope_cut(s->out, s->section_at);
        if (s->section_newline && line->end == s->file->n)
            drop_newline(s->out);
    } else if (other_label(&rest, &label)) {
        /* Another pack's block lives in it: the section is that pack's to remove from now on. */
        rope_cut(s->out, s->section_at);
        relabel(s, s->section_marker, BEGIN_SECTION, &label, s->out);
        rope_range(s->out, &rest, 0, rest.n);
        relabel(s, (struct mp_span){line->begin, line->end}, END_SECTION, &label, s->out);
    } /* else somebody else's devices stand in it: it stays, unmarked */
    rope_free(&rest);
    buf_free(&label);
}

static void begin_block(struct strip *s, const struct rope_line *line, struct text rest)
{
    struct mp_block *block = s->block;
    s->in_block = line->end;
    s->block_newline = newline_added(rest);
    if (block->count++)
        return;
    block->whole.begin = line->begin;
    block->lines.begin = block->lines.end = line->end;
    block->newline = s->block_newline;
    size_t n = first_word(rest);
    n -= n && rest.p[n - 1] == ',';
    text_print(block->version, sizeof block->version, "%.*s", (int)n, rest.p);
}

static void end_block(struct strip *s, const struct rope_line *line)
{
    struct mp_block *block = s->block;
    if (block->count == 1) {
        block->whole.end = line->end;
        block->lines.end = line->begin;
    }
    s->in_block = 0;
    if (s->block_newline && line->end == s->file->n)
        drop_newline(s->out);
}

static bool is_ours(struct text line, const char *which, const char *label, struct text *rest)
{
    struct text word;
    return marker(line, which, &word, rest) && text_is(word, label);
}

/* Takes a line that is no other's: true, or false with the reason. */
static bool strip_marker(struct strip *s, const struct rope_line *line, struct mp_refusal *why,
                         bool *taken)
{
    struct text rest;
    *taken = true;
    if (is_ours(line->head, BEGIN_BLOCK, s->label, &rest)) {
        if (s->in_block)
            return refuse(s, why, line->end, "a second block of this pack begins inside the first");
        keep_up_to(s, line->begin);
        begin_block(s, line, rest);
    } else if (is_ours(line->head, END_BLOCK, s->label, &rest)) {
        if (!s->in_block)
            return refuse(s, why, line->end, "a block of this pack ends that never began");
        end_block(s, line);
    } else if (s->in_block) {
        ; /* a line of ours: gone */
    } else if (is_ours(line->head, BEGIN_SECTION, s->label, &rest)) {
        if (s->in_section)
            return refuse(s, why, line->end,
                          "a second section of this pack begins inside the first");
        keep_up_to(s, line->begin);
        s->in_section = line->end;
        s->section_at = s->out->n;
        s->section_marker = (struct mp_span){line->begin, line->end};
        s->section_newline = newline_added(rest);
    } else if (is_ours(line->head, END_SECTION, s->label, &rest)) {
        if (!s->in_section)
            return refuse(s, why, line->end, "a section of this pack ends that never began");
        keep_up_to(s, line->begin);
        s->in_section = 0;
        end_section(s, line);
    } else {
        *taken = false;
    }
    if (*taken)
        s->kept = line->end;
    return true;
}

/* Could a line of ours begin with these bytes, the first of which is a "#"? */
static bool may_be_ours(struct text t, const char *label)
{
    return t.n > 1 &&
           (t.p[1] == ' ' ? t.n > 2 && (t.p[2] == BEGIN_BLOCK[2] || t.p[2] == END_BLOCK[2])
                          : t.p[1] == label[0]);
}

/* Where the next line begins that may be ours: its first byte that is no blank is a "#". The rope's
 * end where there is none. */
static size_t next_hash_line(struct rope_eye *eye, const char *label)
{
    size_t total = eye->rope->n;
    char joined[3];
    while (eye->at < total) {
        struct text here = rope_look(eye, sizeof joined, joined);
        const char *hash = bytes_find(here.p, '#', here.n);
        size_t skip = hash ? (size_t)(hash - here.p) : here.n;
        eye->at += skip;
        if (!hash)
            continue;
        size_t begin = eye->at;
        bool ours = may_be_ours(rope_look(eye, sizeof joined, joined), label);
        eye->at++;
        for (char c = ' '; ours && begin; begin--) {
            c = rope_byte(eye->rope, begin - 1);
            if (c == '\n' || c == '\r')
                break;
            ours = c == ' ' || c == '\t';
        }
        if (ours)
            return begin;
    }
    return total;
}

bool mp_strip(const struct rope *file, const char *label, struct rope *out, struct mp_block *block,
              struct mp_refusal *why)
{
    struct strip s = {.label = label, .file = file, .out = out, .block = block};
    struct rope_eye hashes = {.rope = file};
    struct rope_line line;

    *block = (struct mp_block){0};
    for (size_t begin; (begin = next_hash_line(&hashes, label)) < file->n;) {
        struct rope_eye eye = {.rope = file, .at = begin};
        bool taken;
        rope_next_line(&eye, &line);
        if (!strip_marker(&s, &line, why, &taken))
            return false;
        size_t in = blanks(line.head);
        size_t prefix = taken ? 0 : off_prefix(text_sub(line.head, in, line.head.n), label);
        if (prefix) {
            keep_up_to(&s, line.begin + in);
            s.kept += prefix;
        }
        if (hashes.at < line.end)
            hashes.at = line.end;
    }
    keep_up_to(&s, file->n);
    if (s.in_block)
        return refuse(&s, why, s.in_block, "a block of this pack begins here and never ends");
    if (s.in_section)
        return refuse(&s, why, s.in_section, "a section of this pack begins here and never ends");
    return true;
}
