/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xml_in.h"
#include "entry.h"
#include "xml_bounds.h"

#include <libxml/parser.h>
#include <libxml/xmlreader.h>
#include <string.h>

/* Not XML_PARSE_NOENT: entities are never expanded. The bounds were counted in UTF-8. */
#define OPTIONS (XML_PARSE_NONET | XML_PARSE_IGNORE_ENC)

void sp_xml_free(SpXmlDoc *doc)
{
    xmlFreeDoc(doc);
}

#if LIBXML_VERSION >= 21200
typedef const xmlError Problem;
#else
typedef xmlError Problem;
#endif

static void keep_first(void *data, Problem *problem)
{
    char **first = data;
    if (*first == NULL && problem != NULL && problem->message != NULL)
        *first = g_strdup_printf("line %d: %s", problem->line, problem->message);
}

static char *take(xmlChar *text)
{
    char *copy = g_strdup(text != NULL ? (const char *)text : "");
    xmlFree(text);
    return copy;
}

static gboolean refuse(const char *name, const char *complaint, GError **error)
{
    g_autofree char *line = g_strchomp(g_strdup(complaint != NULL ? complaint : "not XML"));
    return sp_throw(error, SP_ERROR_INPUT, "cannot read '%s': %s", name, line);
}

SpXmlDoc *sp_xml_parse(const char *name, GBytes *text, GError **error)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    g_autofree char *complaint = NULL;
    const char *unfit = sp_xml_bounds(text);
    if (unfit != NULL) {
        refuse(name, unfit, error);
        return NULL;
    }
    xmlSetStructuredErrorFunc(&complaint, keep_first);
    SpXmlDoc *doc =
        size <= G_MAXINT && size > 0 ? xmlReadMemory(data, (int)size, name, NULL, OPTIONS) : NULL;
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (doc == NULL)
        refuse(name, complaint, error);
    return doc;
}

typedef struct {
    const char *root, *element;
    SpXmlEach each;
    gpointer data;
    char **count;
} Each;

/* At a node of the reader; what xmlTextReaderRead and Next return for the next one, -1 to stop. */
static int visit(xmlTextReader *reader, const Each *want)
{
    int type = xmlTextReaderNodeType(reader), depth = xmlTextReaderDepth(reader);
    const char *name = (const char *)xmlTextReaderConstLocalName(reader);
    if (type == XML_READER_TYPE_DOCUMENT_TYPE)
        return -1;
    if (type == XML_READER_TYPE_ELEMENT && depth == 0) {
        if (strcmp(name, want->root) != 0)
            return -1;
        g_free(*want->count);
        *want->count = take(xmlTextReaderGetAttribute(reader, BAD_CAST "packages"));
    }
    if (type != XML_READER_TYPE_ELEMENT || depth != 1 || strcmp(name, want->element) != 0)
        return xmlTextReaderRead(reader);
    const xmlNode *node = xmlTextReaderExpand(reader);
    if (node == NULL)
        return -1;
    return want->each(node, want->data) ? xmlTextReaderNext(reader) : -1;
}

gboolean sp_xml_each(const char *name, GBytes *text, const char *root, const char *element,
                     SpXmlEach each, gpointer data, char **count, GError **error)
{
    gsize size = 0;
    const char *content = g_bytes_get_data(text, &size);
    g_autofree char *complaint = NULL;
    const Each want = {root, element, each, data, count};
    *count = g_strdup("");
    const char *unfit = sp_xml_bounds_by(text, element);
    if (unfit != NULL)
        return refuse(name, unfit, error);
    xmlSetStructuredErrorFunc(&complaint, keep_first);
    xmlTextReader *reader = size > 0 && size <= G_MAXINT
                                ? xmlReaderForMemory(content, (int)size, name, NULL, OPTIONS)
                                : NULL;
    int rc = reader != NULL ? xmlTextReaderRead(reader) : -1;
    while (rc == 1)
        rc = visit(reader, &want);
    xmlFreeTextReader(reader);
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (rc == 0)
        return TRUE;
    g_autofree char *otherwise = g_strdup_printf("it is not a '%s' document", root);
    return refuse(name, complaint != NULL ? complaint : otherwise, error);
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

char *sp_xml_attribute(const xmlNode *node, const char *name)
{
    return take(node != NULL ? xmlGetProp((xmlNode *)node, (const xmlChar *)name) : NULL);
}

char *sp_xml_text(const xmlNode *node)
{
    return take(node != NULL ? xmlNodeGetContent((xmlNode *)node) : NULL);
}

void sp_xml_take_attribute(char **slot, const xmlNode *node, const char *name)
{
    g_free(*slot);
    *slot = sp_xml_attribute(node, name);
}

void sp_xml_take_text(char **slot, const xmlNode *node)
{
    g_free(*slot);
    *slot = sp_xml_text(node);
}

gint64 sp_xml_number(char *text)
{
    gint64 number = -1;
    if (!g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &number, NULL))
        number = -1;
    g_free(text);
    return number;
}

gboolean sp_xml_is_plain_href(const xmlNode *node)
{
    g_autofree char *href = sp_xml_attribute(node, "href");
    g_autofree char *base = sp_xml_attribute(node, "base"); /* xml:base, by its local name */
    return href[0] != '/' && base[0] == '\0' && strstr(href, "://") == NULL &&
           sp_path_is_inside(href);
}
