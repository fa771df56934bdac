/* SPDX-License-Identifier: MIT */
#include "slclone.h"

/* SPC's INQUIRY has these widths, filled with blanks. */
#define VENDOR_WIDTH  8
#define PRODUCT_WIDTH 16

struct xml_span sl_gap_before(const struct xml *x, size_t at)
{
    struct xml_span gap = {at, at};
    while (gap.begin && xml_is_blank(x->p[gap.begin - 1]))
        gap.begin--;
    return gap;
}

/* Our text in the place of a value, in a room as wide where the value is filled up with blanks. */
static void put_value(const struct xml *x, const struct xml_value *value, struct text ours,
                      size_t width, struct buf *out)
{
    size_t tail = value->room.end - value->core.end;
    bool filled = value->room.begin == value->core.begin && tail &&
                  value->room.end - value->room.begin == width;
    buf_text(out, xml_raw(x, (struct xml_span){value->room.begin, value->core.begin}));
    for (size_t i = 0; i < ours.n; i++) {
        bool quote = ours.p[i] == '\'' && value->kind == XML_ATTRIBUTE;
        xml_add_ascii(x, out, quote ? text_of("&apos;") : text_sub(ours, i, i + 1));
    }
    if (!filled)
        buf_text(out, xml_raw(x, (struct xml_span){value->core.end, value->room.end}));
    for (size_t i = ours.n; filled && i < width; i++)
        xml_add_ascii(x, out, text_of(" "));
}

void sl_clone(const struct xml *x, const struct sl_entry *entry, const struct sl_rule *rule,
              struct buf *out)
{
    struct xml_span whole = x->elements[entry->element].whole;
    bool vendor_first = entry->vendor < entry->product;
    unsigned value = 0, comment = 0;
    size_t at = whole.begin;
    while (comment < x->comment_count && x->comments[comment].begin < at)
        comment++;
    for (;;) {
        bool vendor = vendor_first == (value == 0);
        const struct xml_value *v = &x->values[vendor ? entry->vendor : entry->product];
        struct xml_span off = {whole.end, whole.end};
        if (comment < x->comment_count && x->comments[comment].begin < whole.end)
            off = x->comments[comment];
        if (value < 2 && v->room.begin < off.begin) {
            buf_text(out, xml_raw(x, (struct xml_span){at, v->room.begin}));
            put_value(x, v, vendor ? rule->vendor : rule->product,
                      vendor ? VENDOR_WIDTH : PRODUCT_WIDTH, out);
            at = v->room.end;
            value++;
            continue;
        }
        size_t gap = off.begin < whole.end ? sl_gap_before(x, off.begin).begin : off.begin;
        buf_text(out, xml_raw(x, (struct xml_span){at, gap < at ? at : gap}));
        at = off.end;
        comment++;
        if (off.begin == whole.end)
            return;
    }
}

void sl_template(const struct xml *x, const struct sl_rule *rule, struct xml_span gap,
                 struct buf *out)
{
    struct text entry = text_trim(rule->entry), all = {x->p, x->n}, line;
    const char *lf = memchr(all.p, '\n', all.n);
    const char *end = lf && lf > all.p && lf[-1] == '\r' ? "\r\n" : "\n";
    size_t indent = gap.end;
    while (indent > gap.begin && x->p[indent - 1] != '\n')
        indent--;
    for (size_t at = 0; text_line(entry, &at, &line);) {
        while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
            line.n--;
        xml_add_ascii(x, out, line);
        if (at < entry.n) {
            xml_add_ascii(x, out, text_of(end));
            buf_text(out, xml_raw(x, (struct xml_span){indent, gap.end}));
        }
    }
}
