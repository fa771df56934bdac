/* SPDX-License-Identifier: MIT */
#include "sledit.h"

#include "slclone.h"
#include "slreading.h"

#include <stdlib.h>

static struct sl_splice *splice(struct sl_change *change, const struct xml *x, size_t begin,
                                size_t end)
{
    struct sl_splice *s = &change->at[change->count++];
    *s = (struct sl_splice){x->mark + begin * x->width, x->mark + end * x->width, {0}};
    return s;
}

/* `spare`: how often it has to be raised afterwards. */
static bool raise_version(const struct reading *r, unsigned spare, struct sl_change *change,
                          struct xml_refusal *why)
{
    const struct xml *x = &r->x;
    const struct sl_version *version = reading_version(r, why);
    if (!version)
        return false;
    struct text t = xml_text(x, version->at);
    size_t last = t.n;
    unsigned value = 0;
    while (t.p[last - 1] != '.')
        last--;
    for (size_t i = last; i < t.n; i++)
        value = value * 10 + (unsigned)(t.p[i] - '0');
    if (value + spare >= 65535) {
        xml_refuse(why, xml_line(x, version->at.begin), "its version cannot be raised%s",
                   value < 65535 ? " once more to take the entry out again" : "");
        return false;
    }
    char digits[8];
    text_print(digits, sizeof digits, "%u", value + 1);
    struct sl_splice *s = splice(change, x, version->at.begin + last, version->at.end);
    xml_add_ascii(x, &s->in, text_of(digits));
    reading_version_text(r, version, change->before);
    text_print(change->after, sizeof change->after, "%.*s%s", (int)last, change->before, digits);
    return true;
}

/* The last element of the template's name: 0 where there is none, -1 where they have several
 * parents. */
static long template_sibling(const struct reading *r)
{
    long sibling = 0;
    for (unsigned i = 1; i < r->x.element_count; i++) {
        if (!reading_is_named(r, i))
            continue;
        if (sibling && r->x.elements[i].parent != r->x.elements[sibling].parent)
            return -1;
        sibling = (long)i;
    }
    return sibling;
}

/* Behind the chosen kind of entries; else behind the last element of the template's name; else
 * behind the entries that are there; else at the end of the root element. */
static bool place_template(const struct reading *r, struct sl_splice *s, size_t *at,
                           struct xml_refusal *why)
{
    const struct xml *x = &r->x;
    long sibling = r->rule->like ? 0 : template_sibling(r);
    unsigned first_child = x->elements[0].after > 1;
    if (sibling < 0) {
        xml_refuse(why, 0, "entries of this name stand at several places%s",
                   r->all.kind_count ? ": choose with --like" : "");
        why->choice = r->all.kind_count > 0;
        return false;
    }
    if (r->rule->like || (!sibling && r->all.count && !r->all.guessed)) {
        const struct sl_kind *kind = sl_kind(x, &r->all, r->rule->like, true, why);
        if (!kind)
            return false;
        sibling = (long)kind->last.element;
    }
    if (x->elements[0].close == x->elements[0].whole.end) {
        xml_refuse(why, xml_line(x, 0), "its root element is closed where it opens");
        return false;
    }
    *at = sibling ? x->elements[sibling].whole.end : sl_gap_before(x, x->elements[0].close).begin;
    struct xml_span gap = {0, 0};
    if (sibling || first_child)
        gap = sl_gap_before(x, x->elements[sibling ? sibling : 1].whole.begin);
    buf_text(&s->in, xml_raw(x, gap));
    sl_template(x, &(struct sl_rule){.entry = xml_raw(&r->wanted, r->wanted.elements[0].whole)},
                gap, &s->in);
    return true;
}

static bool place_entry(const struct reading *r, struct sl_change *change, struct xml_refusal *why)
{
    const struct xml *x = &r->x;
    struct sl_splice s = {0};
    size_t at;
    if (r->rule->entry.n) {
        if (!place_template(r, &s, &at, why))
            return false;
    } else {
        const struct sl_kind *kind = sl_kind(x, &r->all, r->rule->like, false, why);
        if (!kind)
            return false;
        const struct xml_element *e = &x->elements[kind->last.element];
        size_t version = (change->at[0].begin - x->mark) / x->width;
        if (version > e->whole.begin && version < e->whole.end) {
            xml_refuse(why, xml_line(x, version),
                       "the chosen version stands in the entry that would be cloned");
            why->choice = true;
            return false;
        }
        at = e->whole.end;
        buf_text(&s.in, xml_raw(x, sl_gap_before(x, e->whole.begin)));
        sl_clone(x, &kind->last, r->rule, &s.in);
    }
    s.begin = s.end = x->mark + at * x->width;
    if (change->at[0].begin > s.begin) { /* the version may stand behind */
        change->at[1] = change->at[0];
        change->at[0] = s;
        change->inserted_at = s.begin;
    } else {
        change->at[1] = s;
        change->inserted_at =
            s.begin + change->at[0].in.n - (change->at[0].end - change->at[0].begin);
    }
    change->count = 2;
    buf_text(&change->inserted, text_buf(&s.in));
    return true;
}

static bool refuse_other(const struct reading *r, unsigned element, struct xml_refusal *why)
{
    xml_refuse(why, xml_line(&r->x, r->x.elements[element].whole.begin),
               "it has an entry for this vendor and product already, more than once or not as the "
               "rule's own entry is");
    return false;
}

/* Does taking out give `file` back but for the version, and is ours there once? */
static bool keeps_laws(struct text file, const struct sl_rule *rule, const struct sl_change *change)
{
    struct sl_view view;
    struct xml_refusal ignored;
    struct buf with = {0}, version = {0}, without = {0};
    struct sl_mine mine = {text_buf(&change->inserted), change->inserted_at};
    struct sl_change only = {.count = 1};
    sl_apply(file, change, &with);
    only.at[0] = change->at[change->at[0].begin == change->at[0].end];
    sl_apply(file, &only, &version);
    size_t begin = mine.at, end = begin + mine.bytes.n;
    buf_text(&without, text_sub(text_buf(&with), 0, begin));
    buf_text(&without, text_sub(text_buf(&with), end, with.n));
    bool good = sl_look(text_buf(&with), rule, &mine, &view, &ignored) && view.mine &&
                strcmp(view.version, change->after) == 0 &&
                (view.found == SL_PRESENT || (rule->like && view.found == SL_ABSENT)) &&
                text_eq(text_buf(&without), text_buf(&version));
    buf_free(&with);
    buf_free(&version);
    buf_free(&without);
    return good;
}

/* From a change of the file without what an earlier run put in to one of the file with it. */
static void replace_mine(const struct reading *r, struct sl_change *change)
{
    size_t n = r->out_end - r->out_begin;
    struct sl_splice out = {r->out_begin, r->out_end, {0}};
    unsigned at = 0;
    for (unsigned i = 0; i < change->count; i++) {
        struct sl_splice *s = &change->at[i];
        if (s->begin == s->end && s->begin == r->out_begin) {
            s->end = r->out_end;
            for (unsigned k = i + 1; k < change->count; k++) {
                change->at[k].begin += n;
                change->at[k].end += n;
            }
            return;
        }
        if (s->begin >= r->out_begin) {
            s->begin += n;
            s->end += n;
        } else {
            at = i + 1;
        }
    }
    for (unsigned i = change->count; i > at; i--)
        change->at[i] = change->at[i - 1];
    change->at[at] = out;
    change->count++;
}

bool sl_install(struct text file, const struct sl_rule *rule, const struct sl_mine *mine,
                struct sl_change *change, struct xml_refusal *why)
{
    struct reading r;
    bool there;
    unsigned element = 0;
    *change = (struct sl_change){0};
    bool good = reading_read(&r, file, rule, mine, &there, why);
    enum sl_found found = good ? reading_find(&r, &element) : SL_OTHER;
    if (good && (found == SL_OTHER || (there && found == SL_PRESENT))) {
        good = refuse_other(&r, element, why);
    } else if (good && found == SL_ABSENT) {
        good = raise_version(&r, 1, change, why) && place_entry(&r, change, why);
        if (good && !keeps_laws(there ? text_buf(&r.without) : file, rule, change)) {
            xml_refuse(why, 0, "what would be added to it could not be taken out again");
            good = false;
        }
    }
    if (good && there && change->count) {
        const struct sl_splice *s = &change->at[change->at[0].begin != change->at[0].end];
        bool same = s->begin == r.out_begin &&
                    text_eq(text_buf(&change->inserted), text_sub(file, r.out_begin, r.out_end));
        if (same)
            sl_change_free(change);
        else
            replace_mine(&r, change);
    }
    if (!good)
        sl_change_free(change);
    reading_free(&r);
    return good;
}

bool sl_remove(struct text file, const struct sl_rule *rule, const struct sl_mine *mine,
               struct sl_change *change, struct xml_refusal *why)
{
    struct reading r;
    bool there;
    *change = (struct sl_change){0};
    bool good = reading_read(&r, file, rule, mine, &there, why);
    if (good && !there) {
        xml_refuse(why, 0, "the added entry is missing, or is there twice");
        good = false;
    }
    good = good && raise_version(&r, 0, change, why);
    if (good)
        replace_mine(&r, change);
    else
        sl_change_free(change);
    reading_free(&r);
    return good;
}

void sl_change_free(struct sl_change *change)
{
    for (unsigned i = 0; i < change->count; i++)
        buf_free(&change->at[i].in);
    buf_free(&change->inserted);
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
