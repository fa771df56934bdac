/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of XML share: a document from memory without network, entities or noise on
 * stderr. libxml2 types stay in this folder. */
#pragma once
#include "error.h"

#include <libxml/tree.h>

typedef xmlDoc SpXmlDoc;
void sp_xml_free(SpXmlDoc *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpXmlDoc, sp_xml_free)

/* SP_ERROR_INPUT with libxml2's first complaint when it is not well-formed, or would be too large a
 * tree (xml_bounds.h). */
SpXmlDoc *sp_xml_parse(const char *name, GBytes *text, GError **error) SP_MUST_CHECK;
/* Calls `each` for every child `element` of the root, with only that one in memory. The root must
 * be named `root`; *count gets its attribute "packages" and is the caller's to free, whatever comes
 * out. Documents with a DOCTYPE are refused, and those `each` returns FALSE for. SP_ERROR_INPUT as
 * above. */
typedef gboolean (*SpXmlEach)(const xmlNode *node, gpointer data);
gboolean sp_xml_each(const char *name, GBytes *text, const char *root, const char *element,
                     SpXmlEach each, gpointer data, char **count, GError **error) SP_MUST_CHECK;
/* Attribute or "" ; the caller frees. */
char *sp_xml_attribute(const xmlNode *node, const char *name);
/* Text of an element or ""; the caller frees. */
char *sp_xml_text(const xmlNode *node);
/* First child element of that name, or NULL. */
xmlNode *sp_xml_child(const xmlNode *node, const char *name);
gboolean sp_xml_is(const xmlNode *node, const char *name);
/* The same into a string that is freed first. */
void sp_xml_take_attribute(char **slot, const xmlNode *node, const char *name);
void sp_xml_take_text(char **slot, const xmlNode *node);
/* A decimal number, -1 when the text is none; frees it. */
gint64 sp_xml_number(char *text);
/* TRUE when the node's href is a path below the document's root and no xml:base says otherwise. */
gboolean sp_xml_is_plain_href(const xmlNode *node);
