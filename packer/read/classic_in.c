/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic_in.h"
#include "xml_in.h"

#include <string.h>

static SpXmlDoc *parse(const GPtrArray *entries, const char *name, const char *root, GError **error)
{
    const SpEntry *entry = sp_tree_find(entries, name);
    if (entry == NULL || entry->content == NULL) {
        sp_throw(error, SP_ERROR_INPUT, "there is no '%s'", name);
        return NULL;
    }
    g_autoptr(SpXmlDoc) doc = sp_xml_parse(name, entry->content, error);
    if (doc == NULL)
        return NULL;
    if (!sp_xml_is(xmlDocGetRootElement(doc), root)) {
        sp_throw(error, SP_ERROR_INPUT, "'%s' is not a '%s' document", name, root);
        return NULL;
    }
    return g_steal_pointer(&doc);
}

static const xmlNode *next_element(const xmlNode *node)
{
    while (node != NULL && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return node;
}

typedef struct {
    const char *attribute;
    char **slot;
} Want;

/* All of them must be there and not empty. */
static gboolean take(const xmlNode *node, const char *file, const Want *wants, gsize count,
                     GError **error)
{
    for (gsize i = 0; i < count; i++)
        *wants[i].slot = sp_xml_attribute(node, wants[i].attribute);
    for (gsize i = 0; i < count; i++)
        if ((*wants[i].slot)[0] == '\0')
            return sp_throw(error, SP_ERROR_INPUT, "'%s' line %ld: '%s' has no attribute '%s'",
                            file, xmlGetLineNo(node), (const char *)node->name, wants[i].attribute);
    return TRUE;
}

static gboolean read_need(SpClassic *classic, const xmlNode *node, GError **error)
{
    SpClassicNeed *need = sp_classic_add_need(classic);
    const Want wants[] = {{"originator", &need->originator},
                          {"name", &need->name},
                          {"product", &need->product},
                          {"test", &need->test},
                          {"version", &need->version}};
    return take(node, SP_CLASSIC_REPOSITORY, wants, G_N_ELEMENTS(wants), error);
}

static gboolean read_repository(SpClassic *classic, const GPtrArray *entries, GError **error)
{
    g_autoptr(SpXmlDoc) doc = parse(entries, SP_CLASSIC_REPOSITORY, "repository", error);
    if (doc == NULL)
        return FALSE;
    const xmlNode *root = xmlDocGetRootElement(doc);
    const xmlNode *child = next_element(root->children);
    const Want wants[] = {{"originator", &classic->originator},
                          {"name", &classic->name},
                          {"product", &classic->product},
                          {"version", &classic->version}};
    if (!take(root, SP_CLASSIC_REPOSITORY, wants, G_N_ELEMENTS(wants), error))
        return FALSE;
    g_autofree char *homogeneous = sp_xml_attribute(root, "enforce-homogeneity");
    classic->homogeneous = strcmp(homogeneous, "true") == 0;
    classic->description = sp_xml_text(child);
    if (!sp_xml_is(child, "description") || classic->description[0] == '\0')
        return sp_throw(error, SP_ERROR_INPUT, "'%s' has no description as its first child",
                        SP_CLASSIC_REPOSITORY);
    while ((child = next_element(child->next)) != NULL)
        if (sp_xml_is(child, "requires") && !read_need(classic, child, error))
            return FALSE;
    return TRUE;
}

static gboolean read_package(SpClassic *classic, const xmlNode *node, GError **error)
{
    SpClassicPackage *package = sp_classic_add_package(classic);
    g_autofree char *size = NULL;
    const Want wants[] = {{"label", &package->label},
                          {"md5", &package->md5},
                          {"size", &size},
                          {"type", &package->type}};
    package->file = sp_xml_text(node);
    if (!take(node, SP_CLASSIC_PACKAGES, wants, G_N_ELEMENTS(wants), error))
        return FALSE;
    if (!g_ascii_string_to_signed(size, 10, 0, G_MAXINT64, &package->size, NULL))
        package->size = -1;
    return TRUE;
}

static gboolean read_list(SpClassic *classic, const GPtrArray *entries, GError **error)
{
    g_autoptr(SpXmlDoc) doc = parse(entries, SP_CLASSIC_PACKAGES, "packages", error);
    const xmlNode *child = doc != NULL ? xmlDocGetRootElement(doc)->children : NULL;
    for (; (child = next_element(child)) != NULL; child = child->next)
        if (sp_xml_is(child, "package") && !read_package(classic, child, error))
            return FALSE;
    return doc != NULL;
}

SpClassic *sp_classic_read(const GPtrArray *entries, GError **error)
{
    g_autoptr(SpClassic) classic = sp_classic_new();
    if (!read_repository(classic, entries, error) || !read_list(classic, entries, error))
        return NULL;
    return g_steal_pointer(&classic);
}
