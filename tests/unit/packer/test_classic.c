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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_a_pack),
        cmocka_unit_test(md5_of_both_documents_in_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
