/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "comps.h"
#include "xml_out.h"

static void add_group(SpXml *xml, const char *id, const SpPack *pack)
{
    g_autofree char *member = g_strconcat("update-", pack->label, NULL);
    sp_xml_open(xml, "group");
    sp_xml_element(xml, "id", id);
    sp_xml_element(xml, "default", "false");
    sp_xml_element(xml, "uservisible", "true");
    sp_xml_element(xml, "name", pack->label);
    sp_xml_element(xml, "description", pack->description);
    sp_xml_open(xml, "packagelist");
    sp_xml_open(xml, "packagereq");
    sp_xml_attribute_out(xml, "type", "mandatory");
    sp_xml_text_out(xml, member);
    sp_xml_close(xml);
    sp_xml_close(xml);
    sp_xml_close(xml);
}

GBytes *sp_comps_write(const SpPack *pack, GError **error)
{
    SpXml xml;
    sp_xml_begin(&xml);
    sp_xml_open(&xml, "comps");
    add_group(&xml, "update", pack);
    if (pack->drivers) /* what the host installer lists driver disks by (packs.md C.2) */
        add_group(&xml, "drivers", pack);
    sp_xml_close(&xml);
    return sp_xml_finish(&xml, "comps.xml", error);
}
