/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"
#include "helper_pack.h"

/* A hostile image: terminal controls and bytes that are not UTF-8 in every place text can be. */
static SpSurvey *hostile(void)
{
    g_autoptr(SpPack) pack = a_pack();
    SpSurvey *survey = sp_survey_new("x.iso");
    survey->update = sp_update_from_pack(pack, 42, "KEY\033");
    g_free(survey->update->description);
    survey->update->description = g_strdup("\033]0;owned\a \xff");
    sp_tree_take_text(survey->entries, "a\033[2Jb", 0644, g_strdup("abc"));
    SpPackage *package = sp_package_new("Packages/\033.rpm");
    package->name = g_strdup("control-acme-mp");
    package->version = g_strdup("\033");
    package->release = g_strdup("1");
    package->arch = g_strdup("x");
    package->compressor = g_strdup("gzip\r");
    package->depends = g_strsplit("a >= 1|/bin/sh|rpmlib(X) <= 1|b = \0332", "|", -1);
    package->signature = sp_signature_new(SP_SIG_BAD);
    g_ptr_array_add(survey->packages, package);
    g_free(survey->key_owner);
    survey->key_owner = g_strdup("\033 owner");
    g_free(survey->key_fingerprint);
    survey->key_fingerprint = g_strdup("ABCD");
    return survey;
}

static void text_is_safe_to_show(void **state)
{
    (void)state;
    g_autoptr(SpSurvey) survey = hostile();
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_findings_add(findings, SP_BAD, "r", "f\033", 0, "t\033");
    g_autofree char *text = sp_report_text(survey, findings);
    for (const char *at = text; *at != '\0'; at++)
        assert_true(*at == '\n' || g_ascii_isprint(*at));
    assert_non_null(strstr(text, "description    \\x1b]0;owned\\x07 \\xff\n"));
    assert_non_null(strstr(text, "base-requires  a >= 1, b = \\x1b2\n"));
    assert_non_null(strstr(text, "BAD SIGNATURE"));
    assert_non_null(strstr(text, "not checked against a key you trust"));
    assert_null(strstr(text, "UNSIGNED"));
}

static void unsigned_is_said(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = a_pack();
    g_autoptr(SpSurvey) survey = sp_survey_new("x.iso");
    g_autoptr(SpFindings) findings = sp_findings_new();
    survey->update = sp_update_from_pack(pack, 42, NULL);
    g_autofree char *text = sp_report_text(survey, findings);
    g_autofree char *json = sp_report_json(survey, findings);
    assert_non_null(strstr(text, "\nUNSIGNED: "));
    assert_non_null(strstr(json, "\"signed\": false"));
}

static void json_is_valid_and_sorted(void **state)
{
    (void)state;
    g_autoptr(SpSurvey) survey = hostile();
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autofree char *json = sp_report_json(survey, findings);
    assert_true(g_utf8_validate(json, -1, NULL));
    assert_null(strchr(json, '\033'));
    assert_true(g_str_has_prefix(json, "{\n  \"base_requires\": ["));
    assert_non_null(strstr(json, "\"schema\": 1"));
    assert_non_null(
        strstr(json, "\"description\": \"\xef\xbf\xbd]0;owned\xef\xbf\xbd \xef\xbf\xbd\""));
    assert_non_null(strstr(json, "\"state\": \"bad\""));
    assert_non_null(strstr(json, "\"trusted\": false"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_safe_to_show),
        cmocka_unit_test(unsigned_is_said),
        cmocka_unit_test(json_is_valid_and_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
