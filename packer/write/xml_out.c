/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xml_out.h"

#include <libxml/xmlwriter.h>

static void step(SpXml *xml, int rc)
{
    xml->failed = xml->failed || rc < 0;
}

void sp_xml_begin(SpXml *xml)
{
    xml->buffer = xmlBufferCreate();
    xml->writer = xmlNewTextWriterMemory(xml->buffer, 0);
    xml->failed = xml->writer == NULL;
    if (xml->failed)
        return;
    step(xml, xmlTextWriterSetIndent(xml->writer, 1));
    step(xml, xmlTextWriterSetIndentString(xml->writer, BAD_CAST "  "));
}

void sp_xml_open(SpXml *xml, const char *name)
{
    step(xml, xml->failed ? -1 : xmlTextWriterStartElement(xml->writer, BAD_CAST name));
}

void sp_xml_close(SpXml *xml)
{
    step(xml, xml->failed ? -1 : xmlTextWriterEndElement(xml->writer));
}

void sp_xml_attribute_out(SpXml *xml, const char *name, const char *value)
{
    if (value[0] != '\0')
        step(xml, xml->failed
                      ? -1
                      : xmlTextWriterWriteAttribute(xml->writer, BAD_CAST name, BAD_CAST value));
}

void sp_xml_element(SpXml *xml, const char *name, const char *text)
{
    step(xml,
         xml->failed ? -1 : xmlTextWriterWriteElement(xml->writer, BAD_CAST name, BAD_CAST text));
}

void sp_xml_text_out(SpXml *xml, const char *text)
{
    step(xml, xml->failed ? -1 : xmlTextWriterWriteString(xml->writer, BAD_CAST text));
}

GBytes *sp_xml_finish(SpXml *xml, const char *name, GError **error)
{
    step(xml, xml->failed ? -1 : xmlTextWriterEndDocument(xml->writer));
    xmlFreeTextWriter(xml->writer); /* flushes into the buffer */
    GBytes *bytes = NULL;
    if (!xml->failed)
        bytes = g_bytes_new(xmlBufferContent(xml->buffer), (gsize)xmlBufferLength(xml->buffer));
    else
        sp_throw(error, SP_ERROR_SYSTEM, "cannot write '%s': libxml2 failed", name);
    xmlBufferFree(xml->buffer);
    return bytes;
}
