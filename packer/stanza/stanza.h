/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A vendor's text as it is published: `device { }` blocks, alone or in `devices { }`, and what
 * stands beside them. It is read as the vendor means it where that is sure, and checked so strictly
 * that the parsers of all eras (0.4.7 .. 0.15) read the same from what is made of it and none
 * prints a diagnostic about its form. Source of every rule: multipath.md section 1. Lines of
 * devices are kept as the vendor wrote them. */
#pragma once
#include "delivery.h"
#include "section.h"

typedef struct {
    int number;               /* in the file, from 1 */
    char *text;               /* without the line end */
    char *name, *value;       /* as written, without quotes; NULL on lines that hold no setting */
    char *product;            /* of the `device { }` of a blacklist, whose vendor is the value */
    const SpKeyword *keyword; /* NULL on lines without, and where no parser reads it there */
    const char *never;        /* why no host gets the line, or NULL; and of which kind that is: */
    SpFateKind fate;
} SpStanzaLine;

typedef struct {
    GPtrArray *lines; /* of SpStanzaLine: from `device {` to `}` */
} SpDevice;

typedef struct {
    char *file;
    GPtrArray *devices;               /* of SpDevice */
    GPtrArray *sections[SP_SECTIONS]; /* of SpStanzaLine: their settings */
    GPtrArray *others;                /* of SpStanzaLine: of sections that no host gets */
} SpStanza;

/* All that is wrong is added to findings, with file and line; NULL when something was bad. */
SpStanza *sp_stanza_parse(const char *file, GBytes *text, SpFindings *findings);
void sp_stanza_free(SpStanza *stanza);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpStanza, sp_stanza_free)

/* No host gets what stands beside the devices, as the description says so. */
void sp_stanza_omit_settings(SpStanza *stanza);
/* The line of a keyword in a device, or NULL. */
const SpStanzaLine *sp_device_find(const SpDevice *device, const char *keyword);
