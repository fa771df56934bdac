/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helper_pack.h"

static void names_derived_from_the_pack(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = a_pack();
    g_autofree char *key = sp_pack_key_name(pack);
    g_autofree char *volume = sp_pack_volume_id(pack->label);
    assert_string_equal(key, "RPM-GPG-KEY-ACME-INC-");
    assert_string_equal(volume, "ACME_MP");
    g_free(pack->label);
    pack->label = g_strnfill(64, 'a');
    g_autofree char *cut = sp_pack_volume_id(pack->label);
    assert_int_equal(strlen(cut), 32);
}

static void conf_is_what_the_hook_reads(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = a_pack();
    g_autofree char *conf = sp_pack_conf(pack);
    assert_string_equal(conf, "label=acme-mp\nversion=1.2\n"
                              "uuid=0a4f0000-0000-5000-8000-000000000001\non-conflict=keep\n"
                              "stanza=0.4.7 multipath-0.4.7.conf\n"
                              "stanza=0.4.9-86 multipath-0.4.9-86.conf\n"
                              "stanza=0.4.9-119 multipath-0.4.7.conf\n");
}

static void guidance_is_a_list_of_tokens(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = a_pack();
    assert_false(sp_pack_has_guidance(pack, "restartHost"));
    g_free(pack->guidance);
    pack->guidance = g_strdup("restartXAPI,restartHost");
    assert_true(sp_pack_has_guidance(pack, "restartHost"));
    assert_false(sp_pack_has_guidance(pack, "restart"));
}

static void the_version_for_rpm(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = a_pack();
    g_free(pack->version);
    pack->version = g_strdup("3.8.7+1.xcpng8.2-pack_0");
    g_autofree char *version = sp_pack_rpm_version(pack);
    assert_string_equal(version, "3.8.7.1.xcpng8.2.pack_0");
}

static void a_key_file_that_is_named(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = a_pack();
    g_autofree char *derived = sp_pack_key_name(pack);
    assert_string_equal(derived, "RPM-GPG-KEY-ACME-INC-");
    pack->key_file = g_strdup("acme.asc");
    g_autofree char *named = sp_pack_key_name(pack);
    assert_string_equal(named, "acme.asc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_derived_from_the_pack),
        cmocka_unit_test(conf_is_what_the_hook_reads),
        cmocka_unit_test(guidance_is_a_list_of_tokens),
        cmocka_unit_test(the_version_for_rpm),
        cmocka_unit_test(a_key_file_that_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
