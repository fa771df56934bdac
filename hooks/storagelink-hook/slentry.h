/* SPDX-License-Identifier: MIT */
/* What a device identification file shows of its version and of its entries. The file's names are
 * not public, so nothing is taken for granted: all that could be meant is listed, and one of it is
 * used unasked only where it is beyond doubt. */
#ifndef SLENTRY_H
#define SLENTRY_H

#include "xml.h"

#define SL_KINDS_MAX 64

struct sl_rule {
    struct text vendor, product; /* printable ASCII without < > & " */
    struct text entry;           /* one element, ASCII, to be used as it is; empty: learn it */
    unsigned version_at, like;   /* what the user chose of the lists below, from 1; 0: nothing */
};

struct sl_entry {
    unsigned element;
    unsigned vendor, product; /* values */
};

/* Entries of one shape below one parent: a place where one more could stand. */
struct sl_kind {
    struct sl_entry first, last;
    unsigned count;
    unsigned differs; /* a value of `last` that does not follow from the others' + 1; 0: none */
    bool vendors;     /* there are entries of two vendors at least */
    bool whole;       /* all around the entry that holds no other one: what is repeated */
    bool guessed;     /* no name says which value is the vendor's: the first is taken for it */
};

struct sl_entries {
    struct sl_entry *list; /* elements that hold a vendor and a product, the innermost, in order */
    unsigned count;
    bool guessed;
    struct sl_kind kinds[SL_KINDS_MAX];
    unsigned kind_count;
    bool more; /* than fit */
};

/* A value is a vendor's or a product's when the name of its attribute or element says so, or its
 * partner in a pair as <property name="vendor" value="..."/> does. Where no name in the file does,
 * elements with two values and nothing else are taken (guessed). The caller frees list. */
struct sl_entries sl_entries(const struct xml *x);

/* The kind to clone, or with `place_only` to stand behind: the chosen one, else the only one that
 * is repeated as a whole, is not guessed, has two vendors and else the same values everywhere.
 * NULL with the reason; why->choice where the user can decide. */
const struct sl_kind *sl_kind(const struct xml *x, const struct sl_entries *all, unsigned like,
                              bool place_only, struct xml_refusal *why);

enum sl_found { SL_ABSENT, SL_PRESENT, SL_OTHER };

/* Our entry: SL_PRESENT, once and as wanted, *element says which; SL_OTHER: twice, or other than
 * rule->entry, *element is the first. `wanted` is rule->entry as read, or NULL. */
enum sl_found sl_find(const struct xml *x, const struct sl_entries *all, const struct sl_rule *rule,
                      const struct xml *wanted, unsigned *element);

/* Two to four numbers joined by dots, as a whole value or somewhere in a comment. */
struct sl_version {
    struct xml_span at;
    unsigned parts;
    unsigned value; /* its number + 1; 0: in a comment */
    bool named;     /* exactly "version", by attribute, element or pair */
};

struct sl_versions {
    struct sl_version *list; /* in order */
    unsigned count;
};

/* The caller frees list. */
struct sl_versions sl_versions(const struct xml *x);

/* The chosen version, else the only named one with three numbers or more before `end` (units),
 * where it has four and no element of the same name has one, too. NULL as sl_kind(). */
const struct sl_version *sl_version(const struct xml *x, const struct sl_versions *all, unsigned at,
                                    size_t end, struct xml_refusal *why);

/* Does the name (without prefix) say just that, in whatever case? */
bool sl_is_named(const struct xml *x, struct xml_span name, const char *lower);

#endif
