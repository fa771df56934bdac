/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xml_facts.h"
#include "xml_in.h"

#include <string.h>

#define PATH_MAX_LENGTH 4096 /* of one that is told */

typedef struct {
    const char *subject;
    GHashTable *derived;
    GPtrArray *facts;
    gint64 *room;
} Walk;

static void add(const Walk *walk, const char *name, const char *value)
{
    /* Where repodata says something of an RPM's or of its own files' bytes. */
    static const char *const places[] = {"checksum",        "size",     "@pkgid",
                                         "@href",           "@package", "header-range@start",
                                         "header-range@end"};
    SpFactKind kind = SP_FACT_PLAIN;
    for (gsize i = 0; i < G_N_ELEMENTS(places) && walk->derived != NULL; i++)
        if (g_str_has_suffix(name, places[i]) && g_hash_table_contains(walk->derived, value))
            kind = SP_FACT_DERIVED;
    *walk->room -= (gint64)sp_facts_add(walk->facts, kind, walk->subject, name, value);
}

/* What tells an element from its sisters in the formats of a repository: "[name.arch]". */
static char *identity(const xmlNode *node)
{
    static const struct {
        const char *element;
        const char *keys[2];
    } rows[] = {{"package", {"name", "arch"}},
                {"data", {"type", NULL}},
                {"entry", {"name", NULL}},
                {"group", {"id", NULL}}};
    g_autoptr(GString) out = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        for (gsize k = 0; k < 2 && rows[i].keys[k] != NULL && sp_xml_is(node, rows[i].element);
             k++) {
            g_autofree char *attribute = sp_xml_attribute(node, rows[i].keys[k]);
            g_autofree char *child = sp_xml_text(sp_xml_child(node, rows[i].keys[k]));
            const char *value = attribute[0] != '\0' ? attribute : child;
            g_string_append_printf(out, "%s%s", k == 0 ? "[" : ".", value);
        }
    if (out->len > 0)
        g_string_append_c(out, ']');
    return g_strdup(out->str);
}

static void walk_element(const Walk *walk, xmlNode *node, const char *above)
{
    g_autofree char *who = identity(node);
    g_autofree char *path =
        g_strdup_printf("%s%s%s%s", above, above[0] != '\0' ? "/" : "", node->name, who);
    if (strlen(path) > PATH_MAX_LENGTH)
        *walk->room = -1;
    for (const xmlAttr *attribute = node->properties; attribute != NULL && *walk->room >= 0;
         attribute = attribute->next) {
        g_autofree char *name = g_strdup_printf("%s@%s", path, attribute->name);
        g_autofree char *value = sp_xml_attribute(node, (const char *)attribute->name);
        add(walk, name, value);
    }
    gboolean leaf = TRUE;
    for (xmlNode *child = node->children; child != NULL && *walk->room >= 0; child = child->next) {
        if (child->type != XML_ELEMENT_NODE)
            continue;
        leaf = FALSE;
        walk_element(walk, child, path);
    }
    g_autofree char *text = leaf ? sp_xml_text(node) : g_strdup("");
    if (text[0] != '\0')
        add(walk, path, text);
}

gboolean sp_xml_facts(const char *subject, GBytes *text, GHashTable *derived, GPtrArray *facts,
                      gint64 *room, GError **error)
{
    g_autoptr(SpXmlDoc) doc = sp_xml_parse(subject, text, error);
    if (doc == NULL)
        return FALSE;
    Walk walk = {.subject = subject, .derived = derived, .facts = facts};
    walk.room = room;
    walk_element(&walk, xmlDocGetRootElement(doc), "");
    return *room >= 0 ||
           sp_throw(error, SP_ERROR_INPUT, "'%s' says more than can be compared", subject);
}
