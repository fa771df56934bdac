/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "listed.h"
#include "pattern.h"

#include <string.h>

/* Some of the names that disks of an array have, and others that none has. */
static const char *const disks[] = {"sda", "sdb", "sdm", "sdz", "sdaa", "sdzz", "sdabc"};
static const char *const anything[] = {"~", "q", "sda", "nvme0n1", "0"};

static gboolean is_everything(const char *pattern)
{
    gboolean all = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(anything); i++)
        all = all && sp_pattern_matches(pattern, anything[i]);
    return all || strcmp(pattern, "*") == 0; /* which parsers up to 8 take for it */
}

static gboolean lists_everything(const SpStanzaLine *line)
{
    return is_everything(line->value) && (line->product == NULL || is_everything(line->product));
}

/* Compared padded with blanks and without, as parsers do one or the other (parsers-2.md P3). */
static gboolean hits_field(const char *listed, const SpDevice *device, const char *field, int width)
{
    const SpStanzaLine *own = sp_device_find(device, field);
    g_autofree char *sample = own != NULL ? sp_pattern_sample(own->value) : g_strdup("");
    g_autofree char *padded = g_strdup_printf("%-*s", width, sample);
    return sp_pattern_matches(listed, sample) || sp_pattern_matches(listed, padded);
}

static gboolean hits_device(const SpStanza *stanza, const SpStanzaLine *line)
{
    for (guint i = 0; i < stanza->devices->len; i++) {
        const SpDevice *device = stanza->devices->pdata[i];
        if (hits_field(line->value, device, "vendor", 8) &&
            hits_field(line->product, device, "product", 16))
            return TRUE;
    }
    return FALSE;
}

static gboolean has_nvme(const SpStanza *stanza)
{
    for (guint i = 0; i < stanza->devices->len; i++) {
        const SpStanzaLine *vendor = sp_device_find(stanza->devices->pdata[i], "vendor");
        if (vendor != NULL && sp_pattern_matches(vendor->value, "NVME"))
            return TRUE;
    }
    return FALSE;
}

/* How many of the names that the array's disks may have: none, some or all. */
static guint hits_nodes(const SpStanza *stanza, const char *pattern, guint *all)
{
    guint hits = 0;
    *all = G_N_ELEMENTS(disks);
    for (gsize i = 0; i < G_N_ELEMENTS(disks); i++)
        hits += sp_pattern_matches(pattern, disks[i]) ? 1 : 0;
    if (has_nvme(stanza) && sp_pattern_matches(pattern, "nvme0n1"))
        hits = *all;
    return hits;
}

static void leave_out(const SpStanza *stanza, SpStanzaLine *line, SpFateKind fate, const char *why,
                      SpFindings *findings)
{
    line->fate = fate;
    line->never = why;
    g_autofree char *shown = sp_shown(line->value);
    sp_findings_add(findings, SP_WARNING, "setting-never", stanza->file, line->number,
                    "%s '%s' is left out on all hosts: %s", line->name, shown, why);
}

static void judge_blacklist(const SpStanza *stanza, SpStanzaLine *line, SpFindings *findings)
{
    guint all = 0, hits = 0;
    gboolean device = line->product != NULL, node = strcmp(line->name, "devnode") == 0;
    if (node)
        hits = hits_nodes(stanza, line->value, &all);
    if (lists_everything(line)) {
        leave_out(stanza, line, SP_FATE_SM,
                  "it keeps the disks of all other arrays off multipath, which SM has open",
                  findings);
    } else if ((device && hits_device(stanza, line)) || (node && hits == all)) {
        g_autofree char *shown = sp_shown(line->value);
        sp_findings_add(findings, SP_BAD, "stanza-own-array", stanza->file, line->number,
                        "%s '%s' of the blacklist keeps the disks of this very array off multipath",
                        line->name, shown);
    } else if (node && hits > 0) {
        leave_out(stanza, line, SP_FATE_SITE,
                  "which disk has such a name differs by host and by boot, the array's may have it",
                  findings);
    } else if (!device && !node) {
        leave_out(stanza, line, SP_FATE_SITE,
                  strcmp(line->name, "wwid") == 0
                      ? "a WWID names one disk of one site"
                      : "whether the array's own disks have it cannot be told from the text",
                  findings);
    }
}

static void judge_exception(const SpStanza *stanza, SpStanzaLine *line, gboolean of_everything,
                            SpFindings *findings)
{
    gboolean device = line->product != NULL, node = strcmp(line->name, "devnode") == 0;
    if (of_everything)
        leave_out(stanza, line, SP_FATE_SM,
                  "it is an exception from a blacklist of everything, which no host gets",
                  findings);
    else if (lists_everything(line))
        leave_out(stanza, line, SP_FATE_SITE, "it undoes every blacklist of the site", findings);
    else if (!device && !node)
        leave_out(stanza, line, SP_FATE_SITE,
                  strcmp(line->name, "wwid") == 0 ? "a WWID names one disk of one site"
                                                  : "it keeps every disk without it off multipath",
                  findings);
}

void sp_listed_judge(SpStanza *stanza, SpFindings *findings)
{
    const GPtrArray *listed = stanza->sections[SP_BLACKLIST];
    const GPtrArray *exceptions = stanza->sections[SP_EXCEPTIONS];
    gboolean of_everything = FALSE;
    for (guint i = 0; i < listed->len; i++) {
        judge_blacklist(stanza, listed->pdata[i], findings);
        of_everything = of_everything || lists_everything(listed->pdata[i]);
    }
    for (guint i = 0; i < exceptions->len; i++)
        judge_exception(stanza, exceptions->pdata[i], of_everything, findings);
}
