/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the writers of XML share: a text writer into memory, two-space indent, LF, no declaration.
 */
#pragma once
#include "error.h"

struct _xmlTextWriter;
struct _xmlBuffer;

typedef struct {
    struct _xmlTextWriter *writer;
    struct _xmlBuffer *buffer;
    gboolean failed; /* set by any call below; asked once, by sp_xml_finish */
} SpXml;

void sp_xml_begin(SpXml *xml);
void sp_xml_open(SpXml *xml, const char *name);
void sp_xml_close(SpXml *xml);
/* An empty value writes no attribute. */
void sp_xml_attribute_out(SpXml *xml, const char *name, const char *value);
void sp_xml_element(SpXml *xml, const char *name, const char *text);
void sp_xml_text_out(SpXml *xml, const char *text);
/* Frees what begin made. NULL and SP_ERROR_SYSTEM when any step failed. */
GBytes *sp_xml_finish(SpXml *xml, const char *name, GError **error) SP_MUST_CHECK;
