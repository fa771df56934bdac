/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic_text.h"
#include "classic_xml.h"
#include "helper_pack.h"

static SpClassic *a_classic(void)
{
    g_autoptr(SpPack) pack = a_pack();
    g_autoptr(GBytes) rpm = bytes_of("abc");
    return sp_classic_from_pack(pack, "acme-mp-1.2-1.noarch.rpm", rpm);
}

static void assert_strict(GBytes *text)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_classic_check_text("x", text, findings);
    assert_int_equal(findings->all->len, 0);
}

/* Byte by byte as the product's own builder would write it. */
static void repository(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpClassic) classic = a_classic();
    g_autoptr(GBytes) text = sp_classic_write_repository(classic, &error);
    assert_bytes(text, "<repository name=\"acme-mp\" originator=\"acme\" product=\"XenServer\" "
                       "version=\"1.2\">\n"
                       "  <description>Acme settings</description>\n"
                       "  <requires name=\"main\" originator=\"xs\" product=\"XenServer\" "
                       "test=\"ge\" version=\"5.6\"/>\n</repository>\n");
    assert_strict(text);
}

static void homogeneous_is_said_only_when_it_is(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpClassic) classic = a_classic();
    classic->homogeneous = TRUE;
    g_ptr_array_set_size(classic->needs, 0);
    g_autoptr(GBytes) text = sp_classic_write_repository(classic, &error);
    assert_bytes(text,
                 "<repository enforce-homogeneity=\"true\" name=\"acme-mp\" originator=\"acme\" "
                 "product=\"XenServer\" version=\"1.2\">\n"
                 "  <description>Acme settings</description>\n</repository>\n");
    assert_strict(text);
}

static void packages(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpClassic) classic = a_classic();
    g_autoptr(GBytes) text = sp_classic_write_packages(classic, &error);
    assert_bytes(text, "<packages>\n"
                       "  <package label=\"acme-mp\" md5=\"900150983cd24fb0d6963f7d28e17f72\" "
                       "size=\"3\" type=\"rpm\">acme-mp-1.2-1.noarch.rpm</package>\n</packages>\n");
    assert_strict(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repository),
        cmocka_unit_test(homogeneous_is_said_only_when_it_is),
        cmocka_unit_test(packages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
