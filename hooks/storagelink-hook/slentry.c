/* SPDX-License-Identifier: MIT */
#include "slentry.h"

#include <stdlib.h>

enum about { NOTHING, VENDOR, PRODUCT, BOTH };

static bool has_word(struct text t, const char *lower)
{
    size_t n = strlen(lower);
    for (size_t at = 0; at + n <= t.n; at++) {
        size_t i = 0;
        while (i < n && (t.p[at + i] | 32) == lower[i])
            i++;
        if (i == n)
            return true;
    }
    return false;
}

/* A name that holds words of both is about neither. */
static enum about about(struct text name)
{
    bool vendor = has_word(name, "vendor") || has_word(name, "manufacturer");
    bool product = has_word(name, "product") || has_word(name, "model");
    return (enum about)(vendor * VENDOR | product * PRODUCT);
}

/* The other one of an element's two values, or -1. */
static long partner(const struct xml *x, unsigned number)
{
    const struct xml_element *owner = &x->elements[x->values[number].owner];
    if (owner->own != 2)
        return -1;
    return owner->first == number ? owner->last : owner->first;
}

/* What a value is about by its own name, else by what its key says: <x name="vendor" value="A"/>,
 * <x name="vendor">A</x>. */
static enum about value_about(const struct xml *x, unsigned number)
{
    enum about own = about(xml_text(x, xml_local(x, x->values[number].name)));
    long key = partner(x, number);
    if (own || key < 0 || x->values[key].kind != XML_ATTRIBUTE ||
        about(xml_text(x, x->values[key].name)))
        return own;
    return about(xml_text(x, x->values[key].core));
}

static bool is_exact(const struct xml *x, const struct xml_value *v)
{
    return sl_is_named(x, v->name, "vendor") || sl_is_named(x, v->name, "product");
}

/* Of the values about one thing in an element: how many, how many of the very name, and the last of
 * each + 1. */
struct tally {
    unsigned about, exact, last, last_exact;
};

static void count(struct tally *t, const struct tally *more)
{
    t->about += more->about;
    t->exact += more->exact;
    t->last = more->about && !t->last ? more->last : t->last;
    t->last_exact = more->exact && !t->last_exact ? more->last_exact : t->last_exact;
}

/* The value + 1 that is meant; 0: none or not one. */
static unsigned pick(const struct tally *t)
{
    return t->exact == 1 ? t->last_exact : t->about == 1 ? t->last : 0;
}

static void reverse(struct sl_entries *all)
{
    for (unsigned i = 0; i < all->count / 2; i++) {
        struct sl_entry swapped = all->list[i];
        all->list[i] = all->list[all->count - 1 - i];
        all->list[all->count - 1 - i] = swapped;
    }
}

static void name_entries(const struct xml *x, struct sl_entries *all)
{
    struct tally(*tallies)[2] = xalloc(x->element_count * sizeof *tallies);
    bool *holds = xalloc(x->element_count);
    memset(tallies, 0, x->element_count * sizeof *tallies);
    memset(holds, 0, x->element_count);
    for (unsigned i = 0; i < x->value_count; i++) {
        const struct xml_value *v = &x->values[i];
        enum about what = value_about(x, i);
        if (what == NOTHING || what == BOTH)
            continue;
        struct tally *t = &tallies[v->owner][what - VENDOR];
        bool exact = is_exact(x, v);
        t->about++;
        t->last = i + 1;
        t->exact += exact;
        t->last_exact = exact ? i + 1 : t->last_exact;
    }
    for (unsigned i = x->element_count - 1; i > 0; i--) {
        unsigned vendor = pick(&tallies[i][0]), product = pick(&tallies[i][1]);
        unsigned parent = x->elements[i].parent;
        if (!holds[i] && vendor && product) {
            all->list[all->count++] = (struct sl_entry){i, vendor - 1, product - 1};
            holds[i] = true;
        }
        holds[parent] |= holds[i];
        count(&tallies[parent][0], &tallies[i][0]);
        count(&tallies[parent][1], &tallies[i][1]);
    }
    free(tallies);
    free(holds);
}

/* Elements below the root's own children or deeper with two values that are no numbers. */
static void guess_entries(const struct xml *x, struct sl_entries *all)
{
    all->guessed = true;
    for (unsigned i = x->element_count - 1; i > 0; i--) {
        const struct xml_element *e = &x->elements[i];
        bool flat = e->own == 2 && e->after == i + 1;
        bool two = e->own == 0 && e->after == i + 3 && e->values_end - e->values == 2 &&
                   x->elements[i + 1].own == 1 && x->elements[i + 2].own == 1;
        if (e->values_end - e->values == 2 && (flat || two))
            all->list[all->count++] = (struct sl_entry){i, e->values, e->values + 1};
    }
}

static bool same_text(const struct xml *x, struct xml_span a, struct xml_span b)
{
    return text_eq(xml_raw(x, a), xml_raw(x, b));
}

/* The same elements with the same values of the same names; which texts, is not asked. */
static bool same_shape(const struct xml *x, unsigned a, unsigned b)
{
    const struct xml_element *p = &x->elements[a], *q = &x->elements[b];
    if (p->after - a != q->after - b || p->values_end - p->values != q->values_end - q->values)
        return false;
    for (unsigned i = 0; i < p->after - a; i++)
        if (!same_text(x, x->elements[a + i].name, x->elements[b + i].name) ||
            (i && x->elements[a + i].parent - a != x->elements[b + i].parent - b))
            return false;
    for (unsigned i = 0; i < p->values_end - p->values; i++) {
        const struct xml_value *v = &x->values[p->values + i], *w = &x->values[q->values + i];
        if (v->kind != w->kind || v->owner - a != w->owner - b || !same_text(x, v->name, w->name))
            return false;
    }
    return true;
}

/* The value of `last` + 1, beside vendor, product and their keys, that is another in `first`. */
static unsigned difference(const struct xml *x, const struct sl_entry *first,
                           const struct sl_entry *last)
{
    const struct xml_element *e = &x->elements[last->element];
    for (unsigned v = e->values; v < e->values_end; v++) {
        unsigned other = x->elements[first->element].values + v - e->values;
        if (v != last->vendor && v != last->product &&
            !same_text(x, x->values[v].core, x->values[other].core))
            return v + 1;
    }
    return 0;
}

static bool is_of_kind(const struct xml *x, const struct sl_kind *k, const struct sl_entry *e)
{
    unsigned from = x->elements[k->first.element].values, to = x->elements[e->element].values;
    return x->elements[k->first.element].parent == x->elements[e->element].parent &&
           k->first.vendor - from == e->vendor - to && k->first.product - from == e->product - to &&
           same_shape(x, k->first.element, e->element);
}

static void add_to_kind(const struct xml *x, struct sl_entries *all, struct sl_entry e, bool whole)
{
    struct sl_kind *k = NULL;
    for (unsigned i = 0; i < all->kind_count && !k; i++)
        k = is_of_kind(x, &all->kinds[i], &e) ? &all->kinds[i] : NULL;
    if (!k && all->kind_count == SL_KINDS_MAX) {
        all->more = true;
        return;
    }
    if (!k) {
        k = &all->kinds[all->kind_count++];
        *k = (struct sl_kind){.first = e, .whole = true, .guessed = all->guessed};
    }
    k->vendors |= !same_text(x, x->values[k->first.vendor].core, x->values[e.vendor].core);
    unsigned differs = difference(x, &k->first, &e);
    k->differs = differs ? differs : k->differs;
    k->whole &= whole;
    k->last = e;
    k->count++;
}

/* Each entry as it is and as what is around it, as far as that holds no other one. */
static void sort_kinds(const struct xml *x, struct sl_entries *all)
{
    unsigned *held = xalloc(x->element_count * sizeof *held), next = all->count;
    memset(held, 0, x->element_count * sizeof *held);
    for (unsigned i = x->element_count - 1; i > 0; i--) {
        if (next && all->list[next - 1].element == i) {
            held[i]++;
            next--;
        }
        held[x->elements[i].parent] += held[i];
    }
    for (unsigned i = 0; i < all->count; i++) {
        struct sl_entry e = all->list[i];
        for (bool whole = false; !whole;) {
            unsigned parent = x->elements[e.element].parent;
            whole = parent == 0 || held[parent] > 1;
            add_to_kind(x, all, e, whole);
            e.element = parent;
        }
    }
    free(held);
}

struct sl_entries sl_entries(const struct xml *x)
{
    struct sl_entries all = {.list = xalloc(x->element_count * sizeof *all.list)};
    name_entries(x, &all);
    if (!all.count)
        guess_entries(x, &all);
    reverse(&all);
    sort_kinds(x, &all);
    return all;
}

static const struct sl_kind *ask(struct xml_refusal *why, unsigned line, const char *what)
{
    xml_refuse(why, line, "%s: choose with --like, or have the vendor give the entry", what);
    why->choice = true;
    return NULL;
}

/* A value outside of the entries, + 1, that says how many there are: one more would make it wrong.
 */
static unsigned counter(const struct xml *x, const struct sl_kind *k)
{
    char count[12];
    text_print(count, sizeof count, "%u", k->count);
    unsigned begin = x->elements[k->first.element].values;
    unsigned end = x->elements[k->last.element].values_end;
    for (unsigned v = 0; v < x->value_count; v++)
        if ((v < begin || v >= end) && xml_value_is(x, &x->values[v], text_of(count)))
            return v + 1;
    return 0;
}

const struct sl_kind *sl_kind(const struct xml *x, const struct sl_entries *all, unsigned like,
                              bool place_only, struct xml_refusal *why)
{
    const struct sl_kind *found = NULL;
    unsigned wholes = 0;
    if (!all->kind_count) {
        xml_refuse(why, 0, "it has no entry with a vendor and a product to learn from");
        return NULL;
    }
    if (like)
        return like <= all->kind_count ? &all->kinds[like - 1]
                                       : ask(why, 0, "it has not as many kinds of entries");
    for (unsigned i = 0; i < all->kind_count; i++)
        if (all->kinds[i].whole) {
            found = &all->kinds[i];
            wholes++;
        }
    if (!found || wholes > 1 || all->more)
        return ask(why, 0, "entries are of several kinds or at several places");
    unsigned line = xml_line(x, x->elements[found->last.element].whole.begin);
    if (found->guessed)
        return ask(why, line, "no name in it says what a vendor and a product is");
    unsigned counts = counter(x, found), doubt = counts ? counts : place_only ? 0 : found->differs;
    if (doubt) {
        struct text name = xml_text(x, x->values[doubt - 1].name);
        char what[140];
        text_print(what, sizeof what, "%s'%.*s' %s", counts ? "" : "the entries do not show what ",
                   (int)(name.n < 60 ? name.n : 60), name.p,
                   counts ? "seems to count the entries, and has to be raised by hand"
                          : "of a new one has to be");
        return ask(why, xml_line(x, x->values[doubt - 1].core.begin), what);
    }
    if (place_only)
        return found;
    return found->vendors ? found : ask(why, line, "its entries are of one vendor only");
}

/* As `wanted` is, blanks and comments between its parts aside. */
static bool is_wanted(const struct xml *x, unsigned element, const struct xml *wanted)
{
    const struct xml_element *e = &x->elements[element];
    if (e->after - element != wanted->element_count ||
        e->values_end - e->values != wanted->value_count)
        return false;
    for (unsigned i = 0; i < wanted->element_count; i++)
        if (!text_eq(xml_text(x, x->elements[element + i].name),
                     xml_text(wanted, wanted->elements[i].name)) ||
            (i && x->elements[element + i].parent - element != wanted->elements[i].parent))
            return false;
    for (unsigned i = 0; i < wanted->value_count; i++) {
        const struct xml_value *v = &x->values[e->values + i], *w = &wanted->values[i];
        if (v->kind != w->kind || v->owner - element != w->owner ||
            !text_eq(xml_text(x, v->name), xml_text(wanted, w->name)) ||
            !text_eq(xml_text(x, v->core), xml_text(wanted, w->core)))
            return false;
    }
    return true;
}

static bool holds(const struct xml *x, unsigned element, struct text text)
{
    const struct xml_element *e = &x->elements[element];
    for (unsigned i = e->values; i < e->values_end; i++)
        if (xml_value_is(x, &x->values[i], text))
            return true;
    return false;
}

/* Of the template's name, with both texts in it. */
static bool looks_wanted(const struct xml *x, unsigned element, const struct sl_rule *rule,
                         const struct xml *wanted)
{
    return text_eq(xml_text(x, x->elements[element].name),
                   xml_text(wanted, wanted->elements[0].name)) &&
           holds(x, element, rule->vendor) && holds(x, element, rule->product);
}

enum sl_found sl_find(const struct xml *x, const struct sl_entries *all, const struct sl_rule *rule,
                      const struct xml *wanted, unsigned *element)
{
    unsigned found = 0, exact = 0, next = 0, end = 0;
    for (unsigned i = 1; i < x->element_count; i++) {
        bool ours = wanted && i >= end && looks_wanted(x, i, rule, wanted);
        while (next < all->count && all->list[next].element < i)
            next++;
        if (!ours && i >= end && next < all->count && all->list[next].element == i)
            ours = xml_value_is(x, &x->values[all->list[next].vendor], rule->vendor) &&
                   xml_value_is(x, &x->values[all->list[next].product], rule->product);
        if (!ours)
            continue;
        end = x->elements[i].after; /* what lies in it is no second one */
        exact += !wanted || is_wanted(x, i, wanted);
        if (!found++)
            *element = i;
    }
    return !found ? SL_ABSENT : found == 1 && exact == 1 ? SL_PRESENT : SL_OTHER;
}
