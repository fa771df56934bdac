/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image taken apart into facts "subject: name: value", so that two images can be compared and
 * what differs be named. Pure. */
#pragma once
#include <glib.h>

typedef enum {
    SP_FACT_PLAIN,
    SP_FACT_SIGNATURE, /* a signature, or there only because of one */
    SP_FACT_DERIVED,   /* follows from other bytes of the image, and rightly: never listed */
    SP_FACT_REST,      /* of bytes nothing else tells of: counts if its subject is else the same */
} SpFactKind;

typedef struct {
    SpFactKind kind;
    char *subject; /* "update.xml", "package acme-mp.x86_64" */
    char *name;    /* "header Version" */
    char *value;
} SpFact;

typedef struct {
    char *subject;
    char *name; /* "" when all of the subject is in one image only */
    char *a;    /* as it is shown; NULL: not in that image */
    char *b;
} SpDifference;

GPtrArray *sp_facts_new(void);
/* Returns what it takes in memory until it is compared, in bytes, counted from above. */
gsize sp_facts_add(GPtrArray *facts, SpFactKind kind, const char *subject, const char *name,
                   const char *value);
/* A list of SpDifference, empty when there is none; in the order of `a`, then of `b`. */
GPtrArray *sp_facts_compare(const GPtrArray *a, const GPtrArray *b, gboolean ignore_signatures);
