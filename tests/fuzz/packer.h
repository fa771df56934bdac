/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the targets of the packer share: every input ends as a result, or as a reason. */
#ifndef FUZZ_PACKER_H
#define FUZZ_PACKER_H

#include "entry.h"
#include "finding.h"
#include "fuzz.h"
#include "quote.h"

#include <string.h>

/* Each finding can be said: a rule, a sentence, and as it is printed no byte a terminal would obey.
 */
static inline void must_be_said(const SpFindings *findings)
{
    guint bad = 0;
    for (guint i = 0; i < findings->all->len; i++) {
        const SpFinding *finding = findings->all->pdata[i];
        g_autofree char *text = sp_finding_text(finding);
        g_autofree char *safe = sp_escape(text, FALSE);
        bad += finding->severity == SP_BAD;
        must(finding->rule != NULL && finding->text[0] != '\0');
        for (const char *p = safe; *p != '\0'; p++)
            must((unsigned char)*p >= ' ' && *p != 127);
    }
    must(bad == findings->bad);
}

/* A result or a reason, never both and never neither. */
static inline void must_be_one(const void *result, const GError *error)
{
    must((result != NULL) == (error == NULL));
    must(error == NULL || error->message[0] != '\0');
}

/* Paths stay in the tree. */
static inline void must_stay_inside(const GPtrArray *entries)
{
    for (guint i = 0; i < entries->len; i++) {
        const SpEntry *entry = entries->pdata[i];
        must(entry->path[0] != '\0' && entry->path[0] != '/');
        g_auto(GStrv) parts = g_strsplit(entry->path, "/", -1);
        for (guint k = 0; parts[k] != NULL; k++)
            must(parts[k][0] != '\0' && strcmp(parts[k], "..") != 0);
        must(entry->is_dir == (entry->content == NULL));
    }
}

#endif
