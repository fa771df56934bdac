/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "legacy_in.h"
#include "legacy_lines.h"
#include "entry.h"
#include "verify_rules.h"
#include "xml_in.h"

static SpLegacyNode *take_node(const xmlNode *element)
{
    SpLegacyNode *node =
        sp_legacy_node_new((const char *)element->name, (int)xmlGetLineNo((xmlNode *)element));
    g_free(node->text);
    node->text = sp_xml_text(element);
    for (const xmlAttr *at = element->properties; at != NULL; at = at->next) {
        const char *name = (const char *)at->name;
        g_hash_table_replace(node->attributes, g_strdup(name), sp_xml_attribute(element, name));
    }
    return node;
}

static void take_children(const xmlNode *root, GPtrArray *children)
{
    for (const xmlNode *node = root->children; node != NULL; node = node->next)
        if (node->type == XML_ELEMENT_NODE)
            g_ptr_array_add(children, take_node(node));
}

static SpXmlDoc *open_document(const GPtrArray *entries, const char *name, const char *root,
                               SpFindings *found)
{
    const SpEntry *entry = sp_tree_find(entries, name);
    if (entry == NULL || entry->content == NULL) {
        sp_breach(found, SP_RULE_CLASSIC_XML, name, 0, "is not on the image");
        return NULL;
    }
    sp_legacy_check_lines(name, entry->content, found);
    g_autoptr(GError) cause = NULL;
    g_autoptr(SpXmlDoc) doc = sp_xml_parse(name, entry->content, &cause);
    if (doc == NULL)
        sp_breach(found, SP_RULE_CLASSIC_XML, name, 0, "%s", cause->message);
    else if (!sp_xml_is(xmlDocGetRootElement(doc), root))
        sp_breach(found, SP_RULE_CLASSIC_XML, name, 0, "is not a '%s' document", root);
    else
        return g_steal_pointer(&doc);
    return NULL;
}

SpLegacy *sp_legacy_read(const GPtrArray *entries, SpFindings *found)
{
    static const char *const repository = "XS-REPOSITORY", *const packages = "XS-PACKAGES";
    if (sp_tree_find(entries, repository) == NULL && sp_tree_find(entries, packages) == NULL)
        return NULL;
    SpLegacy *legacy = sp_legacy_new();
    g_autoptr(SpXmlDoc) first = open_document(entries, repository, "repository", found);
    if (first != NULL) {
        legacy->repository = take_node(xmlDocGetRootElement(first));
        take_children(xmlDocGetRootElement(first), legacy->children);
    }
    g_autoptr(SpXmlDoc) second = open_document(entries, packages, "packages", found);
    if (second != NULL)
        take_children(xmlDocGetRootElement(second), legacy->packages);
    return legacy;
}
