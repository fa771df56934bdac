/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The templates of spec/rpm: `@name@` is replaced by a value; a line that is `@if name@` keeps the
 * lines up to `@end@` only when that value is not empty (`@if !name@`: only when it is). Blocks do
 * not nest. Values are inserted as they are: the grammars make them inert everywhere. Pure. */
#pragma once
#include "error.h"
#include "pack.h"

typedef struct {
    const char *name;
    const char *value;
} SpTemplateValue;

/* `values` ends with a NULL name. An unknown name or an unclosed block is SP_ERROR_SYSTEM: the
 * templates are part of the program. The caller unrefs. */
GBytes *sp_template_expand(const char *file, GBytes *text, const SpTemplateValue *values,
                           GError **error) SP_MUST_CHECK;
