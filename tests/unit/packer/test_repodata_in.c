/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "repodata_in.h"
#include "helper_gzip.h"
#include "helper_pack.h"
#include "sha256.h"

static const char primary[] =
    "<metadata><package type='rpm'><name>n</name><arch>noarch</arch><version ver='1' rel='2'/>"
    "<checksum type='sha256'>abc</checksum><size package='7'/><location href='Packages/n.rpm'/>"
    "</package></metadata>";
static const char comps[] =
    "<comps><group><id>other</id><packagelist><packagereq type='mandatory'>no</packagereq>"
    "</packagelist></group><group><id>update</id><packagelist>"
    "<packagereq type='optional'>no</packagereq>"
    "<packagereq type='mandatory'>update-n</packagereq></packagelist></group></comps>";

/* Repodata of one package; `open` is what repomd.xml says primary unpacks to. */
static GPtrArray *an_image(GBytes *packed, const char *open)
{
    GPtrArray *tree = sp_tree_new();
    g_autoptr(GBytes) bytes = bytes_of(open);
    g_autofree char *digest = sp_sha256(bytes);
    sp_tree_add_file(tree, "repodata/p.xml.gz", 0644, packed);
    sp_tree_take_text(tree, "repodata/c.xml", 0644, g_strdup(comps));
    sp_tree_take_text(
        tree, "repodata/repomd.xml", 0644,
        g_strdup_printf("<repomd><revision>5</revision><data type='primary'><checksum>aa</checksum>"
                        "<open-checksum>%s</open-checksum><location href='repodata/p.xml.gz'/>"
                        "<size>1</size><open-size>%zu</open-size></data><data type='group'>"
                        "<location href='repodata/c.xml'/></data></repomd>",
                        digest, strlen(open)));
    return tree;
}

static void reads_what_installers_read(void **state)
{
    (void)state;
    g_autoptr(SpFindings) found = sp_findings_new();
    g_autoptr(GBytes) packed = gzip(primary);
    g_autoptr(GPtrArray) tree = an_image(packed, primary);
    g_autoptr(SpRepodata) repodata = sp_repodata_read(tree, found);
    assert_non_null(repodata);
    assert_string_equal(repodata->revision, "5");
    assert_int_equal(repodata->records->len, 2);
    assert_int_equal(repodata->packages->len, 1);
    const SpRepoPackage *package = repodata->packages->pdata[0];
    assert_string_equal(package->name, "n");
    assert_string_equal(package->version, "1");
    assert_string_equal(package->release, "2");
    assert_string_equal(package->href, "Packages/n.rpm");
    assert_string_equal(package->sha256, "abc");
    assert_int_equal(package->size, 7);
    assert_int_equal(repodata->group_members->len, 1);
    assert_string_equal(repodata->group_members->pdata[0], "update-n");
}

/* Read as far as it goes, and that rule told. */
static void assert_told(GPtrArray *tree, const char *rule, const char *part)
{
    g_autoptr(SpFindings) found = sp_findings_new();
    g_autoptr(SpRepodata) repodata = sp_repodata_read(tree, found);
    assert_non_null(repodata);
    const SpFinding *finding = find_rule(found, rule);
    assert_non_null(finding);
    assert_non_null(strstr(finding->text, part));
    g_ptr_array_unref(tree);
}

static void tells_what_is_not_whole(void **state)
{
    (void)state;
    g_autoptr(GBytes) packed = gzip(primary);
    g_autoptr(GBytes) plain = bytes_of(primary);
    g_autoptr(GBytes) cut = g_bytes_new_from_bytes(packed, 0, g_bytes_get_size(packed) - 9);
    g_autoptr(GBytes) bomb = gzip("<!DOCTYPE metadata [<!ENTITY a 'a'>]><metadata/>");
    assert_told(an_image(plain, primary), "primary-gzip", "not whole gzip data");
    assert_told(an_image(cut, primary), "primary-gzip", "not whole gzip data");
    assert_told(an_image(bomb, primary), "repodata", "it defines entities");
    GPtrArray *empty = sp_tree_new();
    sp_tree_take_text(empty, "repodata/repomd.xml", 0644, g_strdup("<repomd"));
    assert_told(empty, "repodata", "cannot read");
    g_autoptr(GPtrArray) nothing = sp_tree_new();
    g_autoptr(SpFindings) found = sp_findings_new();
    assert_null(sp_repodata_read(nothing, found));
    assert_int_equal(found->all->len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_installers_read),
        cmocka_unit_test(tells_what_is_not_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
