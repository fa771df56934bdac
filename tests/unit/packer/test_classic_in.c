/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic_in.h"
#include "helper.h"

#define ROOT "<repository name=\"n\" originator=\"o\" product=\"p\" version=\"1\""
#define NEED "<requires name=\"main\" originator=\"xs\" product=\"P\" test=\"ge\" version=\"5.6\"/>"
#define DESC "<description>d</description>"
#define LIST                                                                                       \
    "<packages><package label=\"l\" md5=\"m\" size=\"3\" type=\"rpm\">f</package></packages>"

static SpClassic *read_both(const char *repository, const char *packages, GError **error)
{
    g_autoptr(GPtrArray) tree = sp_tree_new();
    if (repository != NULL)
        sp_tree_take_text(tree, "XS-REPOSITORY", 0644, g_strdup(repository));
    if (packages != NULL)
        sp_tree_take_text(tree, "XS-PACKAGES", 0644, g_strdup(packages));
    return sp_classic_read(tree, error);
}

static void everything(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpClassic) classic = read_both(
        ROOT " enforce-homogeneity=\"true\">\n " DESC "\n " NEED "\n</repository>", LIST, &error);
    assert_non_null(classic);
    assert_string_equal(classic->originator, "o");
    assert_string_equal(classic->name, "n");
    assert_string_equal(classic->product, "p");
    assert_string_equal(classic->version, "1");
    assert_string_equal(classic->description, "d");
    assert_true(classic->homogeneous);
    assert_int_equal(classic->needs->len, 1);
    assert_string_equal(((SpClassicNeed *)classic->needs->pdata[0])->test, "ge");
    const SpClassicPackage *package = sp_classic_find(classic, "f");
    assert_string_equal(package->label, "l");
    assert_string_equal(package->md5, "m");
    assert_string_equal(package->type, "rpm");
    assert_int_equal(package->size, 3);
}

static void sizes_and_homogeneity_that_are_none(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpClassic) classic =
        read_both(ROOT " enforce-homogeneity=\"1\">" DESC "</repository>",
                  "<packages><package label=\"l\" md5=\"m\" size=\"many\" "
                  "type=\"rpm\">f</package></packages>",
                  &error);
    assert_false(classic->homogeneous);
    assert_int_equal(sp_classic_find(classic, "f")->size, -1);
}

static void what_no_reader_could_use(void **state)
{
    (void)state;
    const struct {
        const char *repository, *packages, *says;
    } cases[] = {
        {NULL, LIST, "there is no 'XS-REPOSITORY'"},
        {ROOT ">" DESC "</repository>", NULL, "there is no 'XS-PACKAGES'"},
        {"<x/>", LIST, "'XS-REPOSITORY' is not a 'repository' document"},
        {ROOT ">" DESC "</repository>", "<packages>", "cannot read 'XS-PACKAGES': line 1: "},
        {"<repository name=\"n\">" DESC "</repository>", LIST, "has no attribute 'originator'"},
        {ROOT ">" NEED DESC "</repository>", LIST, "has no description as its first child"},
        {ROOT "><description/></repository>", LIST, "has no description as its first child"},
        {ROOT ">" DESC "\n<requires name=\"x\"/></repository>", LIST,
         "'XS-REPOSITORY' line 2: 'requires' has no attribute 'originator'"},
        {ROOT ">" DESC "</repository>", "<packages><package>f</package></packages>",
         "'package' has no attribute 'label'"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(read_both(cases[i].repository, cases[i].packages, &error));
        assert_error(&error, 3, cases[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything),
        cmocka_unit_test(sizes_and_homogeneity_that_are_none),
        cmocka_unit_test(what_no_reader_could_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
