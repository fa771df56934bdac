/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helper_pack.h"

static void counts_only_what_is_bad(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_findings_add(findings, SP_INFO, "i", "f", 1, "info");
    sp_findings_add(findings, SP_WARNING, "w", "f", 2, "warning");
    assert_int_equal(findings->bad, 0);
    sp_findings_add(findings, SP_BAD, "b", "f", 3, "bad %s", "thing");
    assert_int_equal(findings->bad, 1);
    assert_int_equal(findings->all->len, 3);
}

static void names_file_line_and_rule(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_findings_add(findings, SP_BAD, "some-rule", "a.ini", 7, "wrong");
    sp_findings_add(findings, SP_BAD, "some-rule", "a.ini", 0, "wrong");
    g_autofree char *with = sp_finding_text(findings->all->pdata[0]);
    g_autofree char *without = sp_finding_text(findings->all->pdata[1]);
    assert_string_equal(with, "a.ini:7: wrong [some-rule]");
    assert_string_equal(without, "a.ini: wrong [some-rule]");
    SpFinding *some = findings->all->pdata[0];
    some->parser = SP_0_4_9_86;
    some->last_parser = SP_0_4_9_119;
    g_autofree char *hosts = sp_finding_text(some);
    assert_string_equal(hosts, "a.ini:7: XenServer 7.0 to 8, XCP-ng 7 and 8: wrong [some-rule]");
    sp_findings_drop_last(findings);
    assert_int_equal(findings->all->len, 1);
    assert_int_equal(findings->bad, 1);
}

static void shows_values_short_and_printable(void **state)
{
    (void)state;
    g_autofree char *odd = sp_shown("a\033b\xff");
    assert_string_equal(odd, "a\\x1bb\\xff");
    g_autofree char *huge = g_strnfill(5000, 'x');
    g_autofree char *shown = sp_shown(huge);
    assert_int_equal(strlen(shown), 51);
    assert_true(g_str_has_suffix(shown, "xxx..."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_only_what_is_bad),
        cmocka_unit_test(names_file_line_and_rule),
        cmocka_unit_test(shows_values_short_and_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
