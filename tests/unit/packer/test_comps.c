/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "comps.h"
#include "helper_pack.h"

static void one_group_with_one_member(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpPack) pack = a_pack();
    g_autoptr(GBytes) text = sp_comps_write(pack, &error);
    assert_bytes(text, "<comps>\n  <group>\n    <id>update</id>\n    <default>false</default>\n"
                       "    <uservisible>true</uservisible>\n    <name>acme-mp</name>\n"
                       "    <description>Acme settings</description>\n    <packagelist>\n"
                       "      <packagereq type=\"mandatory\">update-acme-mp</packagereq>\n"
                       "    </packagelist>\n  </group>\n</comps>\n");
}

static void a_driver_disk_has_a_second_group(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpPack) pack = a_pack();
    pack->drivers = TRUE;
    g_autoptr(GBytes) text = sp_comps_write(pack, &error);
    g_autofree char *copy = g_strndup(g_bytes_get_data(text, NULL), g_bytes_get_size(text));
    const char *second = strstr(copy, "<id>drivers</id>");
    assert_non_null(second);
    assert_non_null(strstr(second, "<packagereq type=\"mandatory\">update-acme-mp</packagereq>"));
    assert_true(strstr(copy, "<id>update</id>") < second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_group_with_one_member),
                                       cmocka_unit_test(a_driver_disk_has_a_second_group)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
