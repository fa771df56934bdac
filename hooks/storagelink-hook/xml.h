/* SPDX-License-Identifier: MIT */
/* A reader of XML 1.0 that keeps to where things stand and changes nothing: for edits that leave
 * every other byte as it is. Positions count units: bytes, or 16-bit units of UTF-16.
 *
 * Taken: UTF-8 with or without a byte order mark, UTF-16LE with one, and where the declaration says
 * so ASCII, ISO-8859-x and windows-125x, in all of which markup is ASCII. Refused besides what is
 * not well-formed: an internal document type subset, which could give any entity any meaning. */
#ifndef XML_H
#define XML_H

#include "text.h"

#define XML_DEEPEST        64
#define XML_ATTRIBUTES_MAX 256 /* of an element; every two of them are compared */
#define XML_NAME_MAX       255 /* letters: names are looked into again and again */

struct xml_refusal {
    unsigned line; /* 0: the file as a whole */
    bool choice;   /* the user can decide it */
    char reason[200];
};

struct xml_span {
    size_t begin, end;
};

struct xml_element {
    struct xml_span whole, name; /* names with their prefix */
    size_t inside;               /* behind its start tag */
    size_t close;                /* of its end tag; whole.end where it has none */
    unsigned parent;             /* its own number for the root */
    unsigned after;              /* the first element behind it that is not in it */
    unsigned values, values_end; /* of it and of what is in it */
    unsigned own;                /* how many of them are its own */
    unsigned first, last;        /* of these, where there are any */
};

enum xml_kind { XML_ATTRIBUTE, XML_TEXT, XML_CDATA };

/* An attribute's value, or a run of character data that is not all blank. */
struct xml_value {
    enum xml_kind kind;
    unsigned owner;       /* the element */
    struct xml_span name; /* the attribute's, or the element's */
    struct xml_span core; /* without the blanks around it */
    struct xml_span room; /* with them; without quotes and CDATA's brackets */
};

struct xml {
    struct text raw;
    size_t mark;    /* bytes of the byte order mark */
    unsigned width; /* bytes a unit */
    char *p;        /* a byte a unit; what is not ASCII in UTF-16 is 0x80 */
    size_t n;
    struct xml_element *elements; /* in order of their start tags; the first is the root */
    unsigned element_count;
    struct xml_value *values; /* in order */
    unsigned value_count;
    struct xml_span *comments;
    unsigned comment_count;
};

/* False when the file is refused; x is to be freed in any case. `raw` must outlive it. */
bool xml_read(struct xml *x, struct text raw, struct xml_refusal *why);
void xml_free(struct xml *x);

/* The first half of it: encoding, x->p. */
bool xml_decode(struct xml *x, struct text raw, struct xml_refusal *why);

/* Counted from 1. */
unsigned xml_line(const struct xml *x, size_t at);
/* What stands there, a byte a unit. */
struct text xml_text(const struct xml *x, struct xml_span span);
/* The bytes of the file. */
struct text xml_raw(const struct xml *x, struct xml_span span);
/* Does the value's core say just that? References count as what they stand for. */
bool xml_value_is(const struct xml *x, const struct xml_value *value, struct text ascii);
/* Adds ASCII in the file's encoding. */
void xml_add_ascii(const struct xml *x, struct buf *out, struct text ascii);
bool xml_is_blank(char c);
/* A name without its prefix. */
struct xml_span xml_local(const struct xml *x, struct xml_span name);
/* The end of the reference that begins at `at`; 0 where it is none that XML itself knows. */
size_t xml_reference(const struct xml *x, size_t at);
void xml_refuse(struct xml_refusal *why, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
