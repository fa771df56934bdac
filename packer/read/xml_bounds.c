/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xml_bounds.h"

#include <string.h>

#define TREE_MAX ((gsize)24 * 1024 * 1024)
/* What libxml2 2.9 on a 64-bit machine takes for a tag and the text behind it, and for an attribute
 * and its value: struct xmlNode has 120 bytes, struct xmlAttr 96; names are shared. */
#define TAG_COST       (2 * 128)
#define ATTRIBUTE_COST (128 + 128)

static gsize cost_of(const char *data, gsize size)
{
    gsize cost = size;
    for (gsize i = 0; i < size; i++) {
        if (data[i] == '<')
            cost += TAG_COST;
        else if (data[i] == '=')
            cost += ATTRIBUTE_COST;
    }
    return cost;
}

gboolean sp_xml_fits(GBytes *text)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    return cost_of(data, size) <= TREE_MAX;
}

gboolean sp_xml_fits_by(GBytes *text, const char *element)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    gboolean declared = size > 5 && memcmp(data, "<?xml", 5) == 0;
    gsize from = declared ? 5 : 0;
    g_autofree char *end = g_strdup_printf("</%s>", element);
    if (size == 0 || g_strstr_len(data + from, (gssize)(size - from), "<!") != NULL ||
        g_strstr_len(data + from, (gssize)(size - from), "<?") != NULL)
        return sp_xml_fits(text);
    while (from < size) {
        const char *at = g_strstr_len(data + from, (gssize)(size - from), end);
        gsize to = at != NULL ? (gsize)(at - data) + strlen(end) : size;
        if (cost_of(data + from, to - from) > TREE_MAX)
            return FALSE;
        from = to;
    }
    return TRUE;
}
