/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update_xml.h"
#include "xml_out.h"

GBytes *sp_update_write(const SpUpdate *update, GError **error)
{
    g_autofree char *size = g_strdup_printf("%" G_GINT64_FORMAT, update->installation_size);
    SpXml xml;
    sp_xml_begin(&xml);
    sp_xml_open(&xml, "update");
    sp_xml_attribute_out(&xml, "name-label", update->label);
    sp_xml_attribute_out(&xml, "version", update->version);
    sp_xml_attribute_out(&xml, "uuid", update->uuid);
    sp_xml_attribute_out(&xml, "installation-size", size);
    sp_xml_attribute_out(&xml, "after-apply-guidance", update->guidance);
    sp_xml_attribute_out(&xml, "key", update->key);
    sp_xml_attribute_out(&xml, "control", update->control);
    sp_xml_attribute_out(&xml, "enforce-homogeneity", update->homogeneous ? "true" : "");
    sp_xml_element(&xml, "name-description", update->description);
    sp_xml_close(&xml);
    return sp_xml_finish(&xml, "update.xml", error);
}
