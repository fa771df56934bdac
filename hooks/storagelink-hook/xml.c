/* SPDX-License-Identifier: MIT */
#include "xml.h"

#include <stdlib.h>

struct reader {
    struct xml *x;
    struct xml_refusal *why;
    size_t at;
    unsigned open[XML_DEEPEST]; /* elements whose end tag is to come */
    unsigned depth;
};

static bool refuse(struct reader *r, size_t at, const char *reason)
{
    xml_refuse(r->why, xml_line(r->x, at), "%s", reason);
    return false;
}

static bool is_name(char c, bool first)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
                  (unsigned char)c >= 0x80;
    return letter || (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

static bool sees(const struct reader *r, const char *word)
{
    return text_starts((struct text){r->x->p + r->at, r->x->n - r->at}, word);
}

/* Moves behind the next `word`; false where there is none. */
static bool skip_to(struct reader *r, const char *word)
{
    for (; r->at < r->x->n; r->at++)
        if (r->x->p[r->at] == *word && sees(r, word)) {
            r->at += strlen(word);
            return true;
        }
    return false;
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->x->n && xml_is_blank(r->x->p[r->at]))
        r->at++;
}

/* Arrays grow by doubling: room for one more where `count` is a power of two. */
static void *room(void *array, unsigned count, size_t size)
{
    return count & (count - 1) ? array : xgrow(array, (count ? 2 * (size_t)count : 1) * size);
}

static bool take_name(struct reader *r, struct xml_span *name)
{
    name->begin = r->at;
    while (r->at < r->x->n && is_name(r->x->p[r->at], r->at == name->begin))
        r->at++;
    name->end = r->at;
    if (name->end - name->begin > XML_NAME_MAX)
        return refuse(r, name->begin, "a name has more than 255 letters");
    return name->end > name->begin || refuse(r, r->at, "a name is missing");
}

static bool check_references(struct reader *r, struct xml_span span)
{
    for (size_t i = span.begin; i < span.end; i++)
        if (r->x->p[i] == '&' && !xml_reference(r->x, i))
            return refuse(r, i, "'&' begins no reference that XML itself knows");
    return true;
}

static void add_value(struct reader *r, enum xml_kind kind, struct xml_span name,
                      struct xml_span room_of_it)
{
    struct xml *x = r->x;
    struct xml_span core = room_of_it;
    while (core.begin < core.end && xml_is_blank(x->p[core.begin]))
        core.begin++;
    while (core.begin < core.end && xml_is_blank(x->p[core.end - 1]))
        core.end--;
    if (core.begin == core.end && kind != XML_ATTRIBUTE)
        return;
    unsigned owner = kind == XML_ATTRIBUTE ? x->element_count - 1 : r->open[r->depth - 1];
    struct xml_element *e = &x->elements[owner];
    if (!e->own++)
        e->first = x->value_count;
    e->last = x->value_count;
    x->values = room(x->values, x->value_count, sizeof *x->values);
    x->values[x->value_count++] = (struct xml_value){kind, owner, name, core, room_of_it};
}

static bool take_attribute(struct reader *r)
{
    struct xml *x = r->x;
    struct xml_span name;
    if (!take_name(r, &name))
        return false;
    skip_blanks(r);
    if (r->at == x->n || x->p[r->at] != '=')
        return refuse(r, r->at, "an attribute has no value");
    r->at++;
    skip_blanks(r);
    char quote = '\0';
    if (r->at < x->n)
        quote = x->p[r->at];
    if (quote != '"' && quote != '\'')
        return refuse(r, r->at, "an attribute's value has no quotes");
    struct xml_span value = {++r->at, r->at};
    while (r->at < x->n && x->p[r->at] != quote && x->p[r->at] != '<')
        r->at++;
    if (r->at == x->n || x->p[r->at] != quote)
        return refuse(r, value.begin, "an attribute's value does not end");
    value.end = r->at++;
    if (!check_references(r, value))
        return false;
    add_value(r, XML_ATTRIBUTE, name, value);
    if (x->elements[x->element_count - 1].own > XML_ATTRIBUTES_MAX)
        return refuse(r, name.begin, "an element has more than 256 attributes");
    return true;
}

static bool take_start(struct reader *r)
{
    struct xml *x = r->x;
    size_t begin = r->at++;
    struct xml_span name;
    if (!take_name(r, &name))
        return false;
    if (r->depth == XML_DEEPEST)
        return refuse(r, begin, "elements are nested too deep");
    unsigned number = x->element_count;
    x->elements = room(x->elements, number, sizeof *x->elements);
    x->elements[x->element_count++] =
        (struct xml_element){.whole = {begin, 0},
                             .name = name,
                             .values = x->value_count,
                             .parent = r->depth ? r->open[r->depth - 1] : number};
    for (;;) {
        size_t before = r->at;
        skip_blanks(r);
        bool closed = sees(r, "/>");
        if (closed || sees(r, ">")) {
            r->at += closed ? 2 : 1;
            x->elements[number].inside = r->at;
            r->open[r->depth++] = number;
            if (!closed)
                return true;
            break;
        }
        if (before == r->at || r->at == x->n)
            return refuse(r, begin, "a start tag does not end");
        if (!take_attribute(r))
            return false;
    }
    r->depth--;
    x->elements[number].whole.end = x->elements[number].close = r->at;
    x->elements[number].after = x->element_count;
    x->elements[number].values_end = x->value_count;
    return true;
}

static bool take_end(struct reader *r)
{
    struct xml *x = r->x;
    size_t begin = r->at;
    struct xml_span name;
    r->at += 2;
    if (!take_name(r, &name))
        return false;
    skip_blanks(r);
    if (!r->depth || r->at == x->n || x->p[r->at] != '>')
        return refuse(r, begin, "an end tag without a start tag, or without its end");
    r->at++;
    struct xml_element *e = &x->elements[r->open[--r->depth]];
    if (!text_eq(xml_raw(x, name), xml_raw(x, e->name)))
        return refuse(r, begin, "an end tag has another name than its start tag");
    e->close = begin;
    e->whole.end = r->at;
    e->after = x->element_count;
    e->values_end = x->value_count;
    return true;
}

static bool take_comment(struct reader *r)
{
    struct xml *x = r->x;
    size_t begin = r->at;
    r->at += 4;
    if (!skip_to(r, "--") || r->at == x->n || x->p[r->at] != '>')
        return refuse(r, begin, "a comment does not end, or has '--' in it");
    r->at++;
    x->comments = room(x->comments, x->comment_count, sizeof *x->comments);
    x->comments[x->comment_count++] = (struct xml_span){begin, r->at};
    return true;
}

static bool take_cdata(struct reader *r)
{
    size_t begin = r->at;
    r->at += 9;
    struct xml_span inside = {r->at, 0};
    if (!r->depth)
        return refuse(r, begin, "text stands outside of the root element");
    if (!skip_to(r, "]]>"))
        return refuse(r, begin, "a CDATA section does not end");
    inside.end = r->at - 3;
    add_value(r, XML_CDATA, r->x->elements[r->open[r->depth - 1]].name, inside);
    return true;
}

static bool take_text(struct reader *r)
{
    struct xml_span run = {r->at, r->at};
    bool blank = true;
    for (; r->at < r->x->n && r->x->p[r->at] != '<'; r->at++)
        blank &= xml_is_blank(r->x->p[r->at]);
    run.end = r->at;
    if (blank)
        return true;
    if (!r->depth)
        return refuse(r, run.begin, "text stands outside of the root element");
    add_value(r, XML_TEXT, r->x->elements[r->open[r->depth - 1]].name, run);
    return check_references(r, run);
}

/* A document type without an internal subset says nothing about how to read what follows. */
static bool take_doctype(struct reader *r)
{
    size_t begin = r->at;
    if (r->x->element_count)
        return refuse(r, begin, "a document type stands behind the root element's start");
    for (char quote = '\0'; r->at < r->x->n; r->at++) {
        char c = r->x->p[r->at];
        if (quote && c == quote)
            quote = '\0';
        else if (!quote && (c == '"' || c == '\''))
            quote = c;
        else if (!quote && c == '[')
            return refuse(r, begin, "the document type has an internal subset");
        else if (!quote && c == '>') {
            r->at++;
            return true;
        }
    }
    return refuse(r, begin, "the document type does not end");
}

static bool take_next(struct reader *r)
{
    size_t begin = r->at;
    if (r->x->p[r->at] != '<')
        return take_text(r);
    if (sees(r, "<!--"))
        return take_comment(r);
    if (sees(r, "<![CDATA["))
        return take_cdata(r);
    if (sees(r, "<!DOCTYPE"))
        return take_doctype(r);
    if (sees(r, "<?"))
        return skip_to(r, "?>") || refuse(r, begin, "a processing instruction does not end");
    if (sees(r, "</"))
        return take_end(r);
    if (r->x->element_count && !r->depth)
        return refuse(r, begin, "there is more than one root element");
    return take_start(r);
}

/* Two of one name would be two values of which nobody knows which counts. */
static bool check_attributes(struct reader *r)
{
    const struct xml *x = r->x;
    for (unsigned i = 0; i < x->value_count; i++)
        for (unsigned k = i + 1;
             k < x->value_count && x->values[i].kind == XML_ATTRIBUTE &&
             x->values[k].kind == XML_ATTRIBUTE && x->values[k].owner == x->values[i].owner;
             k++)
            if (text_eq(xml_raw(x, x->values[i].name), xml_raw(x, x->values[k].name)))
                return refuse(r, x->values[k].core.begin, "an attribute stands twice");
    return true;
}

bool xml_read(struct xml *x, struct text raw, struct xml_refusal *why)
{
    struct reader r = {.x = x, .why = why};
    if (!xml_decode(x, raw, why))
        return false;
    while (r.at < x->n)
        if (!take_next(&r))
            return false;
    if (r.depth)
        return refuse(&r, x->elements[r.open[r.depth - 1]].whole.begin, "an element does not end");
    return x->element_count ? check_attributes(&r) : refuse(&r, 0, "there is no element");
}
