/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic_xml.h"
#include "xml_out.h"

GBytes *sp_classic_write_repository(const SpClassic *classic, GError **error)
{
    SpXml xml;
    sp_xml_begin(&xml);
    sp_xml_open(&xml, "repository");
    sp_xml_attribute_out(&xml, "enforce-homogeneity", classic->homogeneous ? "true" : "");
    sp_xml_attribute_out(&xml, "name", classic->name);
    sp_xml_attribute_out(&xml, "originator", classic->originator);
    sp_xml_attribute_out(&xml, "product", classic->product);
    sp_xml_attribute_out(&xml, "version", classic->version);
    /* First: xapi takes the text of the first child, whatever it is. */
    sp_xml_element(&xml, "description", classic->description);
    for (guint i = 0; i < classic->needs->len; i++) {
        const SpClassicNeed *need = classic->needs->pdata[i];
        sp_xml_open(&xml, "requires");
        sp_xml_attribute_out(&xml, "name", need->name);
        sp_xml_attribute_out(&xml, "originator", need->originator);
        sp_xml_attribute_out(&xml, "product", need->product);
        sp_xml_attribute_out(&xml, "test", need->test);
        sp_xml_attribute_out(&xml, "version", need->version);
        sp_xml_close(&xml);
    }
    sp_xml_close(&xml);
    return sp_xml_finish(&xml, SP_CLASSIC_REPOSITORY, error);
}

GBytes *sp_classic_write_packages(const SpClassic *classic, GError **error)
{
    SpXml xml;
    sp_xml_begin(&xml);
    sp_xml_open(&xml, "packages");
    for (guint i = 0; i < classic->packages->len; i++) {
        const SpClassicPackage *package = classic->packages->pdata[i];
        g_autofree char *size = g_strdup_printf("%" G_GINT64_FORMAT, package->size);
        sp_xml_open(&xml, "package");
        sp_xml_attribute_out(&xml, "label", package->label);
        sp_xml_attribute_out(&xml, "md5", package->md5);
        sp_xml_attribute_out(&xml, "size", size);
        sp_xml_attribute_out(&xml, "type", package->type);
        sp_xml_text_out(&xml, package->file);
        sp_xml_close(&xml);
    }
    sp_xml_close(&xml);
    return sp_xml_finish(&xml, SP_CLASSIC_PACKAGES, error);
}
