/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic.h"
#include "helper_pack.h"

static void from_a_pack(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = a_pack();
    pack->homogeneous = TRUE;
    g_autoptr(GBytes) rpm = bytes_of("abc");
    g_autoptr(SpClassic) classic = sp_classic_from_pack(pack, "a.rpm", rpm);
    g_autofree char *id = sp_classic_id(classic);
    assert_string_equal(id, "acme:acme-mp");
    assert_string_equal(classic->product, "XenServer");
    assert_string_equal(classic->version, "1.2");
    assert_true(classic->homogeneous);
    assert_int_equal(classic->needs->len, 1);
    const SpClassicNeed *need = classic->needs->pdata[0];
    assert_string_equal(need->originator, "xs");
    assert_string_equal(need->name, "main");
    assert_string_equal(need->test, "ge");
    assert_string_equal(need->version, "5.6");
    const SpClassicPackage *package = sp_classic_find(classic, "a.rpm");
    assert_string_equal(package->label, "acme-mp");
    assert_string_equal(package->md5, "900150983cd24fb0d6963f7d28e17f72"); /* RFC 1321 A.5 */
    assert_int_equal(package->size, 3);
    assert_null(sp_classic_find(classic, "b.rpm"));
    assert_null(sp_classic_find(NULL, "a.rpm"));
}

static void md5_of_both_documents_in_a_row(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) tree = sp_tree_new();
    assert_false(sp_classic_is_there(tree));
    sp_tree_take_text(tree, "XS-PACKAGES", 0644, g_strdup("c"));
    assert_true(sp_classic_is_there(tree));
    assert_null(sp_classic_metadata_md5(tree));
    sp_tree_take_text(tree, "XS-REPOSITORY", 0644, g_strdup("ab"));
    g_autofree char *md5 = sp_classic_metadata_md5(tree);
    assert_string_equal(md5, "900150983cd24fb0d6963f7d28e17f72");
    assert_true(sp_classic_is_program("install") && sp_classic_is_program("install.sh"));
    assert_false(sp_classic_is_program("XS-PACKAGES") || sp_classic_is_program("x/install"));
}

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
        {"<repository name=\"a\"\nversion=\"1\">\n", "XS-X:1: a tag is not closed on its line"},
        {"a > b\n", "XS-X:1: a tag is not closed"},
        {"<a <b>\n", "XS-X:1: a tag is not closed"},
        {"<description>a\nb</description>\n", "XS-X:1: an element with text is not whole"},
        {"<package a=\"b\">\nx</package>\n", "XS-X:1: an element with text is not whole"},
        {"<description>a &amp; b</description>\n", "XS-X:1: there is a '&'"},
        {"<description>a \\ b</description>\n", "XS-X:1: there is a '&' or a '\\'"},
        {"<description>\303\244</description>\n", "XS-X:1: a byte is not printable ASCII"},
        {"\n\n\t<packages>\n", "XS-X:3: a byte is not printable ASCII"},
        {"<packages>\r\n", "XS-X:1: a byte is not printable ASCII"},
        {"<a b='c'>\n", "XS-X:1: an attribute is not in double quotes"},
        {"<a b=\"c>\n", "XS-X:1: an attribute is not in double quotes"},
        {"<a name=\"b\" hostname=\"c\">\n", "XS-X:1: the name of an attribute ends in another's"},
        {"<a name=\"b\" name=\"c\">\n", "XS-X:1: the name of an attribute ends in another's"},
        {"<requires/>\n", "XS-X:1: there is a comment, or a tag that needs attributes"},
        {"<!-- x -->\n", "XS-X:1: there is a comment"},
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
    g_autoptr(GBytes) bytes = g_bytes_new_static("a\0<", 3);
    sp_classic_check_text("XS-X", bytes, findings);
    assert_only(findings, "classic-line", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_a_pack),
        cmocka_unit_test(md5_of_both_documents_in_a_row),
        cmocka_unit_test(texts_every_reader_understands),
        cmocka_unit_test(each_rule_names_its_line),
        cmocka_unit_test(a_nul_byte_hides_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
