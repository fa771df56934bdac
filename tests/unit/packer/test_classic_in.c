/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic_in.h"
#include "helper.h"

#define ROOT "<repository name=\"n\" originator=\"o\" product=\"p\" version=\"1\""
#define NEED "<requires name=\"main\" originator=\"xs\" product=\"P\" test=\"ge\" version=\"5.6\"/>"
#define DESC "<description>d</description>"
#define LIST                                                                                       \
    "<packages><package label=\"l\" md5=\"m\" size=\"3\" type=\"rpm\">f</package></packages>"

static SpClassic *read_both(const char *repository, const char *packages, SpFindings *found)
{
    g_autoptr(GPtrArray) tree = sp_tree_new();
    if (repository != NULL)
        sp_tree_take_text(tree, "XS-REPOSITORY", 0644, g_strdup(repository));
    if (packages != NULL)
        sp_tree_take_text(tree, "XS-PACKAGES", 0644, g_strdup(packages));
    return sp_classic_read(tree, found);
}

static void everything(void **state)
{
    (void)state;
    g_autoptr(SpFindings) found = sp_findings_new();
    g_autoptr(SpClassic) classic = read_both(
        ROOT " enforce-homogeneity=\"true\">\n " DESC "\n " NEED "\n</repository>", LIST, found);
    assert_non_null(classic);
    assert_int_equal(found->all->len, 0);
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
    g_autoptr(SpFindings) found = sp_findings_new();
    g_autoptr(SpClassic) classic =
        read_both(ROOT " enforce-homogeneity=\"1\">" DESC "</repository>",
                  "<packages><package label=\"l\" md5=\"m\" size=\"many\" "
                  "type=\"rpm\">f</package></packages>",
                  found);
    assert_false(classic->homogeneous);
    assert_int_equal(sp_classic_find(classic, "f")->size, -1);
}

/* All of it at once, and what can be read is. */
static void what_readers_miss(void **state)
{
    (void)state;
    const struct {
        const char *repository, *packages, *rule, *says;
    } cases[] = {
        {NULL, LIST, "classic-xml", "XS-REPOSITORY: is not on the image"},
        {ROOT ">" DESC "</repository>", NULL, "classic-xml", "XS-PACKAGES: is not on the image"},
        {"<x/>", LIST, "classic-xml", "XS-REPOSITORY: is not a 'repository' document"},
        {ROOT ">" DESC "</repository>", "<packages>", "classic-xml",
         "XS-PACKAGES: cannot read 'XS-PACKAGES': line 1: "},
        {"<repository name=\"n\" product=\"p\" version=\"1\">" DESC "</repository>", LIST,
         "classic-attribute",
         "XS-REPOSITORY:1: element 'repository' has no attribute 'originator'"},
        {ROOT ">" NEED DESC "</repository>", LIST, "classic-description",
         "XS-REPOSITORY:1: the first element is not a description"},
        {ROOT "><description/></repository>", LIST, "classic-description",
         "XS-REPOSITORY:1: the first element is not a description"},
        {ROOT "></repository>", LIST, "classic-description",
         "XS-REPOSITORY:1: the first element is not a description"},
        {ROOT ">" DESC "\n<requires name=\"x\" test=\"eq\" version=\"1\"/></repository>", LIST,
         "classic-attribute", "XS-REPOSITORY:2: element 'requires' has no attribute 'originator'"},
        {ROOT ">" DESC "</repository>",
         "<packages><package md5=\"m\" size=\"3\" type=\"rpm\">f</package></packages>",
         "classic-attribute", "XS-PACKAGES:1: element 'package' has no attribute 'label'"},
        {ROOT ">" DESC "</repository>",
         "<packages>\n<package label=\"l\" md5=\"m\" size=\"3\" "
         "type=\"tbz2\">f</package></packages>",
         "classic-attribute", "XS-PACKAGES:2: a package of type 'tbz2' has no attribute 'root'"},
        {ROOT ">" DESC "</repository>",
         "<packages><package label=\"l\" md5=\"m\" size=\"3\" "
         "type=\"driver-rpm\">f</package></packages>",
         "classic-attribute", "a package of type 'driver-rpm' has no attribute 'kernel'"},
        {ROOT ">" DESC "</repository>", "<packages><other/></packages>", "classic-type",
         "XS-PACKAGES:1: element 'other' is none a host knows"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpFindings) found = sp_findings_new();
        g_autoptr(SpClassic) classic = read_both(cases[i].repository, cases[i].packages, found);
        assert_non_null(classic);
        assert_int_equal(found->all->len, 1);
        g_autofree char *text = sp_finding_text(found->all->pdata[0]);
        assert_string_equal(((SpFinding *)found->all->pdata[0])->rule, cases[i].rule);
        if (strstr(text, cases[i].says) == NULL)
            fail_msg("%s", text);
    }
    g_autoptr(SpFindings) found = sp_findings_new();
    g_autoptr(SpClassic) classic =
        read_both("<repository><requires/></repository>", "<packages><package/></packages>", found);
    assert_int_equal(found->all->len, 4 + 1 + 4 + 4);
    assert_int_equal(classic->packages->len, 1);
    assert_null(read_both(NULL, NULL, found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything),
        cmocka_unit_test(sizes_and_homogeneity_that_are_none),
        cmocka_unit_test(what_readers_miss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
