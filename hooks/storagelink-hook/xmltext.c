/* SPDX-License-Identifier: MIT */
/* The encoding of an XML file, and what stands at a place of it. */
#include "xml.h"

#include <stdarg.h>
#include <stdlib.h>

void xml_refuse(struct xml_refusal *why, unsigned line, const char *format, ...)
{
    struct buf b = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&b, format, args);
    va_end(args);
    why->line = line;
    why->choice = false;
    text_print(why->reason, sizeof why->reason, "%s", b.p);
    buf_free(&b);
}

bool xml_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

unsigned xml_line(const struct xml *x, size_t at)
{
    unsigned line = 1;
    for (size_t i = 0; i < at && i < x->n; i++)
        line += x->p[i] == '\n';
    return line;
}

struct text xml_text(const struct xml *x, struct xml_span span)
{
    return (struct text){x->p + span.begin, span.end - span.begin};
}

struct text xml_raw(const struct xml *x, struct xml_span span)
{
    return text_sub(x->raw, x->mark + span.begin * x->width, x->mark + span.end * x->width);
}

struct xml_span xml_local(const struct xml *x, struct xml_span name)
{
    for (size_t i = name.begin; i + 1 < name.end; i++)
        if (x->p[i] == ':')
            name.begin = i + 1;
    return name;
}

size_t xml_reference(const struct xml *x, size_t at)
{
    static const char *const known[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"};
    struct text rest = {x->p + at, x->n - at};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (text_starts(rest, known[i]))
            return at + strlen(known[i]);
    if (!text_starts(rest, "&#"))
        return 0;
    bool hex = rest.n > 2 && rest.p[2] == 'x';
    size_t i = hex ? 3 : 2, digits = i;
    while (i < rest.n && ((rest.p[i] >= '0' && rest.p[i] <= '9') ||
                          (hex && ((rest.p[i] | 32) >= 'a' && (rest.p[i] | 32) <= 'f'))))
        i++;
    return i > digits && i < rest.n && rest.p[i] == ';' ? at + i + 1 : 0;
}

/* What a reference stands for: '\x80' for what is not ASCII. */
static char meaning(struct text reference)
{
    static const char names[][5] = {"lt;<", "gt;>", "amp;", "quot", "apos"};
    for (size_t i = 0; reference.p[1] != '#' && i < 5; i++)
        if (reference.p[1] == names[i][0] && reference.p[2] == names[i][1])
            return "<>&\"'"[i];
    unsigned value = 0;
    bool hex = reference.p[2] == 'x';
    for (size_t i = hex ? 3 : 2; i + 1 < reference.n && value < 0x80; i++) {
        char c = reference.p[i];
        value = value * (hex ? 16 : 10) + (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return (char)(value < 0x80 ? value : 0x80);
}

bool xml_value_is(const struct xml *x, const struct xml_value *value, struct text ascii)
{
    size_t n = 0;
    for (size_t at = value->core.begin; at < value->core.end; n++) {
        bool reference = value->kind != XML_CDATA && x->p[at] == '&';
        size_t end = reference ? xml_reference(x, at) : at + 1;
        char c = x->p[at];
        if (reference)
            c = meaning(xml_text(x, (struct xml_span){at, end}));
        if (n == ascii.n || c != ascii.p[n])
            return false;
        at = end;
    }
    return n == ascii.n;
}

void xml_add_ascii(const struct xml *x, struct buf *out, struct text ascii)
{
    if (x->width == 1)
        buf_text(out, ascii);
    for (size_t i = 0; x->width == 2 && i < ascii.n; i++)
        buf_add(out, (char[2]){ascii.p[i], '\0'}, 2);
}

void xml_free(struct xml *x)
{
    free(x->p);
    free(x->elements);
    free(x->values);
    free(x->comments);
    *x = (struct xml){0};
}

/* How many bytes the UTF-8 character at p has (RFC 3629); 0: none is there. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80)
        return 1;
    size_t length = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || length > n)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool bad = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
               (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f);
    return bad ? 0 : length;
}

static bool check_utf8(const struct xml *x, struct xml_refusal *why)
{
    for (size_t i = 0, n; i < x->n; i += n) {
        n = utf8_length((const unsigned char *)x->p + i, x->n - i);
        if (!n) {
            xml_refuse(why, xml_line(x, i), "it is not UTF-8, and declares no other encoding");
            return false;
        }
    }
    return true;
}

static bool text_is_folded(struct text t, const char *lower)
{
    size_t n = strlen(lower);
    for (size_t i = 0; i < n; i++)
        if (i >= t.n || (t.p[i] >= 'A' && t.p[i] <= 'Z' ? t.p[i] + 32 : t.p[i]) != lower[i])
            return false;
    return true;
}

/* What the declaration says of the encoding; empty where it says nothing. */
static struct text declared(const struct xml *x)
{
    static const char word[] = "encoding";
    struct text all = {x->p, x->n};
    if (!text_starts(all, "<?xml") || x->n < 6 || !xml_is_blank(x->p[5]))
        return (struct text){"", 0};
    size_t at = 5;
    while (at < x->n && x->p[at] != '>' && !text_starts(text_sub(all, at, x->n), word))
        at++;
    if (at == x->n || x->p[at] == '>')
        return (struct text){"", 0};
    for (at += sizeof word - 1; at < x->n && (xml_is_blank(x->p[at]) || x->p[at] == '='); at++)
        ;
    size_t begin = at < x->n ? at + 1 : at, end = begin;
    while (end < x->n && x->p[end] != '"' && x->p[end] != '\'' && x->p[end] != '>')
        end++;
    return text_sub(all, begin, end);
}

static bool check_encoding(const struct xml *x, struct xml_refusal *why)
{
    struct text name = declared(x);
    bool utf16 = text_is_folded(name, "utf-16");
    bool plain = text_is_folded(name, "us-ascii") || text_is_folded(name, "iso-8859-") ||
                 text_is_folded(name, "windows-125");
    bool utf8 = !name.n || text_is_folded(name, "utf-8");
    if (x->width == 2 ? utf16 || !name.n : x->mark ? utf8 : utf8 || plain)
        return x->width == 2 || plain || check_utf8(x, why);
    xml_refuse(why, 1, "its encoding '%.*s' is not the one it is in, or none that is known here",
               (int)(name.n < 40 ? name.n : 40), name.p);
    return false;
}

/* A byte a unit. */
static bool fold(struct xml *x, struct xml_refusal *why)
{
    const unsigned char *from = (const unsigned char *)x->raw.p + x->mark;
    x->n = (x->raw.n - x->mark) / x->width;
    x->p = xalloc(x->n);
    for (size_t i = 0; i < x->n; i++, from += x->width) {
        x->p[i] = (char)(x->width == 2 && (from[1] || from[0] > 0x7f) ? 0x80 : from[0]);
        unsigned char c = (unsigned char)x->p[i];
        if (c < ' ' && !xml_is_blank((char)c)) {
            xml_refuse(why, xml_line(x, i), "it has a character that XML does not allow");
            return false;
        }
    }
    return true;
}

bool xml_decode(struct xml *x, struct text raw, struct xml_refusal *why)
{
    *x = (struct xml){.raw = raw, .width = 1};
    if (raw.n >= 3 && memcmp(raw.p, "\xef\xbb\xbf", 3) == 0) {
        x->mark = 3;
    } else if (raw.n >= 2 && memcmp(raw.p, "\xff\xfe", 2) == 0) {
        x->mark = x->width = 2;
    } else if (raw.n >= 2 && (memcmp(raw.p, "\xfe\xff", 2) == 0 || !raw.p[0] || !raw.p[1])) {
        xml_refuse(why, 0, "it is neither UTF-8 nor UTF-16LE with a byte order mark");
        return false;
    }
    if (raw.n % x->width) {
        xml_refuse(why, 0, "it is UTF-16 with half a character at its end");
        return false;
    }
    return fold(x, why) && check_encoding(x, why);
}
