/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xml_in.h"

#include <libxml/parser.h>
#include <string.h>

void sp_xml_free(SpXmlDoc *doc)
{
    xmlFreeDoc(doc);
}

static void keep_first(void *data, xmlErrorPtr problem)
{
    char **first = data;
    if (*first == NULL && problem != NULL && problem->message != NULL)
        *first = g_strdup_printf("line %d: %s", problem->line, problem->message);
}

SpXmlDoc *sp_xml_parse(const char *name, GBytes *text, GError **error)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    g_autofree char *complaint = NULL;
    xmlSetStructuredErrorFunc(&complaint, keep_first);
    /* XML_PARSE_NOENT is not given: entities are never expanded. */
    SpXmlDoc *doc = size <= G_MAXINT && size > 0
                        ? xmlReadMemory(data, (int)size, name, NULL, XML_PARSE_NONET)
                        : NULL;
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (doc == NULL)
        sp_throw(error, SP_ERROR_INPUT, "cannot read '%s': %s", name,
                 complaint != NULL ? g_strchomp(complaint) : "not XML");
    return doc;
}

gboolean sp_xml_is(const xmlNode *node, const char *name)
{
    return node != NULL && node->type == XML_ELEMENT_NODE &&
           strcmp((const char *)node->name, name) == 0;
}

xmlNode *sp_xml_child(const xmlNode *node, const char *name)
{
    for (xmlNode *child = node != NULL ? node->children : NULL; child != NULL; child = child->next)
        if (sp_xml_is(child, name))
            return child;
    return NULL;
}

static char *take(xmlChar *text)
{
    char *copy = g_strdup(text != NULL ? (const char *)text : "");
    xmlFree(text);
    return copy;
}

char *sp_xml_attribute(const xmlNode *node, const char *name)
{
    return take(node != NULL ? xmlGetProp((xmlNode *)node, (const xmlChar *)name) : NULL);
}

char *sp_xml_text(const xmlNode *node)
{
    return take(node != NULL ? xmlNodeGetContent((xmlNode *)node) : NULL);
}
