/* SPDX-License-Identifier: MIT */
#include "mpread.h"
#include "ere.h"

#include <string.h>

COMPILE_FOR_SPEED

/* A section is entered by its keyword where the table of the present level knows it; an unknown
 * one is skipped one line, so that its body leaks into the present level. */
static const struct {
    enum mp_level in;
    const char *keyword;
    enum mp_era since;
    enum mp_level opens;
} sections[] = {
    {MP_ROOT, "defaults", MP_047, MP_DEFAULTS},
    {MP_ROOT, "blacklist", MP_047, MP_LIST},
    {MP_ROOT, "blacklist_exceptions", MP_047, MP_LIST},
    {MP_ROOT, "devnode_blacklist", MP_047, MP_LIST},
    {MP_ROOT, "devices", MP_047, MP_DEVICES},
    {MP_ROOT, "multipaths", MP_047, MP_MULTIPATHS},
    {MP_ROOT, "overrides", MP_EL7, MP_OVERRIDES},
    {MP_DEVICES, "device", MP_047, MP_DEVICE},
    {MP_LIST, "device", MP_047, MP_LIST_DEVICE},
    {MP_MULTIPATHS, "multipath", MP_047, MP_LEAF},
    {MP_OVERRIDES, "protocol", MP_MODERN, MP_LEAF},
};

static enum mp_level opens(enum mp_era era, enum mp_level in, struct text keyword)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections && in != MP_DEVICE; i++)
        if (sections[i].in == in && era >= sections[i].since &&
            text_is(keyword, sections[i].keyword))
            return sections[i].opens;
    return MP_NONE;
}

const char *mp_value(struct mp_reader *r)
{
    if (!r->value_known)
        r->value_n = mp_token_value(r->era, r->keyword, r->rest, r->value);
    r->value_known = true;
    return r->value;
}

/* What is seen of a line: its text ends at the first NUL and, for modern parsers, at the first "\r"
 * (they read up to "\n", so that all behind a lone one is lost; old ones end a line at it). `n` is
 * where the line itself ends, `next` where the one behind it begins. */
struct cut {
    size_t text, n, next;
    bool terminated;
};

/* How many bytes can be passed over: none of them is one of the three. Less than t.n. */
static size_t before_end(struct text t)
{
    unsigned long long word, ends;
    size_t n = 0;
    for (; n + 8 < t.n; n += 8) {
        memcpy(&word, t.p + n, 8); /* both dom0 architectures are little-endian */
        ends = bytes_like(word, '\n') | bytes_like(word, '\r') | bytes_like(word, '\0');
        if (ends)
            return n + (size_t)__builtin_ctzll(ends) / 8;
    }
    return n;
}

static struct cut cut_line(enum mp_era era, struct text seen)
{
    struct cut c = {.text = seen.n, .n = seen.n, .next = seen.n};
    for (size_t i = 0; i < seen.n; i++) {
        i += before_end(text_sub(seen, i, seen.n));
        char byte = seen.p[i];
        if (!(byte == '\n' || byte == '\r' || byte == '\0'))
            continue;
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
static bool next_line(struct mp_reader *r, bool *terminated)
{
    struct text seen = rope_look(&r->eye, sizeof r->window, r->window);
    if (!seen.n)
        return false;
    seen.n = seen.n < sizeof r->window ? seen.n : sizeof r->window;
    size_t most = r->era == MP_MODERN ? MP_LINE - 1 : MP_LINE;
    struct cut cut = cut_line(r->era, seen);
    *terminated = cut.terminated;
    if (!r->now.in_line)
        r->now.line++;
    r->begin = r->eye.at;
    r->continued = r->now.in_line;
    r->now.in_line = cut.n > most;
    if (r->now.in_line) {
        /* The old reader loses the byte that did not fit. */
        cut.next = most + (r->era != MP_MODERN);
        *terminated = true;
    }
    r->eye.at += cut.next;
    r->end = r->now.at = r->eye.at;
    r->text = text_sub(seen, 0, cut.text < most ? cut.text : most);
    return true;
}

static void bad(struct mp_reader *r, const char *reason)
{
    if (r->now.bad_line)
        return;
    r->now.bad_line = r->now.line;
    r->now.bad_reason = reason;
}

static bool is_keyword(struct text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (!((t.p[i] >= 'a' && t.p[i] <= 'z') || t.p[i] == '_'))
            return false;
    return true;
}

/* An expression that does not compile in a blacklist makes every era reject the whole file. */
static bool list_compiles(struct mp_reader *r)
{
    mp_value(r);
    return ere_search(r->era == MP_MODERN ? ERE_GLIBC : ERE_BUNDLED, r->value, "") != ERE_BAD;
}

static bool is_usual_dir(const char *dir)
{
    static const char usual[] = "/etc/multipath/conf.d";
    size_t n = sizeof usual - 1;
    return strncmp(dir, usual, n) == 0 && dir[n + strspn(dir + n, "/")] == '\0';
}

/* A keyword in a section other than a device. */
static void other_keyword(struct mp_reader *r, enum mp_level level)
{
    static const char *const listed[] = {"devnode", "wwid", "property", "vendor", "product"};
    if (level == MP_DEFAULTS && text_is(r->keyword, "config_dir"))
        r->now.config_dir_line = is_usual_dir(mp_value(r)) ? 0 : r->now.line;
    if (level != MP_LIST && level != MP_LIST_DEVICE)
        return;
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++)
        if (text_is(r->keyword, listed[i]) && !list_compiles(r))
            bad(r, "this release's multipath rejects the file: an expression that does not "
                   "compile");
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
    bad(r, quote ? "this release's multipath rejects the file: a value in quotes that is a comment"
                 : "this release's multipath dies on a keyword without a value");
}

/* The words of one line inside a section. */
static enum mp_event read_keyword(struct mp_reader *r, enum mp_level level)
{
    if (text_is(r->keyword, "{") || level == MP_ROOT || level == MP_DEVICES)
        return MP_END;
    const char *value = mp_token_begin(r->era, r->rest);
    check_fragile(r, value, r->rest.p + r->rest.n);
    if (!value)
        return MP_END;
    if (level != MP_DEVICE) {
        other_keyword(r, level);
        return MP_END;
    }
    r->now.has_vendor = r->now.has_vendor || text_is(r->keyword, "vendor");
    r->now.has_product = r->now.has_product || text_is(r->keyword, "product");
    return MP_KEY;
}

static enum mp_event open_section(struct mp_reader *r, enum mp_level level)
{
    r->now.stack[r->now.depth].level = level;
    r->now.stack[r->now.depth++].line = r->now.line;
    if (level == MP_DEVICES) {
        r->now.section_count++;
        r->now.brace_may_follow = true;
        r->insert = r->now;
    }
    r->now.has_vendor = r->now.has_product = false;
    return level == MP_DEVICE ? MP_OPEN : MP_END;
}

/* 0.4.7 compares the names of every device, the missing one included. */
static void end_device(struct mp_reader *r, unsigned line)
{
    if (r->era == MP_047 && !(r->now.has_vendor && r->now.has_product) && !r->now.bad_line) {
        r->now.bad_line = line;
        r->now.bad_reason = "this release's multipath dies on a device without vendor or product";
    }
}

static enum mp_event close_section(struct mp_reader *r)
{
    if (r->now.depth == 1 || r->now.stack[--r->now.depth].level != MP_DEVICE)
        return MP_END;
    end_device(r, r->now.stack[r->now.depth].line);
    r->insert = r->now;
    return MP_CLOSE;
}

/* MP_END here: nothing about a device. */
static enum mp_event read_line(struct mp_reader *r)
{
    enum mp_level level = r->now.stack[r->now.depth - 1].level;
    bool lone_brace = r->now.brace_may_follow && text_is(r->keyword, "{");
    r->now.brace_may_follow = false;
    if (text_is(r->keyword, "}"))
        return close_section(r);
    enum mp_level inner = opens(r->era, level, r->keyword);
    if (inner != MP_NONE)
        return open_section(r, inner);
    if (lone_brace)
        r->insert = r->now;
    return read_keyword(r, level);
}

void mp_open_at(struct mp_reader *r, const struct rope *file, enum mp_era era,
                const struct mp_point *point)
{
    r->era = era;
    r->eye = (struct rope_eye){.rope = file, .at = point->at};
    r->stop = file->n;
    r->now = r->insert = *point;
    r->begin = r->end = point->at;
}

void mp_open(struct mp_reader *r, const struct rope *file, enum mp_era era)
{
    mp_open_at(r, file, era, &(struct mp_point){.stack[0].level = MP_ROOT, .depth = 1});
}

/* Most lines of a device are one keyword and its value. True for such a line: it is done with
 * unless it has a name, the value of which is known then. */
static bool read_usual(struct mp_reader *r, bool *name)
{
    struct text value;
    if (r->now.stack[r->now.depth - 1].level != MP_DEVICE ||
        !mp_usual(r->text, &r->keyword, &value))
        return false;
    bool vendor = text_is(r->keyword, "vendor"), product = text_is(r->keyword, "product");
    *name = vendor || product;
    if (*name) {
        r->now.has_vendor = r->now.has_vendor || vendor;
        r->now.has_product = r->now.has_product || product;
        memcpy(r->value, value.p, value.n);
        r->value[value.n] = '\0';
        r->value_n = value.n;
        r->value_known = true;
    }
    return true;
}

/* With names_only no event need come of a device's other keywords. */
static enum mp_event next(struct mp_reader *r, bool names_only)
{
    bool terminated, name;
    while (r->eye.at < r->stop && next_line(r, &terminated)) {
        r->value_known = false;
        if (names_only && terminated && read_usual(r, &name)) {
            if (name)
                return MP_KEY;
            continue;
        }
        r->keyword = mp_first_token(r->era, r->text, &r->rest);
        if (!r->keyword.n)
            continue;
        /* Up to el7 a last line without "\n" is read and thrown away. */
        if (!terminated && r->era != MP_MODERN) {
            r->now.last_line = r->now.line;
            continue;
        }
        enum mp_event event = read_line(r);
        if (event != MP_END)
            return event;
    }
    if (r->stop == r->eye.rope->n && r->now.stack[r->now.depth - 1].level == MP_DEVICE)
        end_device(r, r->now.stack[r->now.depth - 1].line);
    return MP_END;
}

enum mp_event mp_next(struct mp_reader *r)
{
    return next(r, false);
}

unsigned mp_open_line(const struct mp_point *point)
{
    return point->depth > 1 ? point->stack[1].line : 0;
}

static void take_name(struct mp_reader *r, struct mp_device *d)
{
    bool vendor = text_is(r->keyword, "vendor");
    if (vendor || text_is(r->keyword, "product")) {
        char *name = vendor ? d->vendor : d->product;
        const char *value = mp_value(r);
        size_t n = r->value_n < MP_LINE ? r->value_n : MP_LINE - 1;
        memcpy(name, value, n);
        name[n] = '\0';
    }
    d->has_vendor = r->now.has_vendor;
    d->has_product = r->now.has_product;
}

static void begin_device(const struct mp_reader *r, struct mp_device *d)
{
    d->has_vendor = d->has_product = d->closed = false;
    d->vendor[0] = d->product[0] = '\0';
    d->begin = r->begin;
    d->end = r->eye.rope->n;
    d->line = r->now.line;
    d->section = r->now.section_count;
}

bool mp_next_device(struct mp_reader *r, struct mp_device *device)
{
    bool in_device = false;
    for (;;) {
        switch (next(r, true)) {
        case MP_OPEN:
            begin_device(r, device);
            in_device = true;
            break;
        case MP_KEY:
            take_name(r, device);
            break;
        case MP_CLOSE:
            device->end = r->end;
            device->closed = true;
            in_device = false;
            if (r->era == MP_MODERN && (!device->has_vendor || !device->has_product))
                break;
            return true;
        case MP_END:
            return in_device;
        }
    }
}
