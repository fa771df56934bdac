/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests that need a pack or look at findings. */
#pragma once
#include "finding.h"
#include "helper.h"
#include "pack.h"

static inline const SpFinding *find_rule(const SpFindings *findings, const char *rule)
{
    for (guint i = 0; i < findings->all->len; i++) {
        const SpFinding *finding = findings->all->pdata[i];
        if (strcmp(finding->rule, rule) == 0)
            return finding;
    }
    return NULL;
}

/* There is a finding of that rule, on that line, and nothing else is bad. */
static inline void assert_only(const SpFindings *findings, const char *rule, int line)
{
    const SpFinding *finding = find_rule(findings, rule);
    if (finding == NULL || findings->bad != 1) {
        for (guint i = 0; i < findings->all->len; i++) {
            g_autofree char *text = sp_finding_text(findings->all->pdata[i]);
            print_message("%s\n", text);
        }
        fail_msg("wanted only %s", rule);
        return;
    }
    assert_int_equal(finding->line, line);
}

static inline SpPack *a_pack(void)
{
    SpPack *pack = sp_pack_new();
    pack->originator = g_strdup("acme");
    pack->vendor = g_strdup("ACME Inc.");
    pack->label = g_strdup("acme-mp");
    pack->version = g_strdup("1.2");
    pack->description = g_strdup("Acme settings");
    pack->uuid = g_strdup("0a4f0000-0000-5000-8000-000000000001");
    pack->guidance = g_strdup("");
    pack->base_requires = g_strdup("platform-version >= 2.2.0");
    pack->on_conflict = g_strdup("keep");
    pack->settings = g_strdup("deliver");
    pack->eula_path = g_strdup("");
    pack->notes_path = g_strdup("");
    for (int i = 0; i < SP_STANZAS; i++)
        pack->stanza_path[i] = g_strdup("");
    /* Two texts: 0.4.9-86 has one of its own. */
    for (int i = 0; i < SP_PARSERS; i++)
        pack->text[i] =
            bytes_of(i == SP_0_4_9_86 ? "device {\n\tvendor A\n\tproduct B\n\tfeatures \"0\"\n}\n"
                                      : "device {\n\tvendor A\n\tproduct B\n}\n");
    return pack;
}
