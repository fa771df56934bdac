/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dialect.h"
#include "helper_pack.h"

static SpStanza *parse(const char *text, SpFindings *findings)
{
    g_autoptr(GBytes) bytes = bytes_of(text);
    return sp_stanza_parse("s.conf", bytes, findings);
}

static void assert_dialect(const char *vendor, SpDialect dialect, const char *expected, guint infos,
                           guint warnings)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpStanza) stanza = parse(vendor, findings);
    assert_non_null(stanza);
    g_autoptr(GBytes) text = sp_dialect_derive(stanza, dialect, findings);
    assert_bytes(text, expected);
    guint counts[3] = {0};
    for (guint i = 0; i < findings->all->len; i++)
        counts[((SpFinding *)findings->all->pdata[i])->severity]++;
    assert_int_equal(counts[SP_INFO], infos);
    assert_int_equal(counts[SP_WARNING], warnings);
}

/* multipath.md 0.3: no diagnostic in any of the twelve parsers. */
static void quantastor_becomes_the_universal_stanza(void **state)
{
    (void)state;
    g_autofree char *vendor = NULL;
    assert_true(
        g_file_get_contents(SOURCE_DIR "/spec/quantastor/multipath.conf", &vendor, NULL, NULL));
    assert_dialect(vendor, SP_EL5, vendor, 0, 0);
    assert_dialect(vendor, SP_EL7,
                   "device {\n"
                   "      vendor                  \"OSNEXUS\"\n"
                   "      product                 \"QUANTASTOR\"\n"
                   "      path_selector           \"round-robin 0\"\n"
                   "      path_grouping_policy    multibus\n"
                   "      failback                immediate\n"
                   "      rr_weight               uniform\n"
                   "      rr_min_io               100\n"
                   "      rr_min_io_rq            100\n"
                   "      path_checker            tur\n"
                   "}\n",
                   2, 0);
    assert_dialect(vendor, SP_EL10,
                   "device {\n"
                   "      vendor                  \"OSNEXUS\"\n"
                   "      product                 \"QUANTASTOR\"\n"
                   "      path_selector           \"round-robin 0\"\n"
                   "      path_grouping_policy    multibus\n"
                   "      detect_pgpolicy         no\n"
                   "      failback                immediate\n"
                   "      rr_weight               uniform\n"
                   "      rr_min_io               100\n"
                   "      rr_min_io_rq            100\n"
                   "      path_checker            tur\n"
                   "}\n",
                   3, 0);
}

#define HEAD "device {\n\tvendor A\n\tproduct B\n"

static void nothing_is_added_twice(void **state)
{
    (void)state;
    const char *whole =
        HEAD "\trr_min_io 1\n\trr_min_io_rq 2\n\tpath_grouping_policy multibus\n}\n";
    assert_dialect(whole, SP_EL7, whole, 0, 0);
    const char *pinned = HEAD "\tpath_grouping_policy failover\n\tdetect_pgpolicy yes\n}\n";
    assert_dialect(pinned, SP_EL10, pinned, 0, 0);
    const char *by_prio = HEAD "\tpath_grouping_policy group_by_prio\n}\n";
    assert_dialect(by_prio, SP_EL10, by_prio, 0, 0);
    const char *none = HEAD "}\n";
    assert_dialect(none, SP_EL10, none, 0, 0);
}

static void tabs_get_one_blank(void **state)
{
    (void)state;
    assert_dialect(HEAD "\trr_min_io\t\t7\n}\n", SP_EL7,
                   HEAD "\trr_min_io\t\t7\n\trr_min_io_rq 7\n}\n", 1, 0);
}

static void what_a_dialect_does_not_know_is_left_out_with_a_warning(void **state)
{
    (void)state;
    const char *vendor = HEAD "\tskip_kpartx yes\n\tall_devs no\n\t# kept\n}\n";
    assert_dialect(vendor, SP_EL5, vendor, 0, 0);
    assert_dialect(vendor, SP_EL7, HEAD "\tall_devs no\n\t# kept\n}\n", 0, 1);
    assert_dialect(vendor, SP_EL10, HEAD "\tskip_kpartx yes\n\t# kept\n}\n", 1, 0);
    assert_dialect(HEAD "\tpath_grouping_policy group_by_tpg\n}\n", SP_EL7, HEAD "}\n", 0, 1);
    assert_dialect(HEAD "\tpath_grouping_policy group_by_tpg\n}\n", SP_EL10,
                   HEAD "\tpath_grouping_policy group_by_tpg\n}\n", 0, 0);
}

static void only_blocks_are_taken_over(void **state)
{
    (void)state;
    assert_dialect("# intro\n\n" HEAD "}\n\n# between\n"
                   "device {\r\nvendor C\r\nproduct D\r\n}",
                   SP_EL5, HEAD "}\ndevice {\nvendor C\nproduct D\n}\n", 0, 0);
}

static void a_hand_made_dialect_is_checked(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpStanza) stanza = parse(HEAD "\tgetuid_callout \"/x\"\n}\n", findings);
    sp_dialect_check(stanza, SP_EL5, findings);
    assert_int_equal(findings->bad, 0);
    sp_dialect_check(stanza, SP_EL7, findings);
    assert_only(findings, "dialect-keyword", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantastor_becomes_the_universal_stanza),
        cmocka_unit_test(nothing_is_added_twice),
        cmocka_unit_test(tabs_get_one_blank),
        cmocka_unit_test(what_a_dialect_does_not_know_is_left_out_with_a_warning),
        cmocka_unit_test(only_blocks_are_taken_over),
        cmocka_unit_test(a_hand_made_dialect_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
