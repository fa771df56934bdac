/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings that no host gets, whoever publishes them: those that break XenServer's storage manager
 * (SM), and those that only the administrator of a site can decide. One row a keyword, with its
 * source. */
#pragma once
#include <glib.h>

typedef struct {
    const char *name;
    const char *unless; /* the one value that is harmless, and delivered; or NULL */
    gboolean site;      /* it is the site's to decide; else SM breaks */
    const char *why;    /* a sentence that follows "is left out: " */
} SpNever;

/* The row that keeps `name value` from every host; NULL when nothing does. */
const SpNever *sp_never_find(const char *name, const char *value);
