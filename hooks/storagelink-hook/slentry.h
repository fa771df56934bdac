/* SPDX-License-Identifier: MIT */
/* Where a device identification file has its entries, and what one of ours has to look like.
 *
 * The file's element names are not public, so none is known here: what is learnt, is learnt from
 * the file. A value is a vendor's or a product's when the name of its attribute or element says so
 * (it has "vendor" or "product" in it), or the other attribute of a pair does, as in
 * <property name="vendor" value="..."/>. */
#ifndef SLENTRY_H
#define SLENTRY_H

#include "xml.h"

struct sl_rule {
    struct text vendor, product; /* printable ASCII without < > & " */
    struct text entry;           /* one element, ASCII, to be used as it is; empty: learn it */
};

struct sl_entry {
    unsigned element;
    unsigned vendor, product; /* values */
};

struct sl_entries {
    struct sl_entry *list; /* in order */
    unsigned count;
};

/* Elements that hold a vendor and a product; of nested ones the innermost. The caller frees list.
 */
struct sl_entries sl_entries(const struct xml *x);

/* The entry to clone: the last of all, when all are siblings of one kind and its other values are
 * those of every entry of its shape. False with the reason. */
bool sl_learn(const struct xml *x, const struct sl_entries *all, struct sl_entry *last,
              struct xml_refusal *why);

/* What is repeated in the file that holds entry `number`: the entry itself or what is around it.
 * False with the reason where that cannot be told. */
bool sl_repeated(const struct xml *x, const struct sl_entries *all, unsigned number,
                 unsigned *element, struct xml_refusal *why);

enum sl_found { SL_ABSENT, SL_PRESENT, SL_OTHER };

/* Our entry: SL_PRESENT, once and as wanted, *element says which; SL_OTHER: twice, or other than
 * rule->entry, *element is the first. `wanted` is rule->entry as read, or NULL; without it the
 * element is the innermost that holds both texts. */
enum sl_found sl_find(const struct xml *x, const struct sl_entries *all, const struct sl_rule *rule,
                      const struct xml *wanted, unsigned *element);

/* The first value before `end` (units) that is four numbers joined by dots, none over 65535 and
 * without leading zeros, of an attribute or element with "version" in its name; without such a one,
 * the first at all, which might be an address. NULL where there is none. */
const struct xml_value *sl_version(const struct xml *x, size_t end);

#endif
