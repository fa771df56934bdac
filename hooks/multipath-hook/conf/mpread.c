/* SPDX-License-Identifier: MIT */
#include "mpread.h"

#include <string.h>

/* A section is entered by its keyword where the table of the present level knows it; an unknown
 * one is skipped one line, so that its body leaks into the present level. */
static const struct {
    enum mp_level in;
    const char *keyword;
    enum mp_era since;
    enum mp_level opens;
} sections[] = {
    {MP_ROOT, "defaults", MP_047, MP_DEFAULTS},
    {MP_ROOT, "blacklist", MP_047, MP_BLACKLIST},
    {MP_ROOT, "blacklist_exceptions", MP_047, MP_EXCEPTIONS},
    {MP_ROOT, "devices", MP_047, MP_DEVICES},
    {MP_ROOT, "multipaths", MP_047, MP_MULTIPATHS},
    {MP_ROOT, "overrides", MP_EL7, MP_OVERRIDES},
    {MP_DEVICES, "device", MP_047, MP_DEVICE},
    {MP_BLACKLIST, "device", MP_047, MP_LIST_DEVICE},
    {MP_EXCEPTIONS, "device", MP_047, MP_LIST_DEVICE},
    {MP_MULTIPATHS, "multipath", MP_047, MP_MULTIPATH},
    {MP_OVERRIDES, "protocol", MP_MODERN, MP_PROTOCOL},
};

static enum mp_level opens(const struct mp_reader *r)
{
    enum mp_level inner = MP_NONE;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (sections[i].in == r->level && r->era >= sections[i].since &&
            text_is(r->keyword, sections[i].keyword))
            inner = sections[i].opens;
    /* 0.8.5 has no such section yet, 0.9.4 has. */
    if (inner == MP_PROTOCOL && r->parser && r->parser < MP_VERSION(0, 9, 0, 0))
        return MP_NONE;
    /* Of these two the brace has to stand on the line (tests/parsers). */
    if (r->era == MP_MODERN && (inner == MP_OVERRIDES || inner == MP_PROTOCOL) &&
        !mp_token_begin(r->era, r->rest))
        return MP_NONE;
    return inner;
}

/* What is seen of a line: its text ends at the first NUL and, for modern parsers, at the first "\r"
 * (they read up to "\n", so that all behind a lone one is lost; old ones end a line at it). `n` is
 * where the line itself ends, `next` where the one behind it begins. */
struct cut {
    size_t text, n, next;
    bool terminated;
};

static struct cut cut_line(enum mp_era era, struct text seen)
{
    struct cut c = {.text = seen.n, .n = seen.n, .next = seen.n};
    for (size_t i = 0; i < seen.n; i++) {
        char byte = seen.p[i];
        if ((byte == '\0' || byte == '\r') && i < c.text)
            c.text = i;
        if (byte != '\n' && (byte != '\r' || era == MP_MODERN))
            continue;
        c.n = i;
        c.next = i + 1;
        if (byte == '\r' && i + 1 < seen.n && seen.p[i + 1] == '\n')
            c.next++;
        c.terminated = true;
        break;
    }
    while (era == MP_MODERN && c.terminated && c.n && seen.p[c.n - 1] == '\r')
        c.n--;
    if (c.text > c.n)
        c.text = c.n;
    return c;
}

/* One line as the parser reads it: at most MAXBUF (1024) bytes. */
static bool next_line(struct mp_reader *r, struct text *line, bool *terminated)
{
    size_t left = r->file.n - r->at, most = r->era == MP_MODERN ? MP_LINE - 1 : MP_LINE;
    if (!left)
        return false;
    struct text seen = text_sub(r->file, r->at, r->at + (left < MP_LINE + 2 ? left : MP_LINE + 2));
    struct cut cut = cut_line(r->era, seen);
    *terminated = cut.terminated;
    if (!r->in_line)
        r->line++;
    r->begin = r->at;
    r->continued = r->in_line;
    r->in_line = cut.n > most;
    if (r->in_line) {
        /* The old reader loses the byte that did not fit. */
        cut.next = most + (r->era != MP_MODERN);
        *terminated = true;
    }
    r->at += cut.next;
    r->end = r->at;
    *line = text_sub(seen, 0, cut.text < most ? cut.text : most);
    return true;
}

static void bad(struct mp_reader *r, unsigned line, const char *reason)
{
    if (r->bad_line)
        return;
    r->bad_line = line;
    r->bad_reason = reason;
}

static bool is_keyword(struct text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (!((t.p[i] >= 'a' && t.p[i] <= 'z') || t.p[i] == '_'))
            return false;
    return true;
}

/* Is the present keyword an expression that is compiled while the file is read? In another section
 * the same word is unknown. */
static bool is_expression(const struct mp_reader *r)
{
    static const struct {
        enum mp_level in;
        const char *keyword;
        enum mp_era since, until; /* modern parsers compile the last one later (config.c) */
    } expressions[] = {
        {MP_BLACKLIST, "devnode", MP_047, MP_MODERN},
        {MP_BLACKLIST, "wwid", MP_047, MP_MODERN},
        {MP_BLACKLIST, "property", MP_EL7, MP_MODERN},
        {MP_BLACKLIST, "protocol", MP_MODERN, MP_MODERN},
        {MP_LIST_DEVICE, "vendor", MP_047, MP_MODERN},
        {MP_LIST_DEVICE, "product", MP_047, MP_MODERN},
        {MP_DEVICE, "product_blacklist", MP_047, MP_EL7},
    };
    enum mp_level in = r->level == MP_EXCEPTIONS ? MP_BLACKLIST : r->level;
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
        if (expressions[i].in == in && r->era >= expressions[i].since &&
            r->era <= expressions[i].until && text_is(r->keyword, expressions[i].keyword))
            return true;
    return false;
}

/* One that does not compile makes the parser throw the file away, or die (multipath.md 1.1;
 * parsers-2.md P6). Only of the main file: what is in conf.d loses the one line. */
static void check_expression(struct mp_reader *r)
{
    bool others = r->era == MP_MODERN && *r->value == '!'; /* the others than these (0.8.4) */
    if (is_expression(r) && ere_search(mp_flavour(r->era), r->value + others, "") == ERE_BAD)
        bad(r, r->line,
            "this release's multipath rejects the file: an expression that does not compile");
}

/* What old parsers do not survive: a keyword that is followed by nothing, or by a quote and then
 * nothing but a comment. `value` is where what follows begins, or NULL. */
static void check_fragile(struct mp_reader *r, const char *value, const char *end)
{
    if (r->era > MP_049 || r->continued)
        return;
    bool quote = value && *value == '"';
    if (quote && mp_token_begin(r->era, (struct text){value + 1, (size_t)(end - value - 1)}))
        return;
    if ((value && !quote) || !is_keyword(r->keyword))
        return;
    bad(r, r->line,
        quote ? "this release's multipath rejects the file: a value in quotes that is a comment"
              : "this release's multipath dies on a keyword without a value");
}

/* The words of one line inside a section. */
static enum mp_event read_keyword(struct mp_reader *r)
{
    if (text_is(r->keyword, "{") || r->level == MP_ROOT || r->level == MP_DEVICES)
        return MP_END;
    const char *value = mp_token_begin(r->era, r->rest);
    check_fragile(r, value, r->rest.p + r->rest.n);
    if (!value)
        return MP_END;
    mp_token_value(r->era, r->keyword, r->rest, r->value);
    check_expression(r);
    r->has_vendor = r->has_vendor || text_is(r->keyword, "vendor");
    r->has_product = r->has_product || text_is(r->keyword, "product");
    return MP_KEY;
}

/* Up to 0.4.8 the last section's devices are all there are, later the first one's come first. */
static void begin_devices(struct mp_reader *r)
{
    r->last = r->at;
    if (r->era == MP_047 || r->section_count == 1)
        r->first = r->at;
}

static enum mp_event open_section(struct mp_reader *r, enum mp_level inner)
{
    r->stack[r->depth].level = inner;
    r->stack[r->depth].begin = r->begin;
    r->stack[r->depth++].line = r->line;
    r->level = inner;
    r->has_vendor = r->has_product = false;
    if (inner != MP_DEVICES)
        return MP_OPEN;
    r->section_count++;
    r->brace_may_follow = true;
    begin_devices(r);
    return MP_END;
}

/* 0.4.7 compares the names of every device, the missing one included. */
static void end_device(struct mp_reader *r, unsigned line)
{
    if (r->era == MP_047 && !(r->has_vendor && r->has_product))
        bad(r, line, "this release's multipath dies on a device without vendor or product");
}

static enum mp_event close_section(struct mp_reader *r)
{
    if (r->depth == 1)
        return MP_END;
    r->level = r->stack[--r->depth].level;
    if (r->level == MP_DEVICE) {
        end_device(r, r->stack[r->depth].line);
        r->last = r->at;
    }
    return r->level == MP_DEVICES ? MP_END : MP_CLOSE;
}

/* MP_END here: nothing that means anything. */
static enum mp_event read_line(struct mp_reader *r)
{
    r->level = r->stack[r->depth - 1].level;
    bool lone_brace = r->brace_may_follow && text_is(r->keyword, "{");
    r->brace_may_follow = false;
    if (text_is(r->keyword, "}"))
        return close_section(r);
    enum mp_level inner = opens(r);
    if (inner != MP_NONE)
        return open_section(r, inner);
    if (lone_brace)
        begin_devices(r);
    return read_keyword(r);
}

void mp_open(struct mp_reader *r, struct text file, enum mp_era era)
{
    memset(r, 0, offsetof(struct mp_reader, value)); /* which is large */
    r->era = era;
    r->file = file;
    r->stack[0].level = MP_ROOT;
    r->depth = 1;
}

enum mp_event mp_next(struct mp_reader *r)
{
    bool terminated;
    struct text line;
    while (next_line(r, &line, &terminated)) {
        r->keyword = mp_first_token(r->era, line, &r->rest);
        if (!r->keyword.n)
            continue;
        /* Up to el7 a last line without "\n" is read and thrown away. */
        if (!terminated && r->era != MP_MODERN) {
            r->last_line = r->line;
            continue;
        }
        enum mp_event event = read_line(r);
        if (event != MP_END)
            return event;
    }
    if (r->stack[r->depth - 1].level == MP_DEVICE)
        end_device(r, r->stack[r->depth - 1].line);
    return MP_END;
}

unsigned mp_open_line(const struct mp_reader *r)
{
    return r->depth > 1 ? r->stack[1].line : 0;
}
