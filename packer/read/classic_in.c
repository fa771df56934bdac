/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic_in.h"
#include "verify_rules.h"
#include "xml_in.h"

#include <string.h>

#define PACKAGES_MAX 1024 /* classic packs have some tens */

typedef struct {
    const char *file;
    SpClassic *classic;
    SpFindings *found;
} Reader;

static SpXmlDoc *parse(const GPtrArray *entries, const Reader *reader, const char *root)
{
    const SpEntry *entry = sp_tree_find(entries, reader->file);
    if (entry == NULL || entry->content == NULL) {
        sp_breach(reader->found, SP_RULE_CLASSIC_XML, reader->file, 0, "is not on the image");
        return NULL;
    }
    g_autoptr(GError) cause = NULL;
    g_autoptr(SpXmlDoc) doc = sp_xml_parse(reader->file, entry->content, &cause);
    if (doc == NULL)
        sp_breach(reader->found, SP_RULE_CLASSIC_XML, reader->file, 0, "%s", cause->message);
    else if (!sp_xml_is(xmlDocGetRootElement(doc), root))
        sp_breach(reader->found, SP_RULE_CLASSIC_XML, reader->file, 0, "is not a '%s' document",
                  root);
    else
        return g_steal_pointer(&doc);
    return NULL;
}

static const xmlNode *next_element(const xmlNode *node)
{
    while (node != NULL && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return node;
}

static int line_of(const xmlNode *node)
{
    return (int)xmlGetLineNo((xmlNode *)node);
}

/* What stands between elements is blank: a letter there was part of something. */
static void check_between(const Reader *reader, const xmlNode *parent)
{
    for (const xmlNode *node = parent->children; node != NULL; node = node->next)
        if (node->type != XML_ELEMENT_NODE && !xmlIsBlankNode((xmlNode *)node)) {
            sp_breach(reader->found, SP_RULE_CLASSIC_XML, reader->file, line_of(node),
                      "there is something between its elements");
            return;
        }
}

/* An attribute that must be there and not empty. */
static void take(const Reader *reader, char **slot, const xmlNode *node, const char *name)
{
    sp_xml_take_attribute(slot, node, name);
    if ((*slot)[0] == '\0')
        sp_breach(reader->found, SP_RULE_CLASSIC_ATTRIBUTE, reader->file, line_of(node),
                  "element '%s' has no attribute '%s'", (const char *)node->name, name);
}

static void read_need(const Reader *reader, const xmlNode *node)
{
    SpClassicNeed *need = sp_classic_add_need(reader->classic);
    need->line = line_of(node);
    need->product = sp_xml_attribute(node, "product"); /* nobody compares it */
    take(reader, &need->originator, node, "originator");
    take(reader, &need->name, node, "name");
    take(reader, &need->test, node, "test");
    take(reader, &need->version, node, "version");
}

static void read_repository(const Reader *reader, const xmlNode *root)
{
    SpClassic *classic = reader->classic;
    const xmlNode *child = next_element(root->children);
    check_between(reader, root);
    classic->line = line_of(root);
    take(reader, &classic->originator, root, "originator");
    take(reader, &classic->name, root, "name");
    take(reader, &classic->product, root, "product");
    take(reader, &classic->version, root, "version");
    g_autofree char *homogeneous = sp_xml_attribute(root, "enforce-homogeneity");
    classic->homogeneous = strcmp(homogeneous, "true") == 0;
    if (sp_xml_is(child, "description"))
        sp_xml_take_text(&classic->description, child);
    if (classic->description[0] == '\0')
        sp_breach(reader->found, SP_RULE_CLASSIC_DESCRIPTION, reader->file,
                  child != NULL ? line_of(child) : classic->line,
                  "the first element is not a description with text, which xapi takes it for");
    for (; child != NULL; child = next_element(child->next))
        if (sp_xml_is(child, "requires"))
            read_need(reader, child);
}

/* `file` is taken. */
static void read_package(const Reader *reader, const xmlNode *node, char *file)
{
    SpClassicPackage *package = sp_classic_add_package(reader->classic);
    g_autofree char *size = NULL, *root = sp_xml_attribute(node, "root");
    package->line = line_of(node);
    package->file = file;
    package->kernel = sp_xml_attribute(node, "kernel");
    take(reader, &package->label, node, "label");
    take(reader, &package->type, node, "type");
    take(reader, &package->md5, node, "md5");
    take(reader, &size, node, "size");
    package->size = sp_xml_number(g_steal_pointer(&size));
    gboolean driver = strcmp(package->type, "driver-rpm") == 0;
    if ((driver && package->kernel[0] == '\0') ||
        (strcmp(package->type, "tbz2") == 0 && root[0] == '\0'))
        sp_breach(reader->found, SP_RULE_CLASSIC_ATTRIBUTE, reader->file, package->line,
                  "a package of type '%s' has no attribute '%s'", package->type,
                  driver ? "kernel" : "root");
}

static void read_list(const Reader *reader, const xmlNode *root)
{
    const xmlNode *child = root->children;
    check_between(reader, root);
    g_autoptr(GHashTable) files = g_hash_table_new(g_str_hash, g_str_equal);
    for (; (child = next_element(child)) != NULL; child = child->next) {
        g_autofree char *file = sp_xml_text(child);
        if (!sp_xml_is(child, "package")) {
            sp_breach(reader->found, SP_RULE_CLASSIC_TYPE, reader->file, line_of(child),
                      "element '%s' is none a host knows", (const char *)child->name);
        } else if (g_hash_table_contains(files, file)) {
            sp_breach(reader->found, SP_RULE_CLASSIC_FILE, reader->file, line_of(child),
                      "'%s' is listed twice", file);
        } else if (g_hash_table_size(files) == PACKAGES_MAX) {
            sp_breach(reader->found, SP_RULE_CLASSIC_FILE, reader->file, line_of(child),
                      "lists more than %d packages", PACKAGES_MAX);
            return;
        } else {
            g_hash_table_add(files, file);
            read_package(reader, child, g_steal_pointer(&file));
        }
    }
}

SpClassic *sp_classic_read(const GPtrArray *entries, SpFindings *found)
{
    if (!sp_classic_is_there(entries))
        return NULL;
    SpClassic *classic = sp_classic_new();
    const Reader repository = {SP_CLASSIC_REPOSITORY, classic, found};
    const Reader packages = {SP_CLASSIC_PACKAGES, classic, found};
    g_autoptr(SpXmlDoc) first = parse(entries, &repository, "repository");
    if (first != NULL)
        read_repository(&repository, xmlDocGetRootElement(first));
    g_autoptr(SpXmlDoc) second = parse(entries, &packages, "packages");
    if (second != NULL)
        read_list(&packages, xmlDocGetRootElement(second));
    return classic;
}
