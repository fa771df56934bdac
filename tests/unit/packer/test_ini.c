/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ini.h"
#include "helper_pack.h"
#include "rules.h"

static GPtrArray *parse(const char *text, gssize length, SpFindings *findings)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, length < 0 ? strlen(text) : (gsize)length);
    return sp_ini_parse("p.ini", bytes, findings);
}

static void fields_with_their_lines(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(GPtrArray) fields = parse("# comment \xc3\xa4\n\n[a]\r\n  key = value with = sign \n"
                                        "empty =\n; other comment\n[b] ; why\nkey=x;y ; z\n",
                                        -1, findings);
    assert_non_null(fields);
    const struct {
        const char *section, *key, *value;
        int line;
    } expected[] = {
        {"a", "key", "value with = sign", 4}, {"a", "empty", "", 5}, {"b", "key", "x;y", 8}};
    assert_int_equal(fields->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const SpField *field = fields->pdata[i];
        assert_string_equal(field->section, expected[i].section);
        assert_string_equal(field->key, expected[i].key);
        assert_string_equal(field->value, expected[i].value);
        assert_int_equal(field->line, expected[i].line);
    }
}

static void each_rule_names_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gssize length;
        const char *rule;
        int line;
    } cases[] = {
        {"key = 1\n", -1, "ini-no-section", 1},
        {"[a]\nkey = 1\nkey = 1\n", -1, "duplicate-key", 3},
        {"[a]\n[b]\n[a]\n", -1, "duplicate-section", 3},
        {"[a]\nnonsense\n", -1, "ini-line", 2},
        {"[a\nkey = 1\n", -1, "ini-section", 1},
        {"[]\n", -1, "ini-section", 1},
        {"[a b]\n", -1, "ini-section", 1},
        {"[a]]\n", -1, "ini-section", 1},
        {"[a]\nkey[de] = 1\n", -1, "ini-key", 2},
        {"[a]\n= 1\n", -1, "ini-key", 2},
        {"[a]\nkey = caf\xc3\xa9\n", -1, "ini-ascii", 2},
        {"[a]\nkey = a\tb\033[m\n", -1, "ini-ascii", 2},
        {"[a]\nkey = \xff\n", -1, "ini-utf8", 2},
        {"# \xff\n", -1, "ini-utf8", 1},
        {"[a]\nkey = a\0b\n", 14, "ini-control", 2},
        {"[a]\rkey = 1\r", -1, "ini-control", 1},
        {"[a]\nkey = 1\n\xef\xbb\xbf[b]\n", -1, "ini-line", 3},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpFindings) findings = sp_findings_new();
        g_autoptr(GPtrArray) fields = parse(cases[i].text, cases[i].length, findings);
        assert_true(fields->len <= 2); /* what is good of it */
        assert_only(findings, cases[i].rule, cases[i].line);
    }
}

/* As Windows' editors save it; and a section in which nothing stands is there all the same. */
static void marks_and_empty_sections(void **state)
{
    (void)state;
    static const char utf16[] = "\xff\xfe[\0a\0]\0\n\0k\0=\0001\0\n";
    g_autoptr(SpFindings) findings = sp_findings_new(), second = sp_findings_new();
    g_autoptr(GPtrArray) fields = parse("\xef\xbb\xbf[a]\nk=1\n[b]\n", -1, findings);
    assert_int_equal(findings->all->len, 0);
    assert_int_equal(fields->len, 2);
    const SpField *empty = fields->pdata[1];
    assert_string_equal(empty->section, "b");
    assert_string_equal(empty->key, "");
    assert_int_equal(empty->line, 3);
    g_autoptr(GPtrArray) wide = parse(utf16, sizeof(utf16), second);
    assert_int_equal(second->all->len, 1);
    assert_non_null(find_rule(second, "text-encoding"));
    assert_int_equal(wide->len, 1);
    assert_string_equal(((const SpField *)wide->pdata[0])->value, "1");
}

static void all_findings_come_at_once(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(GPtrArray) fields = parse("x = 1\nnonsense\n[a]\nk=1\nk=2\n", -1, findings);
    assert_int_equal(findings->bad, 3);
    assert_int_equal(fields->len, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_with_their_lines),
        cmocka_unit_test(each_rule_names_its_line),
        cmocka_unit_test(marks_and_empty_sections),
        cmocka_unit_test(all_findings_come_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
