/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of XML share: a document from memory without network, entities or noise on
 * stderr. libxml2 types stay in this folder. */
#pragma once
#include "error.h"

#include <libxml/tree.h>

typedef xmlDoc SpXmlDoc;
void sp_xml_free(SpXmlDoc *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpXmlDoc, sp_xml_free)

/* SP_ERROR_INPUT with libxml2's first complaint when it is not well-formed. */
SpXmlDoc *sp_xml_parse(const char *name, GBytes *text, GError **error) SP_MUST_CHECK;
/* Attribute or "" ; the caller frees. */
char *sp_xml_attribute(const xmlNode *node, const char *name);
/* Text of an element or ""; the caller frees. */
char *sp_xml_text(const xmlNode *node);
/* First child element of that name, or NULL. */
xmlNode *sp_xml_child(const xmlNode *node, const char *name);
gboolean sp_xml_is(const xmlNode *node, const char *name);
