/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metadata of a classic pack (XenServer 5.6 to 7.0): XS-REPOSITORY and XS-PACKAGES as an XML
 * parser reads them. What the shell parser of those hosts would trip over is not in here but in the
 * reader's findings. Format: packs.md A.3. */
#pragma once
#include <glib.h>

typedef struct {
    char *name;
    GHashTable *attributes; /* char * -> char * */
    char *text;
    int line;
} SpLegacyNode;

typedef struct {
    SpLegacyNode *repository; /* NULL when it could not be read */
    GPtrArray *children;      /* of SpLegacyNode, the elements in it, in order */
    GPtrArray *packages;      /* of SpLegacyNode, the elements of XS-PACKAGES, in order */
} SpLegacy;

SpLegacy *sp_legacy_new(void);
void sp_legacy_free(SpLegacy *legacy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpLegacy, sp_legacy_free)

SpLegacyNode *sp_legacy_node_new(const char *name, int line);
void sp_legacy_node_free(SpLegacyNode *node);
/* The attribute's value, or "". */
const char *sp_legacy_get(const SpLegacyNode *node, const char *name);
/* The package whose file that is, or NULL. */
const SpLegacyNode *sp_legacy_find(const SpLegacy *legacy, const char *file);

/* The releases `requires` lets a classic pack onto: FALSE in an answer means "none of them". */
typedef struct {
    gboolean el5;    /* 6.5 or earlier: rpm 4.4 */
    gboolean i386;   /* 6.2 or earlier */
    gboolean x86_64; /* 6.5 or 7.0 */
} SpLegacyTargets;
SpLegacyTargets sp_legacy_targets(const SpLegacy *legacy);
