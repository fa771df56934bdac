/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shipped_entry.h"
#include "helper_pack.h"

static void assert_shipped(const char *vendor, const char *product, const char *part)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autofree char *text =
        g_strdup_printf("device {\nvendor \"%s\"\nproduct \"%s\"\n}\n", vendor, product);
    g_autoptr(GBytes) bytes = bytes_of(text);
    g_autoptr(SpStanza) stanza = sp_stanza_parse("s.conf", bytes, findings);
    sp_shipped_entry_judge(stanza, findings);
    print_message("%s %s\n", vendor, product);
    assert_int_equal(findings->all->len, part != NULL ? 1 : 0);
    if (part == NULL)
        return;
    const SpFinding *finding = find_rule(findings, "stanza-shipped");
    assert_int_equal(finding->severity, SP_INFO);
    assert_int_equal(finding->line, 2);
    assert_non_null(strstr(finding->text, part));
}

static void entries_of_releases(void **state)
{
    (void)state;
    assert_shipped("PURE", "FlashArray", "2024-02-15 to now");
    assert_shipped("^PURE *$", "^Flash", "XenServer 8");
    assert_shipped("NETAPP", "LUN.*", "to 2015-05-27");
    assert_shipped("(HP|HPE)", "MSA [12]0[456]0 .*", "HPE MSA");
    assert_shipped("LIO-ORG", ".*", "LIO-ORG");
    assert_shipped("PURE", "FlashBlade", NULL);
    assert_shipped("OSNEXUS", "QUANTASTOR", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(entries_of_releases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
