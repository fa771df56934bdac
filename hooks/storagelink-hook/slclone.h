/* SPDX-License-Identifier: MIT */
/* The texts that go into a file: a clone of an entry, or the rule's own. */
#ifndef SLCLONE_H
#define SLCLONE_H

#include "slentry.h"

/* The blanks before a place, as far as they go. */
struct xml_span sl_gap_before(const struct xml *x, size_t at);
/* The entry with our two texts; comments, which are about another device, stay behind. */
void sl_clone(const struct xml *x, const struct sl_entry *entry, const struct sl_rule *rule,
              struct buf *out);
/* The rule's own entry, its lines ended and indented as the file's; `gap` is before it. */
void sl_template(const struct xml *x, const struct sl_rule *rule, struct xml_span gap,
                 struct buf *out);

#endif
