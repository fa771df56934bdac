/* SPDX-License-Identifier: GPL-2.0-or-later */
/* update.xml, and the two documents of a classic pack: read, judged, and written again. */
#include "classic_in.h"
#include "classic_xml.h"
#include "error.h"
#include "packer.h"
#include "update_xml.h"
#include "update_xml_in.h"

/* What we write of what we read says the same. */
static void there_and_back(const SpUpdate *update)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = sp_update_write(update, &error);
    must_be_one(text, error);
    if (text == NULL)
        return;
    g_autoptr(SpUpdate) again = sp_update_read("update.xml", text, &error);
    must(again != NULL && sp_update_same(update, again));
    must(strcmp(update->key, again->key) == 0);
}

static void read_update(GBytes *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpUpdate) update = sp_update_read("update.xml", text, &error);
    must_be_one(update, error);
    sp_update_review("update.xml", text, findings);
    must_be_said(findings);
    if (update != NULL)
        there_and_back(update);
}

static void read_classic(const char *name, GBytes *text)
{
    g_autoptr(GPtrArray) entries = sp_tree_new();
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_tree_add_file(entries, name, 0644, text);
    sp_classic_free(sp_classic_read(entries, findings));
    must_be_said(findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    unsigned which = choose(&in, 3);
    g_autoptr(GBytes) text = g_bytes_new(in.p, in.n);
    if (which == 0)
        read_update(text);
    else
        read_classic(which == 1 ? SP_CLASSIC_REPOSITORY : SP_CLASSIC_PACKAGES, text);
    return 0;
}
