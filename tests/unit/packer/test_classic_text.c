/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic_text.h"
#include "helper_pack.h"

/* NULL when nothing is wrong with the text, else what is said first. */
static char *complaint(const char *text)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(GBytes) bytes = bytes_of(text);
    sp_classic_check_text("XS-X", bytes, findings);
    return findings->all->len > 0 ? sp_finding_text(findings->all->pdata[0]) : NULL;
}

static void texts_every_reader_understands(void **state)
{
    (void)state;
    const char *good[] = {
        "",
        "<packages>\n</packages>\n",
        "<repository name=\"a\" originator=\"b\" version=\"1\">\n"
        "  <description>It's text; (with) = 'quotes'</description>\n"
        "  <requires name=\"main\" test=\"ge\"/>\n</repository>\n",
        "<a><b c=\"\"/></a>\n",
        "<?xml version=\"1.0\"?>\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autofree char *said = complaint(good[i]);
        if (said != NULL)
            fail_msg("'%s': %s", good[i], said);
    }
}

static void each_rule_names_its_line(void **state)
{
    (void)state;
    const struct {
        const char *text, *says;
    } cases[] = {
        {"\n<package label=\"a\"\n md5=\"b\">x</package>\n", "XS-X:2: an element with text"},
        {"<repository name=\"a\"\nversion=\"1\">\n", "XS-X:1: a tag does not end on its line"},
        {"a > b\n", "XS-X:1: a tag does not end on its line"},
        {"<a <b>\n", "XS-X:1: a tag is not made of"},
        {"<description>a\nb</description>\n", "XS-X:1: an element with text is not whole"},
        {"<package a=\"b\">\nx</package>\n", "XS-X:1: an element with text is not whole"},
        {"<description>a &amp; b</description>\n", "XS-X:1: byte 0x26 in column 16"},
        {"<description>a \\ b</description>\n", "XS-X:1: byte 0x5c"},
        {"<description>\303\244</description>\n", "XS-X:1: byte 0xc3"},
        {"\n\n\t<packages>\n", "XS-X:3: byte 0x09 in column 1"},
        {"<packages>\r\n", "XS-X:1: byte 0x0d"},
        {"<a b='c'>\n", "XS-X:1: a tag is not made of"},
        {"<a b=\"c>\n", "XS-X:1: a tag is not made of"},
        {"<a  b=\"c\"d=\"e\">\n", "XS-X:1: a tag is not made of"},
        {"<a name=\"b\" hostname=\"c\">\n", "XS-X:1: attribute 'hostname' hides attribute 'name'"},
        {"<a name=\"b\" name=\"c\">\n", "XS-X:1: attribute 'name' hides attribute 'name'"},
        {"<!-- x -->\n", "XS-X:1: a tag is not made of"},
        {"<packages>\n</packages>", "XS-X: the last line does not end"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *said = complaint(cases[i].text);
        if (said == NULL || !g_str_has_prefix(said, cases[i].says))
            fail_msg("'%s': %s", cases[i].text, said);
    }
}

static void a_nul_byte_hides_nothing(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(GBytes) bytes = g_bytes_new_static("a\0<\n", 4);
    sp_classic_check_text("XS-X", bytes, findings);
    assert_only(findings, "classic-character", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_every_reader_understands),
        cmocka_unit_test(each_rule_names_its_line),
        cmocka_unit_test(a_nul_byte_hides_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
