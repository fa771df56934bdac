/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pattern.h"
#include "helper_pack.h"

static SpFindings *judge(const char *text)
{
    SpFindings *findings = sp_findings_new();
    g_autoptr(GBytes) bytes = bytes_of(text);
    g_autoptr(SpStanza) stanza = sp_stanza_parse("s.conf", bytes, findings);
    assert_non_null(stanza);
    sp_pattern_judge(stanza, findings);
    return findings;
}

/* Every finding of one vendor and product, "rule " each. */
static char *rules_of(const char *vendor, const char *product)
{
    g_autofree char *text =
        g_strdup_printf("device {\nvendor \"%s\"\nproduct \"%s\"\n}\n", vendor, product);
    g_autoptr(SpFindings) findings = judge(text);
    GString *rules = g_string_new(NULL);
    for (guint i = 0; i < findings->all->len; i++) {
        const SpFinding *finding = findings->all->pdata[i];
        assert_string_equal(finding->file, "s.conf");
        assert_int_equal(finding->line, g_str_has_prefix(finding->text, "vendor") ? 2 : 3);
        assert_int_not_equal(finding->severity, SP_BAD);
        g_string_append_printf(rules, "%s%s ", finding->severity == SP_INFO ? "i:" : "",
                               finding->rule + strlen("pattern-"));
    }
    return g_string_free(rules, FALSE);
}

static void each_rule(void **state)
{
    (void)state;
    const struct {
        const char *vendor, *product, *rules;
    } cases[] = {
        {"OSNEXUS", "^QUANTASTOR", ""},
        {"OSNEXUS", "QUANTASTOR", "i:unanchored "},
        {"OSNEXUS", ".*", "i:everything "},
        {"OSNEXUS", "a|", "i:everything "},
        {".*", "^X", "everything "},
        {"HP", "^X", "other-vendor "},
        {"^HP *$", "^X", ""},
        {"HP|HPE", "^X", ""},
        {"HPE?", "^X", "other-vendor "},
        {"(NETAPP|LSI|ENGENIO)", "^X", ""},
        {"OSNEXUSES", "^X", "length "},
        {"OSNEXUSE", "^X", ""},
        {"OSNEXUS", "^ABCDEFGHIJKLMNOPQ", "length "},
        {"OSNEXUS", "^ABCDEFGHIJKLMNOP", ""},
        {"OSNEXUS", "^(ABCDEFGHIJKLMNOPQ|AB)C?[]x]D", ""},
        {"OSNEXUS", "^(ABCDEFGH){2}I", "length "},
        {"OSNEXUS", "^X\\\\$", ""},
        {"NVME", "^A product name as long as NVMe devices have", ""},
        {"OSNEXUS", "^X$", "end "},
        {"OSNEXUS", "^X *$", ""},
        {"OSNEXUS", "^ABCDEFGHIJKLMNOP$", ""},
        {"OSNEXUS", "^VTX1.0", "dot "},
        {"OSNEXUS", "^VTX1[.]0", ""},
        {"OSNEXUS", "^VTX1\\.0", ""},
        {"OSNEXUS", "^LUN*", "glob "},
        {"OSNEXUS", "^LUN.*", ""},
        {"OSNEXUS", "^A|B", "anchor "},
        {"OSNEXUS", "^(A|B)", ""},
        {"OSNEXUS", "^A|^B", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *rules = rules_of(cases[i].vendor, cases[i].product);
        if (strcmp(rules, cases[i].rules) != 0)
            fail_msg("'%s' '%s' gave '%s'", cases[i].vendor, cases[i].product, rules);
    }
}

static void devices_that_match_the_same_arrays(void **state)
{
    (void)state;
    const char *const cases[][2] = {{"LUN", "LUN 2"}, {"LUN 2", "LUN"}, {"^LUN", "^VOL"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *stanza =
            g_strdup_printf("device {\nvendor ACME\nproduct \"%s\"\n}\ndevice {\nvendor "
                            "ACME\nproduct \"%s\"\n}\n",
                            cases[i][0], cases[i][1]);
        g_autoptr(SpFindings) findings = judge(stanza);
        const SpFinding *found = find_rule(findings, "pattern-overlap");
        assert_int_equal(found != NULL, i < 2);
        assert_int_equal(found != NULL ? found->line : 7, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule),
        cmocka_unit_test(devices_that_match_the_same_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
