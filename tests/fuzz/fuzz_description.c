/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pack.ini: what is taken obeys every grammar, what is not has a line. */
#include "grammar.h"
#include "ini.h"
#include "packer.h"
#include "rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) text = g_bytes_new(data, size);
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(GPtrArray) fields = sp_ini_parse("pack.ini", text, findings);
    gboolean whole = findings->bad == 0;
    g_autoptr(SpPack) pack = sp_rules_apply(fields, "pack.ini", findings);
    int lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    for (guint i = 0; i < findings->all->len; i++)
        must(((const SpFinding *)findings->all->pdata[i])->line <= lines);
    must_be_said(findings);
    must(!whole || (pack != NULL) == (findings->bad == 0));
    if (pack == NULL || !whole) /* of what was lost nothing was said to be missing */
        return 0;
    must(sp_grammar_originator(pack->originator) == NULL);
    must(sp_grammar_vendor(pack->vendor) == NULL);
    must(sp_grammar_label(pack->label) == NULL);
    must(sp_grammar_version(pack->version) == NULL);
    must(sp_grammar_text(pack->description) == NULL);
    must(sp_grammar_uuid(pack->uuid) == NULL);
    must(pack->guidance[0] == '\0' || sp_grammar_guidance(pack->guidance) == NULL);
    must(pack->base_requires[0] == '\0' || sp_grammar_requires(pack->base_requires) == NULL);
    must(sp_grammar_conflict(pack->on_conflict) == NULL);
    return 0;
}
