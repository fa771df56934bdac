/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update_xml_in.h"
#include "uuid.h"
#include "verify_rules.h"
#include "xml_in.h"

#include <string.h>

static gboolean check(const SpUpdate *update, const xmlNode *description, const char *name,
                      GError **error)
{
    const struct {
        const char *attribute;
        const char *value;
    } needed[] = {
        {"uuid", update->uuid}, {"name-label", update->label}, {"version", update->version}};
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
        if (needed[i].value[0] == '\0')
            return sp_throw(error, SP_ERROR_INPUT, "'%s' has no attribute '%s'", name,
                            needed[i].attribute);
    if (update->description[0] == '\0' || description->children == NULL ||
        description->children->next != NULL || description->children->type != XML_TEXT_NODE)
        return sp_throw(error, SP_ERROR_INPUT, "'%s' has no name-description that is only text",
                        name);
    return TRUE;
}

SpUpdate *sp_update_read(const char *name, GBytes *text, GError **error)
{
    g_autoptr(SpXmlDoc) doc = sp_xml_parse(name, text, error);
    if (doc == NULL)
        return NULL;
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (!sp_xml_is(root, "update")) {
        sp_throw(error, SP_ERROR_INPUT, "'%s' is not an update document", name);
        return NULL;
    }
    g_autoptr(SpUpdate) update = g_new0(SpUpdate, 1);
    const xmlNode *description = sp_xml_child(root, "name-description");
    update->label = sp_xml_attribute(root, "name-label");
    update->version = sp_xml_attribute(root, "version");
    update->uuid = sp_xml_attribute(root, "uuid");
    update->guidance = sp_xml_attribute(root, "after-apply-guidance");
    update->control = sp_xml_attribute(root, "control");
    update->description = sp_xml_text(description);
    g_autofree char *key = sp_xml_attribute(root, "key");
    /* xapi takes the base name, so that is what the pack says. */
    const char *slash = strrchr(key, '/');
    update->key = g_strdup(slash != NULL ? slash + 1 : key);
    g_autofree char *size = sp_xml_attribute(root, "installation-size");
    if (!g_ascii_string_to_signed(size, 10, 0, G_MAXINT64, &update->installation_size, NULL))
        update->installation_size = 0;
    g_autofree char *homogeneous = sp_xml_attribute(root, "enforce-homogeneity");
    update->homogeneous =
        g_ascii_strcasecmp(homogeneous, "true") == 0 || strcmp(homogeneous, "1") == 0;
    return check(update, description, name, error) ? g_steal_pointer(&update) : NULL;
}

SpUpdate *sp_update_find(const char *file, const GPtrArray *entries, GError **error)
{
    const SpEntry *entry = sp_tree_find(entries, "update.xml");
    if (entry == NULL || entry->content == NULL) {
        sp_throw(error, SP_ERROR_INPUT, "'%s' is not a pack: there is no update.xml in it", file);
        return NULL;
    }
    SpUpdate *update = sp_update_read("update.xml", entry->content, error);
    if (update == NULL)
        sp_prefix(error, "'%s' is not a pack", file);
    return update;
}

static void review_attributes(const char *name, const xmlNode *root, SpFindings *found)
{
    static const char *const known[] = {
        "name-label",           "version", "uuid",    "installation-size",
        "after-apply-guidance", "key",     "control", "enforce-homogeneity",
        "update-stream",        NULL};
    for (const xmlAttr *at = root->properties; at != NULL; at = at->next)
        if (!g_strv_contains(known, (const char *)at->name))
            sp_breach(found, SP_RULE_UPDATE_UNKNOWN, name, 0,
                      "attribute '%s' is none that xapi reads", (const char *)at->name);
    g_autofree char *homogeneous = sp_xml_attribute(root, "enforce-homogeneity");
    if (homogeneous[0] != '\0' && g_ascii_strcasecmp(homogeneous, "true") != 0 &&
        g_ascii_strcasecmp(homogeneous, "false") != 0 && strcmp(homogeneous, "1") != 0 &&
        strcmp(homogeneous, "0") != 0)
        sp_breach(found, SP_RULE_UPDATE_HOMOGENEITY, name, 0,
                  "enforce-homogeneity is '%s', which counts as false", homogeneous);
    g_autofree char *key = sp_xml_attribute(root, "key");
    if (strchr(key, '/') != NULL)
        sp_breach(found, SP_RULE_KEY_NAME, name, 0, "key '%s' is a path, not a file name", key);
    g_autofree char *size = sp_xml_attribute(root, "installation-size");
    if (sp_xml_number(g_strdup(size)) < 0)
        sp_breach(found, SP_RULE_INSTALLATION_SIZE, name, 0,
                  "installation-size '%s' is not a number, so xapi reads 0", size);
}

void sp_update_review(const char *name, GBytes *text, SpFindings *found)
{
    g_autoptr(SpXmlDoc) doc = sp_xml_parse(name, text, NULL);
    const xmlNode *root = doc != NULL ? xmlDocGetRootElement(doc) : NULL;
    if (root == NULL)
        return;
    guint descriptions = 0;
    review_attributes(name, root, found);
    for (const xmlNode *node = root->children; node != NULL; node = node->next) {
        g_autofree char *uuid = sp_xml_attribute(node, "uuid");
        g_autofree char *label = sp_xml_attribute(node, "name-label");
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (sp_xml_is(node, "name-description"))
            descriptions++;
        else if (!sp_xml_is(node, "rollsup"))
            sp_breach(found, SP_RULE_UPDATE_UNKNOWN, name, 0,
                      "element '%s' is none that hosts read", (const char *)node->name);
        else if (!sp_uuid_is_valid(uuid) || label[0] == '\0')
            sp_breach(found, SP_RULE_ROLLSUP, name, 0,
                      "a rollsup names label '%s' and uuid '%s', not both of an update", label,
                      uuid);
    }
    if (descriptions > 1)
        sp_breach(found, SP_RULE_UPDATE_XML, name, 0, "there are %u name-descriptions, not one",
                  descriptions);
}
