/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carried.h"
#include "helper_pack.h"

static SpPackage *a_package(const char *name)
{
    SpPackage *package = sp_package_new("rpms/x.rpm");
    package->name = g_strdup(name);
    package->version = g_strdup("1.0");
    package->release = g_strdup("2");
    package->arch = g_strdup("x86_64");
    package->compressor = g_strdup("xz");
    package->digests_good = TRUE;
    return package;
}

static void its_names(void **state)
{
    (void)state;
    g_autoptr(SpPackage) package = a_package("tool");
    g_autofree char *href = sp_carried_href(package);
    g_autofree char *requirement = sp_carried_requirement(package);
    assert_string_equal(href, "Packages/tool-1.0-2.x86_64.rpm");
    assert_string_equal(requirement, "tool >= 1.0-2");
    sp_traits_set(package->traits, "epoch", "3");
    g_free(requirement);
    requirement = sp_carried_requirement(package);
    assert_string_equal(requirement, "tool >= 3:1.0-2");
}

static void names_that_mean_something_elsewhere(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",     "%(id)", "$(id)", "a b", "-rf",
                                        ".rpm", "a/b",   "a\nb",  "a;b", "a\"b"};
    g_autoptr(SpPack) pack = a_pack();
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(SpPackage) package = a_package(wrong[i]);
        g_autoptr(SpFindings) findings = sp_findings_new();
        sp_carried_judge(pack, package, findings);
        assert_only(findings, "carried-name", 0);
    }
    g_autoptr(SpPackage) package = a_package("lib+c_1.x~rc");
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_carried_judge(pack, package, findings);
    assert_int_equal(findings->all->len, 0);
}

/* A description without a label is refused already; its RPMs are looked at all the same. */
static void a_pack_without_a_label(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = sp_pack_new();
    g_autoptr(SpPackage) package = a_package("tool");
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_carried_judge(pack, package, findings);
    assert_int_equal(findings->all->len, 0);
}

static void where_modules_lie(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        gboolean is_dir, good, module;
    } cases[] = {
        {"lib/modules/4.19.0+1/updates/a.ko", FALSE, TRUE, TRUE},
        {"lib/modules/4.19.0+1/extra/acme/a.ko", FALSE, TRUE, TRUE},
        {"usr/lib/modules/6.6/updates/a.ko.xz", FALSE, TRUE, TRUE},
        {"lib/modules/4.19.0+1/updates", TRUE, TRUE, FALSE},
        {"lib/modules/4.19.0+1", TRUE, TRUE, FALSE},
        {"lib/modules", TRUE, TRUE, FALSE},
        {"etc/modprobe.d/acme.conf", FALSE, TRUE, FALSE},
        {"lib/firmware/updates/4.19.0+1/acme.bin", FALSE, TRUE, FALSE},
        {"lib/modules/4.19.0+1/kernel/a.ko", FALSE, FALSE, TRUE},
        {"lib/modules/4.19.0+1/modules.dep", FALSE, FALSE, FALSE},
        {"lib/modules/4.19.0+1/updates", FALSE, FALSE, FALSE},
        {"lib/modules/a.ko", FALSE, FALSE, TRUE},
        {"opt/a.ko", FALSE, FALSE, TRUE},
    };
    g_autoptr(SpPack) pack = a_pack();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpPackage) package = a_package("driver");
        sp_tree_add_dir(package->files, cases[i].path, 0755)->is_dir = cases[i].is_dir;
        g_autoptr(SpFindings) findings = sp_findings_new();
        pack->drivers = FALSE;
        sp_carried_judge(pack, package, findings);
        assert_int_equal(findings->bad, 0);
        pack->drivers = TRUE;
        sp_carried_judge(pack, package, findings);
        if ((find_rule(findings, "driver-place") == NULL) != cases[i].good ||
            sp_carried_has_module(package) != cases[i].module)
            fail_msg("%s", cases[i].path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_names),
        cmocka_unit_test(names_that_mean_something_elsewhere),
        cmocka_unit_test(a_pack_without_a_label),
        cmocka_unit_test(where_modules_lie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
