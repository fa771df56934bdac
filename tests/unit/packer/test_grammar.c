/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grammar.h"
#include "helper.h"

typedef struct {
    SpGrammar grammar;
    const char *value;
} Case;

static const Case good[] = {
    {sp_grammar_originator, "osnexus"},
    {sp_grammar_originator, "0_a.b-c"},
    {sp_grammar_vendor, "Acme, Inc. (Storage)"},
    {sp_grammar_label, "A_b-9"},
    {sp_grammar_label, "XSomething"},
    {sp_grammar_label, "domain"},
    {sp_grammar_version, "0"},
    {sp_grammar_version, "1.20.300"},
    {sp_grammar_version, "1.2.3.4.5.999999"},
    {sp_grammar_text, "Text; with 'most' of (ASCII) {it}: #1 + 2 = 3?"},
    {sp_grammar_uuid, "0a4f1234-5678-9abc-def0-0123456789ab"},
    {sp_grammar_guidance, "restartHost , restartXAPI"},
    {sp_grammar_requires, "platform-version >= 2.2.0"},
    {sp_grammar_requires, "a = 1 ,  kernel-uname-r  =  4.19.0+1"},
    {sp_grammar_yes_no, "yes"},
    {sp_grammar_conflict, "replace"},
    {sp_grammar_path, "multipath.conf"},
    {sp_grammar_path, "sub/dir/a..b.conf"},
    {sp_grammar_globs, "a.rpm"},
    {sp_grammar_globs, "  rpms/*.rpm  b/?-1.0~rc+2^x.rpm "},
    {sp_grammar_ddk_version, "3.8.7+1.xcpng8.2-pack.0_1"},
    {sp_grammar_key_file, "RPM-GPG-KEY-ACME"},
};

static const Case bad[] = {
    {sp_grammar_globs, ""},
    {sp_grammar_globs, "  "},
    {sp_grammar_globs, "../a.rpm"},
    {sp_grammar_globs, "a.rpm /b.rpm"},
    {sp_grammar_globs, "a//b.rpm"},
    {sp_grammar_globs, "[ab].rpm"},
    {sp_grammar_globs, "$(id)"},
    {sp_grammar_ddk_version, ""},
    {sp_grammar_ddk_version, "-1"},
    {sp_grammar_ddk_version, "1 0"},
    {sp_grammar_ddk_version, "1%0"},
    {sp_grammar_key_file, ".asc"},
    {sp_grammar_key_file, "a/b"},
    {sp_grammar_key_file, "a b"},
    {sp_grammar_originator, ""},
    {sp_grammar_originator, "xs"},
    {sp_grammar_originator, "xcp"},
    {sp_grammar_originator, "-a"},
    {sp_grammar_originator, "Acme"},
    {sp_grammar_originator, "a b"},
    {sp_grammar_originator, "abcdefghijklmnopqrstuvwxyzabcdefg"},
    {sp_grammar_vendor, "..."},
    {sp_grammar_vendor, "A%(id)"},
    {sp_grammar_label, ""},
    {sp_grammar_label, "-rf"},
    {sp_grammar_label, "a.b"},
    {sp_grammar_label, "a b"},
    {sp_grammar_label, "main"},
    {sp_grammar_label, "DEFAULT"},
    {sp_grammar_label, "XS82E001"},
    {sp_grammar_label, "CH8"},
    {sp_grammar_label, "../x"},
    {sp_grammar_version, ""},
    {sp_grammar_version, "1."},
    {sp_grammar_version, ".1"},
    {sp_grammar_version, "1..2"},
    {sp_grammar_version, "01"},
    {sp_grammar_version, "1.0rc1"},
    {sp_grammar_version, "1-1"},
    {sp_grammar_version, "1.2.3.4.5.6.7"},
    {sp_grammar_version, "1000000"},
    {sp_grammar_version, "%(id)"},
    {sp_grammar_text, ""},
    {sp_grammar_text, "a\tb"},
    {sp_grammar_text, "a\nb"},
    {sp_grammar_text, "caf\xc3\xa9"},
    {sp_grammar_text, "\xff"},
    {sp_grammar_text, "$(id)"},
    {sp_grammar_text, "`id`"},
    {sp_grammar_text, "%{lua:x}"},
    {sp_grammar_text, "say \"hi\""},
    {sp_grammar_text, "a\\nb"},
    {sp_grammar_text, "a & b"},
    {sp_grammar_text, "<b>"},
    {sp_grammar_uuid, "x"},
    {sp_grammar_guidance, "restartHost,"},
    {sp_grammar_guidance, "restartHost,restartHost"},
    {sp_grammar_guidance, "reboot"},
    {sp_grammar_requires, "platform-version"},
    {sp_grammar_requires, "a >= "},
    {sp_grammar_requires, "a == 1"},
    {sp_grammar_requires, "a >= 1 b"},
    {sp_grammar_requires, "a >= %(id)"},
    {sp_grammar_requires, "a >= 1-2-3"},
    {sp_grammar_requires, "a >= 1-"},
    {sp_grammar_requires, "(a if b) = 1"},
    {sp_grammar_requires, "a = 1,,b = 2"},
    {sp_grammar_requires, "a >= v1"},
    {sp_grammar_yes_no, "true"},
    {sp_grammar_conflict, "Keep"},
    {sp_grammar_path, "/etc/shadow"},
    {sp_grammar_path, "../x"},
    {sp_grammar_path, "a/../../x"},
    {sp_grammar_path, "./x"},
    {sp_grammar_path, "a//b"},
    {sp_grammar_path, "a/"},
    {sp_grammar_path, "a b"},
    {sp_grammar_path, "$(id)"},
};

static void takes_what_is_good(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        if (good[i].grammar(good[i].value) != NULL)
            fail_msg("'%s' is refused", good[i].value);
}

static void refuses_what_is_bad_with_a_sentence(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        const char *must = bad[i].grammar(bad[i].value);
        if (must == NULL)
            fail_msg("'%s' is taken", bad[i].value);
        assert_true(g_str_has_prefix(must, "must "));
    }
}

static void lengths_are_bounded(void **state)
{
    (void)state;
    const struct {
        SpGrammar grammar;
        gsize most;
    } limits[] = {{sp_grammar_originator, 32},
                  {sp_grammar_vendor, 64},
                  {sp_grammar_label, 64},
                  {sp_grammar_text, 200},
                  {sp_grammar_path, 200}};
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        g_autofree char *fits = g_strnfill(limits[i].most, 'a');
        g_autofree char *over = g_strnfill(limits[i].most + 1, 'a');
        assert_null(limits[i].grammar(fits));
        assert_non_null(limits[i].grammar(over));
    }
}

static void lists_have_one_spelling(void **state)
{
    (void)state;
    g_autofree char *guidance = sp_normal_guidance(" restartHost ,restartPV");
    g_autofree char *needs = sp_normal_requires("a  =\t1 ,b  >= 2");
    assert_string_equal(guidance, "restartHost,restartPV");
    assert_string_equal(needs, "a = 1, b >= 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_is_good),
        cmocka_unit_test(refuses_what_is_bad_with_a_sentence),
        cmocka_unit_test(lengths_are_bounded),
        cmocka_unit_test(lists_have_one_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
