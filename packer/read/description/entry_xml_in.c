/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "entry_xml_in.h"
#include "xml_in.h"

#include <string.h>

/* How often the text is a whole value in `node` and what is in it. */
static guint count(const xmlNode *node, const char *wanted)
{
    guint found = 0;
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
        g_autofree char *value = sp_xml_attribute(node, (const char *)a->name);
        found += strcmp(g_strstrip(value), wanted) == 0 ? 1 : 0;
    }
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) {
            found += count(child, wanted);
        } else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
            g_autofree char *value = g_strdup((const char *)child->content);
            found += strcmp(g_strstrip(value), wanted) == 0 ? 1 : 0;
        }
    }
    return found;
}

gboolean sp_entry_check(const char *name, GBytes *text, const char *vendor, const char *product,
                        GError **error)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    for (gsize i = 0; i < size; i++)
        if (data[i] <= 0)
            return sp_throw(error, SP_ERROR_INPUT,
                            "'%s' must be ASCII: it goes into files of several encodings", name);
    g_autofree char *copy = g_strndup(data, size);
    g_autoptr(SpXmlDoc) doc = sp_xml_parse(name, text, error);
    if (doc == NULL)
        return FALSE;
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (root != doc->children || root->next != NULL || g_str_has_prefix(g_strchug(copy), "<?"))
        return sp_throw(error, SP_ERROR_INPUT, "'%s' must be one element and nothing else", name);
    if (count(root, vendor) != 1 || count(root, product) != 1)
        return sp_throw(error, SP_ERROR_INPUT,
                        "'%s' must hold '%s' and '%s' once each, as an attribute's value or a text",
                        name, vendor, product);
    return TRUE;
}
