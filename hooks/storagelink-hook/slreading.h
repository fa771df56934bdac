/* SPDX-License-Identifier: MIT */
/* A file as read for an edit. */
#ifndef SLREADING_H
#define SLREADING_H

#include "sledit.h"

/* A file as read, without what an earlier run put in, and the rule. */
struct reading {
    struct xml x, wanted;
    struct sl_entries all;
    struct sl_versions versions;
    const struct sl_rule *rule;
    struct buf without;
    size_t out_begin, out_end; /* bytes of the file that `without` has not */
};

/* False where file or template are refused; *there tells whether what was put in is in the file: it
 * is left out of what is read then. To be freed in any case. */
bool reading_read(struct reading *r, struct text file, const struct sl_rule *rule,
                  const struct sl_mine *mine, bool *there, struct xml_refusal *why);
void reading_free(struct reading *r);

enum sl_found reading_find(const struct reading *r, unsigned *element);
/* Has the element the name of the rule's own entry? */
bool reading_is_named(const struct reading *r, unsigned element);
/* The file's version, which stands before its entries; NULL as sl_version(). */
const struct sl_version *reading_version(const struct reading *r, struct xml_refusal *why);
void reading_version_text(const struct reading *r, const struct sl_version *v, char out[24]);

#endif
