/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stanza.h"
#include "helper_pack.h"

#define HEAD "device {\n  vendor A\n  product B\n" /* three lines */

static SpStanza *parse(const char *text, SpFindings *findings)
{
    g_autoptr(GBytes) bytes = bytes_of(text);
    return sp_stanza_parse("s.conf", bytes, findings);
}

static void keeps_the_vendors_lines(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpStanza) stanza =
        parse("# intro\n\n" HEAD "\t# why\n  features \"1 queue\"  # so\r\n}\n"
              "device\t{\nvendor \"C{2}#\"\nproduct D\n}",
              findings);
    assert_non_null(stanza);
    assert_int_equal(findings->all->len, 0);
    assert_int_equal(stanza->devices->len, 2);
    const SpDevice *device = stanza->devices->pdata[0];
    assert_int_equal(device->lines->len, 6);
    assert_string_equal(((SpStanzaLine *)device->lines->pdata[3])->text, "\t# why");
    const SpStanzaLine *features = sp_device_find(device, "features");
    assert_string_equal(features->value, "1 queue");
    assert_string_equal(features->text, "  features \"1 queue\"  # so");
    assert_int_equal(features->number, 7);
    assert_null(sp_device_find(device, "prio"));
    assert_string_equal(sp_device_find(stanza->devices->pdata[1], "vendor")->value, "C{2}#");
}

static void each_rule_names_its_line(void **state)
{
    (void)state;
    const struct {
        const char *text, *rule;
        int line;
    } cases[] = {
        {"", "stanza-empty", 0},
        {"# only\n", "stanza-empty", 0},
        {HEAD "  prio alua\n", "stanza-brace", 4},
        {HEAD "}\n}\n", "stanza-brace", 5},
        {HEAD "} # end\n", "stanza-brace", 4},
        {HEAD "}}\n", "stanza-brace", 4},
        {"device{\nvendor A\nproduct B\n}\n", "stanza-brace", 1},
        {"device { vendor A\nvendor A\nproduct B\n}\n", "stanza-brace", 1},
        {HEAD "  prio alua }\n}\n", "stanza-brace", 4},
        {HEAD "  device {\n}\n", "stanza-nested", 4},
        {"devices {\n" HEAD "}\n", "stanza-outside", 1},
        {"defaults\n" HEAD "}\n", "stanza-outside", 1},
        {"device {\nvendor A\n}\n", "stanza-identity", 3},
        {"device {\nproduct A\n}\n", "stanza-identity", 3},
        {HEAD "}\n" HEAD "}\n", "stanza-same-device", 8},
        {HEAD "nonsense 1\n}\n", "stanza-keyword", 4},
        {HEAD "Prio alua\n}\n", "stanza-keyword", 4},
        {HEAD "prio alua\nprio rdac\n}\n", "stanza-duplicate", 5},
        {HEAD "prio\n}\n", "stanza-no-value", 4},
        {HEAD "prio # alua\n}\n", "stanza-no-value", 4},
        {HEAD "prio \"\"\n}\n", "stanza-value", 4},
        {HEAD "prio \" alua\"\n}\n", "stanza-value", 4},
        {HEAD "prio 'alua'\n}\n", "stanza-value", 4},
        {HEAD "prio alua,\n}\n", "stanza-value", 4},
        {HEAD "prio al#ua\n}\n", "stanza-value", 4},
        {HEAD "failback soon\n}\n", "stanza-value", 4},
        {HEAD "prio \"alua\",\n}\n", "stanza-extra", 4},
        {HEAD "path_selector round-robin 0\n}\n", "stanza-extra", 4},
        {HEAD "prio \"al\"\"ua\"\n}\n", "stanza-extra", 4},
        {HEAD "prio \"alua\n}\n", "stanza-quote", 4},
        {HEAD "prio \"#alua\"\n}\n", "stanza-comment-char", 4},
        {HEAD "prio \"!alua\"\n}\n", "stanza-comment-char", 4},
        {"device {\nvendor \"*\"\nproduct B\n}\n", "stanza-regex", 2},
        {"device {\nvendor \"A(\"\nproduct B\n}\n", "stanza-regex", 2},
        {HEAD "prio al\xc3\xa4\n}\n", "stanza-ascii", 4},
        {HEAD "prio\valua\n}\n", "stanza-ascii", 4},
        {HEAD "# \xef\xbb\xbf\n}\n", "stanza-ascii", 4},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpFindings) findings = sp_findings_new();
        assert_null(parse(cases[i].text, findings));
        assert_only(findings, cases[i].rule, cases[i].line);
    }
}

static void brace_on_its_own_line_is_refused(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    assert_null(parse("device\n{\nvendor A\nproduct B\n}\n", findings));
    assert_non_null(find_rule(findings, "stanza-brace"));
}

static void long_lines(void **state)
{
    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        g_autofree char *filler = g_strnfill(1020 + (gsize)extra, 'x');
        g_autofree char *text = g_strdup_printf("%s# %s\n}\n", HEAD, filler);
        g_autoptr(SpFindings) findings = sp_findings_new();
        g_autoptr(SpStanza) stanza = parse(text, findings);
        assert_int_equal(stanza != NULL, extra == 0);
        if (extra == 1)
            assert_only(findings, "stanza-line-length", 4);
    }
}

static void nul_and_carriage_returns(void **state)
{
    (void)state;
    static const char nul[] = HEAD "prio a\0b\n}\n", cr[] = "device {\rvendor A\rproduct B\r}\r";
    g_autoptr(SpFindings) first = sp_findings_new(), second = sp_findings_new();
    g_autoptr(GBytes) a = g_bytes_new_static(nul, sizeof(nul) - 1);
    g_autoptr(GBytes) b = g_bytes_new_static(cr, sizeof(cr) - 1);
    assert_null(sp_stanza_parse("s.conf", a, first));
    assert_only(first, "stanza-ascii", 4);
    assert_null(sp_stanza_parse("s.conf", b, second));
    assert_non_null(find_rule(second, "stanza-ascii"));
}

static void too_many_devices(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 65; i++)
        g_string_append_printf(text, "device {\nvendor A\nproduct B%d\n}\n", i);
    g_autoptr(SpFindings) findings = sp_findings_new();
    assert_null(parse(text->str, findings));
    assert_only(findings, "stanza-too-many", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_vendors_lines),
        cmocka_unit_test(each_rule_names_its_line),
        cmocka_unit_test(brace_on_its_own_line_is_refused),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(nul_and_carriage_returns),
        cmocka_unit_test(too_many_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
