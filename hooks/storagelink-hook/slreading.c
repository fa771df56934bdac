/* SPDX-License-Identifier: MIT */
#include "slreading.h"

#include "slclone.h"

#include <stdlib.h>

void reading_free(struct reading *r)
{
    free(r->all.list);
    free(r->versions.list);
    xml_free(&r->x);
    xml_free(&r->wanted);
    buf_free(&r->without);
}

static bool template_is_good(const struct reading *r, struct xml_refusal *why)
{
    unsigned vendors = 0, products = 0;
    struct text element = xml_raw(&r->wanted, r->wanted.elements[0].whole);
    for (size_t i = 0; i < element.n; i++)
        if ((unsigned char)element.p[i] > '~') {
            xml_refuse(why, 0, "the rule's own entry is not all ASCII");
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

/* Where `bytes` stand in the file: how often, and the last of these places. */
static unsigned places(const struct xml *x, struct text file, struct text bytes, size_t *at)
{
    unsigned count = 0;
    for (size_t i = x->mark; bytes.n && i + bytes.n <= file.n; i += x->width)
        if (file.p[i] == *bytes.p && text_eq(text_sub(file, i, i + bytes.n), bytes)) {
            count++;
            *at = i;
        }
    return count;
}

static struct text without_blanks(const struct xml *x, struct text t)
{
    while (t.n >= x->width && xml_is_blank(t.p[0]) && (x->width == 1 || !t.p[1]))
        t = text_sub(t, x->width, t.n);
    return t;
}

/* What an earlier run put in, as it is there now; false where it is not, or more than once. */
static bool find_mine(const struct xml *x, struct text file, struct text bytes, size_t *begin,
                      size_t *end)
{
    struct text element = without_blanks(x, bytes);
    size_t at = 0;
    if (places(x, file, element, &at) != 1)
        return false;
    *end = at + element.n;
    size_t blanks = bytes.n - element.n;
    if (at >= x->mark + blanks &&
        text_eq(text_sub(file, at - blanks, at), text_sub(bytes, 0, blanks)))
        *begin = at - blanks;
    else
        *begin = x->mark + sl_gap_before(x, (at - x->mark) / x->width).begin * x->width;
    return true;
}

static bool read_template(struct reading *r, struct xml_refusal *why)
{
    if (!r->rule->entry.n)
        return true;
    if (xml_read(&r->wanted, r->rule->entry, why))
        return template_is_good(r, why);
    char reason[sizeof why->reason];
    text_print(reason, sizeof reason, "%s", why->reason);
    xml_refuse(why, 0, "the rule's own entry is not good: %s", reason);
    return false;
}

bool reading_read(struct reading *r, struct text file, const struct sl_rule *rule,
                  const struct sl_mine *mine, bool *there, struct xml_refusal *why)
{
    *r = (struct reading){.rule = rule};
    *there = false;
    if (!read_template(r, why) || !xml_read(&r->x, file, why))
        return false;
    if (mine->bytes.n && find_mine(&r->x, file, mine->bytes, &r->out_begin, &r->out_end)) {
        *there = true;
        xml_free(&r->x);
        buf_text(&r->without, text_sub(file, 0, r->out_begin));
        buf_text(&r->without, text_sub(file, r->out_end, file.n));
        if (!xml_read(&r->x, text_buf(&r->without), why))
            return false;
    }
    r->all = sl_entries(&r->x);
    r->versions = sl_versions(&r->x);
    return true;
}

enum sl_found reading_find(const struct reading *r, unsigned *element)
{
    return sl_find(&r->x, &r->all, r->rule, r->rule->entry.n ? &r->wanted : NULL, element);
}

bool reading_is_named(const struct reading *r, unsigned element)
{
    return text_eq(xml_text(&r->x, r->x.elements[element].name),
                   xml_text(&r->wanted, r->wanted.elements[0].name));
}

const struct sl_version *reading_version(const struct reading *r, struct xml_refusal *why)
{
    const struct xml *x = &r->x;
    size_t end = x->n;
    for (unsigned i = 0; i < r->all.kind_count && !r->all.guessed; i++) {
        size_t begin = x->elements[r->all.kinds[i].first.element].whole.begin;
        end = begin < end ? begin : end;
    }
    for (unsigned i = 1; r->rule->entry.n && i < x->element_count; i++)
        if (reading_is_named(r, i)) {
            end = x->elements[i].whole.begin < end ? x->elements[i].whole.begin : end;
            break;
        }
    return sl_version(x, &r->versions, r->rule->version_at, end, why);
}

void reading_version_text(const struct reading *r, const struct sl_version *v, char out[24])
{
    struct text t = xml_text(&r->x, v->at);
    text_print(out, 24, "%.*s", (int)t.n, t.p);
}
