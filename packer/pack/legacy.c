/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "legacy.h"

#include <stdlib.h>
#include <string.h>

SpLegacyNode *sp_legacy_node_new(const char *name, int line)
{
    SpLegacyNode *node = g_new0(SpLegacyNode, 1);
    node->name = g_strdup(name);
    node->attributes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    node->text = g_strdup("");
    node->line = line;
    return node;
}

void sp_legacy_node_free(SpLegacyNode *node)
{
    if (node == NULL)
        return;
    g_free(node->name);
    g_hash_table_unref(node->attributes);
    g_free(node->text);
    g_free(node);
}

static void free_item(gpointer node)
{
    sp_legacy_node_free(node);
}

SpLegacy *sp_legacy_new(void)
{
    SpLegacy *legacy = g_new0(SpLegacy, 1);
    legacy->children = g_ptr_array_new_with_free_func(free_item);
    legacy->packages = g_ptr_array_new_with_free_func(free_item);
    return legacy;
}

void sp_legacy_free(SpLegacy *legacy)
{
    if (legacy == NULL)
        return;
    sp_legacy_node_free(legacy->repository);
    g_ptr_array_unref(legacy->children);
    g_ptr_array_unref(legacy->packages);
    g_free(legacy);
}

const char *sp_legacy_get(const SpLegacyNode *node, const char *name)
{
    const char *value = g_hash_table_lookup(node->attributes, name);
    return value != NULL ? value : "";
}

const SpLegacyNode *sp_legacy_find(const SpLegacy *legacy, const char *file)
{
    for (guint i = 0; legacy != NULL && i < legacy->packages->len; i++) {
        const SpLegacyNode *node = legacy->packages->pdata[i];
        if (strcmp(node->text, file) == 0)
            return node;
    }
    return NULL;
}

/* As xcp/version.py does: arc by arc, and of two that agree so far the longer is the later. */
static int compare_versions(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        char *rest_a = NULL, *rest_b = NULL;
        unsigned long arc_a = strtoul(a, &rest_a, 10), arc_b = strtoul(b, &rest_b, 10);
        if (arc_a != arc_b)
            return arc_a < arc_b ? -1 : 1;
        a = *rest_a == '.' ? rest_a + 1 : "";
        b = *rest_b == '.' ? rest_b + 1 : "";
    }
    return (*a != '\0') - (*b != '\0');
}

static gboolean passes(const char *test, int order)
{
    const struct {
        const char *test;
        gboolean holds;
    } tests[] = {{"eq", order == 0}, {"ne", order != 0}, {"lt", order < 0},
                 {"gt", order > 0},  {"le", order <= 0}, {"ge", order >= 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        if (strcmp(test, tests[i].test) == 0)
            return tests[i].holds;
    return TRUE; /* what cannot be tested is another rule's */
}

static gboolean allows(const SpLegacy *legacy, const char *release)
{
    for (guint i = 0; i < legacy->children->len; i++) {
        const SpLegacyNode *node = legacy->children->pdata[i];
        if (strcmp(node->name, "requires") == 0 &&
            strcmp(sp_legacy_get(node, "name"), "main") == 0 &&
            !passes(sp_legacy_get(node, "test"),
                    compare_versions(release, sp_legacy_get(node, "version"))))
            return FALSE;
    }
    return TRUE;
}

SpLegacyTargets sp_legacy_targets(const SpLegacy *legacy)
{
    static const struct {
        const char *version;
        gboolean x86_64, el5;
    } releases[] = {{"5.6.0", FALSE, TRUE}, {"5.6.100", FALSE, TRUE}, {"6.0.0", FALSE, TRUE},
                    {"6.0.2", FALSE, TRUE}, {"6.1.0", FALSE, TRUE},   {"6.2.0", FALSE, TRUE},
                    {"6.5.0", TRUE, TRUE},  {"7.0.0", TRUE, FALSE}};
    SpLegacyTargets targets = {FALSE, FALSE, FALSE};
    for (gsize i = 0; i < G_N_ELEMENTS(releases); i++) {
        if (!allows(legacy, releases[i].version))
            continue;
        targets.el5 |= releases[i].el5;
        targets.x86_64 |= releases[i].x86_64;
        targets.i386 |= !releases[i].x86_64;
    }
    return targets;
}
