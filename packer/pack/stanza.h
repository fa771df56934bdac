/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A vendor's stanza: one or more `device { }` blocks, checked so strictly that the parsers of all
 * eras (0.4.7 .. 0.14) read the same from it and none prints a diagnostic about its form.
 * Source of every rule: multipath.md section 1. Lines are kept as the vendor wrote them. */
#pragma once
#include "finding.h"
#include "keyword.h"

typedef struct {
    int number;               /* in the file, from 1 */
    char *text;               /* without the line end */
    char *value;              /* without quotes; NULL on lines that hold no keyword */
    const SpKeyword *keyword; /* NULL on the same lines */
} SpStanzaLine;

typedef struct {
    GPtrArray *lines; /* of SpStanzaLine: from `device {` to `}` */
} SpDevice;

typedef struct {
    char *file;
    GPtrArray *devices; /* of SpDevice */
} SpStanza;

/* All that is wrong is added to findings, with file and line; NULL when something was bad. */
SpStanza *sp_stanza_parse(const char *file, GBytes *text, SpFindings *findings);
void sp_stanza_free(SpStanza *stanza);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpStanza, sp_stanza_free)

/* The line of a keyword in a device, or NULL. */
const SpStanzaLine *sp_device_find(const SpDevice *device, const char *keyword);
