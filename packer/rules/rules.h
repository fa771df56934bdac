/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of a pack description: which sections and keys there are, which must be given, their
 * grammar and default. One row a key; the grammar of the file itself is read/description.h.
 * Pure: fields in, pack and findings out. Contract: suppack-pack(5). */
#pragma once
#include "finding.h"
#include "pack.h"

typedef struct {
    char *section;
    char *key; /* "" for a section in which nothing stands */
    char *value;
    int line;
} SpField;

SpField *sp_field_new(const char *section, const char *key, const char *value, int line);
void sp_field_free(SpField *field);

/* Checks every field (a GPtrArray of SpField, no duplicates in it) and fills the defaults in.
 * Always adds all findings; NULL when one of them is bad. When something was bad before, lines were
 * lost and no key is called missing. `file` is how the user named it. */
SpPack *sp_rules_apply(const GPtrArray *fields, const char *file, SpFindings *findings);
/* "" for a key that is not given or given empty: the two mean the same. */
const char *sp_rules_value(const GPtrArray *fields, const char *section, const char *key);
/* The line a key stands on, 0 when it is not given. */
int sp_rules_line(const GPtrArray *fields, const char *section, const char *key);
