/* SPDX-License-Identifier: MIT */
#include "mpread.h"

#include <stdlib.h>
#include <string.h>

enum level { NONE, ROOT, DEVICES, DEVICE, OTHER, OTHER_DEVICE, MULTIPATHS, OVERRIDES, LEAF };

/* A section is entered by its keyword where the table of the present level knows it; an unknown
 * one is skipped one line, so that its body leaks into the present level. */
static const struct {
    enum level in;
    const char *keyword;
    enum mp_era since;
    enum level opens;
} sections[] = {
    {ROOT, "defaults", MP_047, LEAF},
    {ROOT, "blacklist", MP_047, OTHER},
    {ROOT, "blacklist_exceptions", MP_047, OTHER},
    {ROOT, "devnode_blacklist", MP_047, OTHER},
    {ROOT, "devices", MP_047, DEVICES},
    {ROOT, "multipaths", MP_047, MULTIPATHS},
    {ROOT, "overrides", MP_EL7, OVERRIDES},
    {DEVICES, "device", MP_047, DEVICE},
    {OTHER, "device", MP_047, OTHER_DEVICE},
    {MULTIPATHS, "multipath", MP_047, LEAF},
    {OVERRIDES, "protocol", MP_MODERN, LEAF},
};

static enum level opens(enum mp_era era, enum level in, struct text keyword)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (sections[i].in == in && era >= sections[i].since &&
            text_is(keyword, sections[i].keyword))
            return sections[i].opens;
    return NONE;
}

static bool is_blank(enum mp_era era, char c)
{
    /* From 0.4.9 on a byte over 127 counts as white space outside a word in quotes. */
    return (c >= '\t' && c <= '\r') || c == ' ' || (era >= MP_049 && (unsigned char)c > 127);
}

static bool is_comment(char c)
{
    return c == '#' || c == '!';
}

static const char *word_end(enum mp_era era, const char *s, const char *end, bool in_string)
{
    for (; s < end; s++) {
        if (*s == '"') {
            /* 0.7.6: two quotes inside a string are one quote, not its end. */
            if (era < MP_MODERN || !in_string || s + 1 == end || s[1] != '"')
                break;
            s++;
        } else if (!in_string && (is_blank(era, *s) ||
                                  (era >= MP_049 && (is_comment(*s) || *s == '{' || *s == '}')))) {
            break;
        }
    }
    return s;
}

size_t mp_split(enum mp_era era, struct text line, struct text *tokens)
{
    const char *s = line.p, *end = line.p + line.n;
    bool in_string = false;
    size_t count = 0;

    for (;;) {
        bool keep_blanks = era == MP_MODERN && in_string;
        while (!keep_blanks && s < end && is_blank(era, *s))
            s++;
        if (s == end || (is_comment(*s) && !keep_blanks) || count == MP_TOKENS)
            return count;
        const char *start = s;
        bool doubled = era == MP_MODERN && in_string && s + 1 < end && s[1] == '"';
        if (*s == '"' && !doubled) {
            s++;
            in_string = !in_string;
        } else if (era >= MP_049 && !in_string && (*s == '{' || *s == '}')) {
            s++;
        } else {
            s = word_end(era, s, end, in_string);
        }
        tokens[count++] = (struct text){start, (size_t)(s - start)};
    }
}

static bool is_quote(struct text token)
{
    return token.n == 1 && token.p[0] == '"';
}

/* Up to el6 a quoted value is all tokens between the first quote and the last token, quotes in
 * between included: `"X",` reads X", a missing closing quote reads as nothing. */
static void join_old_value(const struct text *tokens, size_t count, struct buf *value)
{
    for (size_t i = 2; i < count; i++) {
        if (i > 2 && !is_quote(tokens[i]) && !is_quote(tokens[i - 1]))
            buf_str(value, " ");
        if (i + 1 < count)
            buf_text(value, tokens[i]);
    }
}

bool mp_value(enum mp_era era, const struct text *tokens, size_t count, struct buf *value)
{
    if (count < 2)
        return false;
    if (!is_quote(tokens[1])) {
        buf_text(value, tokens[1]);
    } else if (era <= MP_049) {
        join_old_value(tokens, count, value);
    } else if (count > 2 && !is_quote(tokens[2])) {
        for (size_t i = 0; i < tokens[2].n; i++) {
            buf_add(value, tokens[2].p + i, 1);
            if (era == MP_MODERN && tokens[2].p[i] == '"')
                i++;
        }
    }
    return true;
}

/* One line as the parser reads it: at most MAXBUF (1024) bytes, so a longer one comes in pieces. */
struct reader {
    struct text file;
    size_t at;
    unsigned line; /* of the last line read */
    bool in_line;  /* the next piece goes on with the same line */
};

#define MAXBUF 1024

static bool next_line(struct reader *r, enum mp_era era, struct text *line, bool *terminated)
{
    struct text whole;
    size_t begin = r->at;
    if (!text_line(r->file, &r->at, &whole))
        return false;
    if (!r->in_line)
        r->line++;
    /* Modern parsers read up to "\n" and end the text at "\r", so all behind a lone "\r" is lost.
     */
    if (era == MP_MODERN)
        while (whole.p[whole.n - 1] != '\n' && r->at < r->file.n) {
            struct text more;
            text_line(r->file, &r->at, &more);
            whole.n += more.n;
        }
    size_t ends = whole.n;
    while (ends && (whole.p[ends - 1] == '\n' || whole.p[ends - 1] == '\r'))
        ends--;
    *terminated = ends < whole.n;

    size_t most = era == MP_MODERN ? MAXBUF - 1 : MAXBUF;
    r->in_line = ends > most;
    if (r->in_line) {
        /* The old reader loses the byte that did not fit. */
        r->at = begin + most + (era == MP_MODERN ? 0 : 1);
        ends = most;
        *terminated = true;
    }
    *line = (struct text){whole.p, ends};
    const char *nul = memchr(line->p, '\0', line->n);
    const char *cr = era == MP_MODERN ? memchr(line->p, '\r', line->n) : NULL;
    if (nul)
        line->n = (size_t)(nul - line->p);
    if (cr && (size_t)(cr - line->p) < line->n)
        line->n = (size_t)(cr - line->p);
    return true;
}

struct frame {
    enum level level;
    unsigned line;
};

struct parse {
    enum mp_era era;
    struct mp_doc *doc;
    struct frame stack[4]; /* no table nests deeper */
    size_t depth;
    bool brace_may_follow; /* the line before opened the present `devices` section */
};

static void drop_device(struct mp_doc *doc)
{
    struct mp_device *d = &doc->devices[--doc->device_count];
    free(d->vendor);
    free(d->product);
    free(d->keys);
}

static void open_section(struct parse *p, enum level level, size_t begin, const struct reader *r)
{
    struct mp_doc *doc = p->doc;
    p->stack[p->depth++] = (struct frame){level, r->line};
    if (level == DEVICES) {
        /* 0.4.7 and 0.4.8 forget the devices of an earlier section. */
        while (p->era == MP_047 && doc->device_count)
            drop_device(doc);
        doc->section_count++;
        doc->section = (struct mp_section){.begin = begin, .insert = r->at};
        p->brace_may_follow = true;
    } else if (level == DEVICE) {
        size_t size = (doc->device_count + 1) * sizeof *doc->devices;
        doc->devices = xgrow(doc->devices, size);
        doc->devices[doc->device_count++] = (struct mp_device){.begin = begin, .line = r->line};
    }
}

static void close_section(struct parse *p, const struct reader *r)
{
    struct mp_doc *doc = p->doc;
    enum level level = p->stack[--p->depth].level;
    if (level == DEVICES) {
        doc->section.closed = true;
    } else if (level == DEVICE) {
        struct mp_device *d = &doc->devices[doc->device_count - 1];
        d->end = r->at;
        d->closed = true;
        doc->section.insert = r->at;
        if (p->era == MP_MODERN && (!d->vendor || !d->product))
            drop_device(doc);
    }
}

static void keep_value(struct parse *p, struct text keyword, char *value, size_t n)
{
    struct mp_doc *doc = p->doc;
    struct mp_device *d = &doc->devices[doc->device_count - 1];
    doc->values = xgrow(doc->values, (doc->value_count + 1) * sizeof *doc->values);
    doc->values[doc->value_count++] = value;
    d->keys = xgrow(d->keys, (d->key_count + 1) * 2 * sizeof *d->keys);
    d->keys[2 * d->key_count] = keyword;
    d->keys[2 * d->key_count + 1] = (struct text){value, n};
    d->key_count++;
    char **known = text_is(keyword, "vendor")    ? &d->vendor
                   : text_is(keyword, "product") ? &d->product
                                                 : NULL;
    if (known) {
        free(*known);
        *known = xstrdup(value);
    }
}

static void read_keyword(struct parse *p, const struct text *tokens, size_t count, unsigned line)
{
    struct buf value = {0};
    if (text_is(tokens[0], "{"))
        return;
    if (mp_value(p->era, tokens, count, &value)) {
        buf_cstr(&value);
        keep_value(p, tokens[0], value.p, value.n);
    } else if (p->era <= MP_049 && !p->doc->crash_line &&
               (text_is(tokens[0], "vendor") || text_is(tokens[0], "product"))) {
        p->doc->crash_line = line;
    }
}

static void read_tokens(struct parse *p, const struct text *tokens, size_t count, size_t begin,
                        const struct reader *r)
{
    enum level level = p->stack[p->depth - 1].level;
    bool lone_brace = p->brace_may_follow && text_is(tokens[0], "{");
    p->brace_may_follow = false;
    if (text_is(tokens[0], "}")) {
        if (p->depth > 1)
            close_section(p, r);
        return;
    }
    enum level inner = opens(p->era, level, tokens[0]);
    if (inner != NONE)
        open_section(p, inner, begin, r);
    else if (level == DEVICE)
        read_keyword(p, tokens, count, r->line);
    else if (lone_brace)
        p->doc->section.insert = r->at;
}

void mp_read(struct text file, enum mp_era era, struct mp_doc *doc)
{
    struct text tokens[MP_TOKENS], line;
    struct parse p = {.era = era, .doc = doc, .stack = {{ROOT, 0}}, .depth = 1};
    struct reader r = {.file = file};
    bool terminated;

    *doc = (struct mp_doc){0};
    for (size_t begin = 0; next_line(&r, era, &line, &terminated); begin = r.at) {
        size_t count = mp_split(era, line, tokens);
        if (!count)
            continue;
        /* Up to el7 a last line without "\n" is read and thrown away. */
        if (!terminated && era != MP_MODERN)
            doc->last_line = r.line;
        else
            read_tokens(&p, tokens, count, begin, &r);
    }
    if (p.depth > 1)
        doc->open_line = p.stack[1].line;
    for (size_t i = 0; i < doc->device_count; i++)
        if (!doc->devices[i].closed)
            doc->devices[i].end = file.n;
}

void mp_doc_free(struct mp_doc *doc)
{
    while (doc->device_count)
        drop_device(doc);
    free(doc->devices);
    for (size_t i = 0; i < doc->value_count; i++)
        free(doc->values[i]);
    free(doc->values);
    *doc = (struct mp_doc){0};
}
