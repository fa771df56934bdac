/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update_xml.h"
#include "helper_pack.h"

static void unsigned_pack_and_stamp(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpPack) pack = a_pack();
    g_autoptr(SpUpdate) update = sp_update_from_pack(pack, 42, NULL);
    g_autoptr(GBytes) text = sp_update_write(update, &error);
    assert_bytes(text, "<update name-label=\"acme-mp\" version=\"1.2\" "
                       "uuid=\"0a4f0000-0000-5000-8000-000000000001\" installation-size=\"42\" "
                       "control=\"control-acme-mp\">\n"
                       "  <name-description>Acme settings</name-description>\n</update>\n");
}

static void everything(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpPack) pack = a_pack();
    g_free(pack->guidance);
    pack->guidance = g_strdup("restartHost,restartXAPI");
    pack->homogeneous = TRUE;
    g_autoptr(SpUpdate) update = sp_update_from_pack(pack, 42, "RPM-GPG-KEY-ACME");
    g_autoptr(GBytes) text = sp_update_write(update, &error);
    assert_bytes(text, "<update name-label=\"acme-mp\" version=\"1.2\" "
                       "uuid=\"0a4f0000-0000-5000-8000-000000000001\" installation-size=\"42\" "
                       "after-apply-guidance=\"restartHost,restartXAPI\" key=\"RPM-GPG-KEY-ACME\" "
                       "control=\"control-acme-mp\" enforce-homogeneity=\"true\">\n"
                       "  <name-description>Acme settings</name-description>\n</update>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsigned_pack_and_stamp),
        cmocka_unit_test(everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
