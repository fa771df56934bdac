/* SPDX-License-Identifier: MIT */
#include "slentry.h"

#include <stdlib.h>

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

/* A name that holds both words is about neither. */
static bool is_about(struct text name, const char *word, const char *other)
{
    return has_word(name, word) && !has_word(name, other);
}

/* The value of a pair is about what its key says: <x name="vendor" value="ACME"/>,
 * <x name="vendor">ACME</x>. */
static bool pair_is_about(const struct xml *x, unsigned number, const char *word, const char *other)
{
    const struct xml_value *value = &x->values[number];
    const struct xml_element *owner = &x->elements[value->owner];
    const struct xml_value *key = &x->values[owner->first == number ? owner->last : owner->first];
    if (owner->own != 2 || key->kind != XML_ATTRIBUTE)
        return false;
    struct text own = xml_text(x, xml_local(x, value->name)), its = xml_text(x, key->name);
    bool plain = !has_word(own, "vendor") && !has_word(own, "product") &&
                 !has_word(its, "vendor") && !has_word(its, "product");
    return plain && is_about(xml_text(x, key->core), word, other);
}

/* The one value of an element and what is in it that is about `word`; where several are, the one
 * whose name is no more than the word. -1: none or not one. */
static long pick(const struct xml *x, unsigned element, const char *word, const char *other)
{
    const struct xml_element *e = &x->elements[element];
    unsigned exact = 0, about = 0;
    long found = -1, found_exact = -1;
    for (unsigned i = e->values; i < e->values_end; i++) {
        struct text name = xml_text(x, xml_local(x, x->values[i].name));
        if (!is_about(name, word, other) && !pair_is_about(x, i, word, other))
            continue;
        found = (long)i;
        about++;
        if (name.n == strlen(word) && is_about(name, word, other)) {
            found_exact = (long)i;
            exact++;
        }
    }
    return exact == 1 ? found_exact : about == 1 ? found : -1;
}

struct sl_entries sl_entries(const struct xml *x)
{
    struct sl_entries all = {xalloc(x->element_count * sizeof *all.list), 0};
    bool *holds = xalloc(x->element_count);
    memset(holds, 0, x->element_count);
    for (unsigned i = x->element_count - 1; i > 0; i--) {
        long vendor = holds[i] ? -1 : pick(x, i, "vendor", "product");
        long product = vendor < 0 ? -1 : pick(x, i, "product", "vendor");
        if (product >= 0) {
            all.list[all.count++] = (struct sl_entry){i, (unsigned)vendor, (unsigned)product};
            holds[i] = true;
        }
        if (holds[i])
            holds[x->elements[i].parent] = true;
    }
    for (unsigned i = 0; i < all.count / 2; i++) {
        struct sl_entry swapped = all.list[i];
        all.list[i] = all.list[all.count - 1 - i];
        all.list[all.count - 1 - i] = swapped;
    }
    free(holds);
    return all;
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

static bool is_in(const struct xml *x, unsigned element, unsigned outer)
{
    return element >= outer && element < x->elements[outer].after;
}

/* Where <device> holds its vendor and product in an element of its own, the innermost is not what
 * is repeated: entries are the children of the innermost element that holds all of them. */
static bool lift(const struct xml *x, struct sl_entries *all, struct xml_refusal *why)
{
    unsigned common = x->elements[all->list[0].element].parent;
    while (!is_in(x, all->list[all->count - 1].element, common))
        common = x->elements[common].parent;
    if (all->count == 1 && common != 0) {
        xml_refuse(why, xml_line(x, x->elements[all->list[0].element].whole.begin),
                   "the only entry is not right below the root element, which does not show what "
                   "is to be repeated");
        return false;
    }
    for (unsigned i = 0; i < all->count; i++) {
        unsigned *element = &all->list[i].element;
        while (x->elements[*element].parent != common)
            *element = x->elements[*element].parent;
        if (i && all->list[i - 1].element == *element) {
            xml_refuse(why, xml_line(x, x->elements[*element].whole.begin),
                       "entries stand at several places, and which is ours cannot be learnt");
            return false;
        }
    }
    return true;
}

/* In <x name="vendor" value="ACME"/> the word "vendor". */
static bool is_key(const struct xml *x, unsigned number, unsigned of, const char *word,
                   const char *other)
{
    return x->values[number].owner == x->values[of].owner && pair_is_about(x, of, word, other) &&
           is_about(xml_text(x, x->values[number].core), word, other);
}

/* A value beside vendor and product is cloned when every entry of this shape has the same. */
static bool check_others(const struct xml *x, const struct sl_entries *all,
                         const struct sl_entry *last, struct xml_refusal *why)
{
    const struct xml_element *e = &x->elements[last->element];
    unsigned *alike = xalloc(all->count * sizeof *alike), count = 0;
    for (unsigned i = 0; i + 1 < all->count; i++)
        if (same_shape(x, all->list[i].element, last->element))
            alike[count++] = all->list[i].element;
    bool good = true;
    for (unsigned v = e->values; good && v < e->values_end; v++) {
        if (v == last->vendor || v == last->product ||
            is_key(x, v, last->vendor, "vendor", "product") ||
            is_key(x, v, last->product, "product", "vendor"))
            continue;
        good = count > 0;
        for (unsigned i = 0; good && i < count; i++) {
            unsigned at = x->elements[alike[i]].values + v - e->values;
            good = same_text(x, x->values[at].core, x->values[v].core);
        }
        if (!good) {
            struct text name = xml_text(x, x->values[v].name);
            xml_refuse(why, xml_line(x, x->values[v].core.begin),
                       "the entries do not show what '%.*s' of a new one has to be",
                       (int)(name.n < 60 ? name.n : 60), name.p);
        }
    }
    free(alike);
    return good;
}

/* As lift(), on a copy: the caller frees its list. */
static bool lifted_copy(const struct xml *x, const struct sl_entries *all, struct sl_entries *out,
                        struct xml_refusal *why)
{
    size_t size = all->count * sizeof *all->list;
    *out = (struct sl_entries){xalloc(size), all->count};
    memcpy(out->list, all->list, size);
    return lift(x, out, why);
}

bool sl_repeated(const struct xml *x, const struct sl_entries *all, unsigned number,
                 unsigned *element, struct xml_refusal *why)
{
    struct sl_entries lifted;
    bool good = lifted_copy(x, all, &lifted, why);
    *element = lifted.list[number].element;
    free(lifted.list);
    return good;
}

bool sl_learn(const struct xml *x, const struct sl_entries *all, struct sl_entry *last,
              struct xml_refusal *why)
{
    if (!all->count) {
        xml_refuse(why, 0, "it has no entry with a vendor and a product to learn from");
        return false;
    }
    struct sl_entries lifted;
    bool good = lifted_copy(x, all, &lifted, why);
    *last = lifted.list[lifted.count - 1];
    const struct xml_span name = x->elements[last->element].name;
    for (unsigned i = 0; good && i < lifted.count; i++)
        if (!same_text(x, x->elements[lifted.list[i].element].name, name)) {
            xml_refuse(why, xml_line(x, x->elements[last->element].whole.begin),
                       "entries are of several kinds, and which is ours cannot be learnt");
            good = false;
        }
    good = good && check_others(x, &lifted, last, why);
    free(lifted.list);
    return good;
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
    unsigned count = 0, exact = 0, next = 0, end = 0;
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
        if (!count++)
            *element = i;
    }
    return !count ? SL_ABSENT : count == 1 && exact == 1 ? SL_PRESENT : SL_OTHER;
}

static bool is_version(struct text t)
{
    unsigned parts = 0;
    for (size_t i = 0; parts < 4; parts++) {
        unsigned value = 0;
        size_t begin = i;
        while (i < t.n && t.p[i] >= '0' && t.p[i] <= '9' && value <= 65535)
            value = value * 10 + (unsigned)(t.p[i++] - '0');
        bool digits = i > begin && (i == begin + 1 || t.p[begin] != '0') && value <= 65535;
        if (!digits || (parts < 3 && (i >= t.n || t.p[i++] != '.')))
            return false;
        if (parts == 3)
            return i == t.n;
    }
    return false;
}

const struct xml_value *sl_version(const struct xml *x, size_t end)
{
    const struct xml_value *first = NULL;
    for (unsigned i = 0; i < x->value_count && x->values[i].core.begin < end; i++) {
        if (!is_version(xml_text(x, x->values[i].core)))
            continue;
        if (has_word(xml_text(x, x->values[i].name), "version"))
            return &x->values[i];
        first = first ? first : &x->values[i];
    }
    return first;
}
