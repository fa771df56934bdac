/* SPDX-License-Identifier: MIT */
/* Which of a file's numbers is its version. */
#include "slentry.h"

#include <stdlib.h>

bool sl_is_named(const struct xml *x, struct xml_span name, const char *lower)
{
    struct text t = xml_text(x, xml_local(x, name));
    size_t n = strlen(lower);
    if (t.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((t.p[i] >= 'A' && t.p[i] <= 'Z' ? t.p[i] + 32 : t.p[i]) != lower[i])
            return false;
    return true;
}

/* How many numbers t is, joined by dots, none over 65535 and without leading zeros; 0: it is not.
 */
static unsigned numbers(struct text t)
{
    unsigned parts = 0;
    for (size_t i = 0; parts < 4;) {
        unsigned value = 0;
        size_t begin = i;
        while (i < t.n && t.p[i] >= '0' && t.p[i] <= '9' && value <= 65535)
            value = value * 10 + (unsigned)(t.p[i++] - '0');
        if (i == begin || (i > begin + 1 && t.p[begin] == '0') || value > 65535)
            return 0;
        parts++;
        if (i == t.n)
            return parts > 1 ? parts : 0;
        if (t.p[i++] != '.')
            return 0;
    }
    return 0;
}

/* Is a value the version by its own name, or by its element's or partner's where its own says
 * nothing: <version value="..."/>, <add key="version" value="..."/>, <p name="version">...</p>. */
static bool is_version(const struct xml *x, unsigned number)
{
    static const char *const keys[] = {"name", "key", "id"};
    const struct xml_value *v = &x->values[number];
    const struct xml_element *owner = &x->elements[v->owner];
    if (sl_is_named(x, v->name, "version"))
        return true;
    if (v->kind == XML_ATTRIBUTE && !sl_is_named(x, v->name, "value"))
        return false;
    if (v->kind == XML_ATTRIBUTE && owner->own == 1)
        return sl_is_named(x, owner->name, "version");
    const struct xml_value *key = &x->values[owner->first == number ? owner->last : owner->first];
    for (size_t i = 0; i < 3 && owner->own == 2 && key->kind == XML_ATTRIBUTE; i++)
        if (sl_is_named(x, key->name, keys[i]))
            return sl_is_named(x, key->core, "version");
    return false;
}

static void add(struct sl_versions *all, struct sl_version v)
{
    if (!(all->count & (all->count - 1)))
        all->list = xgrow(all->list, (all->count ? 2 * (size_t)all->count : 1) * sizeof v);
    all->list[all->count++] = v;
}

static bool is_part(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || (unsigned char)c >= 0x80;
}

/* In a comment, two numbers might be anything. */
static void add_comment(const struct xml *x, struct xml_span comment, struct sl_versions *all)
{
    for (size_t i = comment.begin; i < comment.end;) {
        size_t begin = i;
        while (i < comment.end && is_part(x->p[i]))
            i++;
        struct xml_span at = {begin, i};
        unsigned parts = numbers(xml_text(x, at));
        if (parts > 2)
            add(all, (struct sl_version){.at = at, .parts = parts});
        i += i == begin;
    }
}

struct sl_versions sl_versions(const struct xml *x)
{
    struct sl_versions all = {0};
    unsigned comment = 0;
    for (unsigned i = 0; i <= x->value_count; i++) {
        while (comment < x->comment_count &&
               (i == x->value_count || x->comments[comment].begin < x->values[i].core.begin))
            add_comment(x, x->comments[comment++], &all);
        if (i == x->value_count)
            break;
        unsigned parts = numbers(xml_text(x, x->values[i].core));
        if (parts)
            add(&all, (struct sl_version){x->values[i].core, parts, i + 1, is_version(x, i)});
    }
    return all;
}

/* Has another element of this name a value of this name, too? Then it is not the file's. */
static bool is_repeated(const struct xml *x, unsigned number)
{
    const struct xml_value *v = &x->values[number];
    struct text name = xml_raw(x, x->elements[v->owner].name);
    for (unsigned i = 0; i < x->value_count; i++) {
        const struct xml_value *w = &x->values[i];
        if (w->owner != v->owner && w->kind == v->kind &&
            text_eq(xml_raw(x, w->name), xml_raw(x, v->name)) &&
            text_eq(xml_raw(x, x->elements[w->owner].name), name) && is_version(x, i))
            return true;
    }
    return false;
}

static const struct sl_version *ask(struct xml_refusal *why, const char *what)
{
    xml_refuse(why, 0, "%s: choose the version of the file with --version-at", what);
    why->choice = true;
    return NULL;
}

const struct sl_version *sl_version(const struct xml *x, const struct sl_versions *all, unsigned at,
                                    size_t end, struct xml_refusal *why)
{
    const struct sl_version *found = NULL;
    unsigned count = 0;
    if (!all->count) {
        xml_refuse(why, 0, "it has no version, as 2.0.0.4 is one");
        return NULL;
    }
    if (at)
        return at <= all->count ? &all->list[at - 1] : ask(why, "it has not as many numbers");
    for (unsigned i = 0; i < all->count && all->list[i].at.begin < end; i++)
        if (all->list[i].named && all->list[i].parts > 2) {
            found = &all->list[i];
            count++;
        }
    if (count > 1)
        return ask(why, "several values named 'version' stand before its entries");
    if (!count)
        return ask(why, "no value named 'version' with a number as 2.0.0.4 stands before its "
                        "entries");
    if (found->parts != 4)
        return ask(why, "its version has not four numbers");
    return is_repeated(x, found->value - 1)
               ? ask(why, "what is named 'version' stands in several elements of one name")
               : found;
}
