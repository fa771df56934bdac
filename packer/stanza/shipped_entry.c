/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shipped_entry.h"
#include "pattern.h"

#include <string.h>

/* What such an array answers to INQUIRY, the first and last day of the versions that have the
 * entry, and the hosts whose file may be of that time. */
static const struct {
    const char *vendor, *product;
    const char *since, *until; /* until: NULL, it is there still */
    SpParser first, last;
} entries[] = {
    {"DELL", "MD36xxi", "2013-10-18", NULL, SP_0_4_9_31, SP_0_4_9_119},
    {"DataCore", "SAN", "2013-10-18", NULL, SP_0_4_9_31, SP_0_4_9_119},
    {"IBM", "1723", "2013-10-18", NULL, SP_0_4_9_31, SP_0_4_9_119},
    {"NETAPP", "LUN", "2014-01-13", "2015-05-27", SP_0_4_9_31, SP_0_4_9_86},
    {"EQLOGIC", "100E-00", "2014-04-15", NULL, SP_0_4_9_31, SP_0_4_9_119},
    {"DGC", "VRAID", "2014-08-22", NULL, SP_0_4_9_31, SP_0_4_9_119},
    {"EMC", "Invista", "2018-06-13", NULL, SP_0_4_9_86, SP_0_4_9_119},
    {"LIO-ORG", "", "2018-06-13", NULL, SP_0_4_9_86, SP_0_4_9_119},
    {"TrueNAS", "iSCSI Disk", "2020-01-21", NULL, SP_0_4_9_119, SP_0_4_9_119},
    {"QNAP", "iSCSI Storage", "2020-05-12", NULL, SP_0_4_9_119, SP_0_4_9_119},
    {"DellEMC", "PowerStore", "2021-11-22", NULL, SP_0_4_9_119, SP_0_4_9_119},
    {"DellEMC", "ME4", "2021-11-22", NULL, SP_0_4_9_119, SP_0_4_9_119},
    {"PURE", "FlashArray", "2024-02-15", NULL, SP_0_4_9_119, SP_0_4_9_119},
    {"HPE", "MSA 2060 SAN", "2024-02-15", NULL, SP_0_4_9_119, SP_0_4_9_119},
    {"IBM", "2145", "2024-07-11", NULL, SP_0_4_9_119, SP_0_4_9_119},
    {"Nimble", "Server", "2025-03-18", NULL, SP_0_4_9_119, SP_0_4_9_119},
};

static gboolean fits(const SpDevice *device, const char *keyword, const char *text, int width)
{
    const SpStanzaLine *line = sp_device_find(device, keyword);
    g_autofree char *padded = g_strdup_printf("%-*s", width, text);
    return line != NULL &&
           (sp_pattern_matches(line->value, text) || sp_pattern_matches(line->value, padded));
}

void sp_shipped_entry_judge(const SpStanza *stanza, SpFindings *findings)
{
    for (guint i = 0; i < stanza->devices->len; i++) {
        const SpDevice *device = stanza->devices->pdata[i];
        for (gsize k = 0; k < G_N_ELEMENTS(entries); k++) {
            if (!fits(device, "vendor", entries[k].vendor, 8) ||
                !fits(device, "product", entries[k].product, 16))
                continue;
            g_autofree char *hosts = sp_parser_hosts(entries[k].first, entries[k].last);
            sp_findings_add(
                findings, SP_INFO, "stanza-shipped", stanza->file,
                sp_device_find(device, "vendor")->number,
                "versions of %s to %s have an entry for %s %s in the release's own file "
                "(%s); the pack's goes before it, keyword by keyword from 7.0 on, and "
                "what the pack does not say stays as that entry has it",
                entries[k].since, entries[k].until != NULL ? entries[k].until : "now",
                entries[k].vendor, entries[k].product, hosts);
        }
    }
}
