/* SPDX-License-Identifier: MIT */
#include "sledit.h"

#include <stdlib.h>

/* SPC's INQUIRY has these widths, filled with blanks. */
#define VENDOR_WIDTH  8
#define PRODUCT_WIDTH 16

/* A file as read, and the rule. */
struct reading {
    struct xml x, wanted;
    struct sl_entries all;
    const struct sl_rule *rule;
};

static void reading_free(struct reading *r)
{
    free(r->all.list);
    xml_free(&r->x);
    xml_free(&r->wanted);
}

static bool template_is_good(const struct reading *r, struct xml_refusal *why)
{
    unsigned vendors = 0, products = 0;
    if (!text_eq(text_trim(r->rule->entry), xml_raw(&r->wanted, r->wanted.elements[0].whole))) {
        xml_refuse(why, 0, "the rule's own entry is not one element and nothing else");
        return false;
    }
    for (unsigned i = 0; i < r->wanted.value_count; i++) {
        vendors += xml_value_is(&r->wanted, &r->wanted.values[i], r->rule->vendor);
        products += xml_value_is(&r->wanted, &r->wanted.values[i], r->rule->product);
    }
    if (vendors == 1 && products == 1)
        return true;
    xml_refuse(why, 0, "the rule's own entry does not hold vendor and product once each");
    return false;
}

static bool read_both(struct reading *r, struct text file, const struct sl_rule *rule,
                      struct xml_refusal *why)
{
    *r = (struct reading){.rule = rule};
    if (rule->entry.n && !xml_read(&r->wanted, rule->entry, why)) {
        char reason[sizeof why->reason];
        text_print(reason, sizeof reason, "%s", why->reason);
        xml_refuse(why, 0, "the rule's own entry is not good: %s", reason);
        return false;
    }
    if (rule->entry.n && !template_is_good(r, why))
        return false;
    if (!xml_read(&r->x, file, why))
        return false;
    r->all = sl_entries(&r->x);
    return true;
}

static enum sl_found find(const struct reading *r, unsigned *element)
{
    return sl_find(&r->x, &r->all, r->rule, r->rule->entry.n ? &r->wanted : NULL, element);
}

/* Has the element the name of the rule's own entry? */
static bool is_named(const struct reading *r, unsigned element)
{
    return text_eq(xml_text(&r->x, r->x.elements[element].name),
                   xml_text(&r->wanted, r->wanted.elements[0].name));
}

/* Near the top: the file's version stands before its entries. */
static const struct xml_value *find_version(const struct reading *r)
{
    const struct xml *x = &r->x;
    struct xml_refusal ignored;
    unsigned first = 0;
    if (r->all.count)
        sl_repeated(x, &r->all, 0, &first, &ignored);
    for (unsigned i = 1; r->rule->entry.n && i < (first ? first : x->element_count); i++)
        if (is_named(r, i))
            first = i;
    return sl_version(x, first ? x->elements[first].whole.begin : x->n);
}

static struct sl_splice *splice(struct sl_change *change, const struct xml *x, size_t begin,
                                size_t end)
{
    struct sl_splice *s = &change->at[change->count++];
    *s = (struct sl_splice){x->mark + begin * x->width, x->mark + end * x->width, {0}};
    return s;
}

static bool raise_version(const struct reading *r, struct sl_change *change,
                          struct xml_refusal *why)
{
    const struct xml *x = &r->x;
    const struct xml_value *version = find_version(r);
    if (!version) {
        xml_refuse(why, 0, "it has no version N.N.N.N before its entries");
        return false;
    }
    struct text t = xml_text(x, version->core);
    size_t last = t.n;
    unsigned value = 0;
    while (t.p[last - 1] != '.')
        last--;
    for (size_t i = last; i < t.n; i++)
        value = value * 10 + (unsigned)(t.p[i] - '0');
    if (value == 65535) {
        xml_refuse(why, xml_line(x, version->core.begin), "its version cannot be raised");
        return false;
    }
    char digits[8];
    text_print(digits, sizeof digits, "%u", value + 1);
    struct sl_splice *s = splice(change, x, version->core.begin + last, version->core.end);
    xml_add_ascii(x, &s->in, text_of(digits));
    return true;
}

/* The blanks before a place, as far as they go. */
static struct xml_span gap_before(const struct xml *x, size_t at)
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

/* The entry with our two texts; comments, which are about another device, stay behind. */
static void clone(const struct xml *x, const struct sl_entry *entry, const struct sl_rule *rule,
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
        size_t gap = off.begin < whole.end ? gap_before(x, off.begin).begin : off.begin;
        buf_text(out, xml_raw(x, (struct xml_span){at, gap < at ? at : gap}));
        at = off.end;
        comment++;
        if (off.begin == whole.end)
            return;
    }
}

/* The rule's own entry, its lines ended and indented as the file's. */
static void add_template(const struct xml *x, const struct sl_rule *rule, struct xml_span gap,
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

/* Behind the last element of the template's name, where all of them are siblings, else at the end
 * of the root element. */
static bool place_template(const struct reading *r, struct sl_change *change,
                           struct xml_refusal *why)
{
    const struct xml *x = &r->x;
    unsigned sibling = 0, first_child = x->elements[0].after > 1;
    for (unsigned i = 1; i < x->element_count; i++) {
        if (!is_named(r, i))
            continue;
        if (sibling && x->elements[i].parent != x->elements[sibling].parent) {
            xml_refuse(why, xml_line(x, x->elements[i].whole.begin),
                       "entries stand at several places, and which is ours cannot be told");
            return false;
        }
        sibling = i;
    }
    if (x->elements[0].close == x->elements[0].whole.end) {
        xml_refuse(why, xml_line(x, 0), "its root element is closed where it opens");
        return false;
    }
    size_t at =
        sibling ? x->elements[sibling].whole.end : gap_before(x, x->elements[0].close).begin;
    struct xml_span gap = {0, 0};
    if (sibling || first_child)
        gap = gap_before(x, x->elements[sibling ? sibling : 1].whole.begin);
    struct sl_splice *s = splice(change, x, at, at);
    buf_text(&s->in, xml_raw(x, gap));
    add_template(x, r->rule, gap, &s->in);
    return true;
}

static bool place_clone(const struct reading *r, struct sl_change *change, struct xml_refusal *why)
{
    const struct xml *x = &r->x;
    struct sl_entry last;
    if (!sl_learn(x, &r->all, &last, why))
        return false;
    const struct xml_element *e = &x->elements[last.element];
    struct sl_splice *s = splice(change, x, e->whole.end, e->whole.end);
    buf_text(&s->in, xml_raw(x, gap_before(x, e->whole.begin)));
    clone(x, &last, r->rule, &s->in);
    return true;
}

static bool refuse_other(const struct reading *r, unsigned element, struct xml_refusal *why)
{
    xml_refuse(why, xml_line(&r->x, r->x.elements[element].whole.begin),
               "it has an entry for this vendor and product already, more than once or not as the "
               "rule's own entry is");
    return false;
}

static bool take_out(const struct reading *r, unsigned element, struct sl_change *change,
                     struct xml_refusal *why)
{
    const struct xml *x = &r->x;
    for (unsigned i = 0; !r->rule->entry.n && i < r->all.count; i++)
        if (r->all.list[i].element == element) {
            if (!sl_repeated(x, &r->all, i, &element, why))
                return false;
            break;
        }
    struct xml_span whole = x->elements[element].whole;
    splice(change, x, gap_before(x, whole.begin).begin, whole.end);
    return true;
}

bool sl_look(struct text file, const struct sl_rule *rule, struct sl_view *view,
             struct xml_refusal *why)
{
    struct reading r;
    *view = (struct sl_view){0};
    bool good = read_both(&r, file, rule, why);
    if (good) {
        unsigned element = 0;
        view->found = find(&r, &element);
        if (view->found != SL_ABSENT)
            view->line = xml_line(&r.x, r.x.elements[element].whole.begin);
        const struct xml_value *version = find_version(&r);
        if (version) {
            struct text t = xml_text(&r.x, version->core);
            text_print(view->version, sizeof view->version, "%.*s", (int)t.n, t.p);
        }
    }
    reading_free(&r);
    return good;
}

/* Does removing give `file` back, and is there nothing to be installed any more? */
static bool keeps_laws(struct text file, const struct sl_rule *rule, const struct sl_change *change)
{
    struct sl_change back = {0}, again = {0};
    struct sl_view view;
    struct xml_refusal ignored;
    struct buf with = {0}, without = {0};
    sl_apply(file, change, &with);
    bool good = sl_look(text_buf(&with), rule, &view, &ignored) && view.found == SL_PRESENT &&
                sl_remove(text_buf(&with), rule, &back, &ignored) && back.count == 2;
    if (good) {
        /* But for the version, whose place is the same. */
        struct sl_change only = {.at = {back.at[1]}, .count = 1};
        struct sl_change version = {.at = {change->at[0]}, .count = 1};
        sl_apply(text_buf(&with), &only, &without);
        sl_apply(file, &version, &again.at[0].in);
        good = back.at[0].begin == change->at[0].begin &&
               text_eq(text_buf(&without), text_buf(&again.at[0].in));
    }
    again.count = 1;
    sl_change_free(&again);
    sl_change_free(&back);
    buf_free(&with);
    buf_free(&without);
    return good;
}

static bool edit(struct text file, const struct sl_rule *rule, bool installs,
                 struct sl_change *change, struct xml_refusal *why)
{
    struct reading r;
    unsigned element = 0;
    *change = (struct sl_change){0};
    bool good = read_both(&r, file, rule, why);
    enum sl_found found = good ? find(&r, &element) : SL_OTHER;
    if (good && found == SL_OTHER)
        good = refuse_other(&r, element, why);
    else if (good && installs && found == SL_ABSENT)
        good = raise_version(&r, change, why) &&
               (rule->entry.n ? place_template : place_clone)(&r, change, why);
    else if (good && !installs && found == SL_PRESENT)
        good = raise_version(&r, change, why) && take_out(&r, element, change, why);
    if (!good)
        sl_change_free(change);
    reading_free(&r);
    return good;
}

bool sl_install(struct text file, const struct sl_rule *rule, struct sl_change *change,
                struct xml_refusal *why)
{
    if (!edit(file, rule, true, change, why))
        return false;
    if (!change->count || keeps_laws(file, rule, change))
        return true;
    xml_refuse(why, 0, "what would be added to it could not be taken out again");
    sl_change_free(change);
    return false;
}

bool sl_remove(struct text file, const struct sl_rule *rule, struct sl_change *change,
               struct xml_refusal *why)
{
    return edit(file, rule, false, change, why);
}

void sl_change_free(struct sl_change *change)
{
    for (unsigned i = 0; i < change->count; i++)
        buf_free(&change->at[i].in);
    change->count = 0;
}

void sl_apply(struct text file, const struct sl_change *change, struct buf *out)
{
    size_t at = 0;
    for (unsigned i = 0; i < change->count; i++) {
        buf_text(out, text_sub(file, at, change->at[i].begin));
        buf_text(out, text_buf(&change->at[i].in));
        at = change->at[i].end;
    }
    buf_text(out, text_sub(file, at, file.n));
}

bool sl_is_higher(const char *a, const char *b)
{
    for (unsigned part = 0; part < 4 && *a && *b; part++) {
        unsigned long p = strtoul(a, (char **)&a, 10), q = strtoul(b, (char **)&b, 10);
        if (p != q)
            return p > q;
        a += *a == '.';
        b += *b == '.';
    }
    return false;
}
