/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "package.h"
#include "helper_pack.h"

typedef struct {
    const char *path;
    const char *mode;
} Expected;

static void assert_tree(const GPtrArray *tree, const Expected *expected, guint count)
{
    assert_int_equal(tree->len, count);
    for (guint i = 0; i < count; i++) {
        const SpEntry *entry = tree->pdata[i];
        g_autofree char *mode = g_strdup_printf("%c%04o", entry->is_dir ? 'd' : '-', entry->mode);
        assert_string_equal(entry->path, expected[i].path);
        assert_string_equal(mode, expected[i].mode);
    }
}

static void names(void **state)
{
    (void)state;
    g_autoptr(SpPack) pack = a_pack();
    g_autofree char *payload = sp_role_file(SP_PAYLOAD, pack);
    g_autofree char *update = sp_role_file(SP_UPDATE, pack);
    g_autofree char *control = sp_role_file(SP_CONTROL, pack);
    assert_string_equal(payload, "acme-mp-1.2-1.x86_64.rpm");
    assert_string_equal(update, "update-acme-mp-1.2-1.noarch.rpm");
    assert_string_equal(control, "control-acme-mp-1.2-1.x86_64.rpm");
    g_autofree char *modern = sp_role_path(SP_PAYLOAD, pack);
    g_autofree char *classic = sp_role_path(SP_CLASSIC, pack);
    assert_string_equal(modern, "Packages/acme-mp-1.2-1.x86_64.rpm");
    assert_string_equal(classic, "acme-mp-1.2-1.noarch.rpm");
    assert_true(sp_role_wanted(SP_PAYLOAD, pack));
    assert_false(sp_role_wanted(SP_CLASSIC, pack));
    pack->classic = TRUE;
    assert_true(sp_role_wanted(SP_CLASSIC, pack));
}

static void payload_layout(void **state)
{
    (void)state;
    static const Expected expected[] = {
        {"opt/acme-mp", "d0755"},
        {"opt/acme-mp/bin", "d0755"},
        {"opt/acme-mp/share", "d0755"},
        {"opt/acme-mp/share/acme-mp", "d0755"},
        {"opt/acme-mp/bin/multipath-hook", "-0755"},
        {"opt/acme-mp/share/acme-mp/pack.conf", "-0644"},
        {"opt/acme-mp/share/acme-mp/multipath-0.4.7.conf", "-0644"},
        {"opt/acme-mp/share/acme-mp/multipath-0.4.9-86.conf", "-0644"},
        {"opt/acme-mp/share/acme-mp/EULA", "-0644"},
    };
    g_autoptr(SpPack) pack = a_pack();
    g_autoptr(GBytes) hook = bytes_of("hook");
    pack->eula = bytes_of("terms");
    g_autoptr(GPtrArray) tree = sp_layout_payload(pack, hook);
    assert_tree(tree, expected, G_N_ELEMENTS(expected));
}

static void classic_layout(void **state)
{
    (void)state;
    static const struct {
        const char *path, *content;
    } programs[] = {{"opt/acme-mp/bin/multipath-hook", "pick"},
                    {"opt/acme-mp/bin/multipath-hook.i386", "32"},
                    {"opt/acme-mp/bin/multipath-hook.x86_64", "64"}};
    g_autoptr(SpPack) pack = a_pack();
    g_autoptr(GBytes) pick = bytes_of("pick");
    g_autoptr(GBytes) i386 = bytes_of("32");
    g_autoptr(GBytes) x86_64 = bytes_of("64");
    GBytes *const hooks[3] = {pick, i386, x86_64};
    g_autoptr(GPtrArray) tree = sp_layout_classic(pack, hooks);
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        const SpEntry *entry = sp_tree_find(tree, programs[i].path);
        assert_bytes(entry->content, programs[i].content);
        assert_int_equal(entry->mode, 0755);
    }
    assert_non_null(sp_tree_find(tree, "opt/acme-mp/share/acme-mp/multipath-0.4.7.conf"));
    assert_int_equal(tree->len, 10);
}

static void features_rpm_knows(void **state)
{
    (void)state;
    static const char *const known[] = {"FileDigests", NULL};
    assert_true(sp_rpmlib_known("other >= 2", known));
    assert_true(sp_rpmlib_known("rpmlib(FileDigests) <= 4.6.0-1", known));
    assert_false(sp_rpmlib_known("rpmlib(FileDigestsX) <= 4.6.0-1", known));
    assert_false(sp_rpmlib_known("rpmlib(FileDigest) <= 4.6.0-1", known));
    assert_false(sp_rpmlib_known("rpmlib(PayloadIsXz) <= 5.2-1", known));
}

static void update_and_control_layout(void **state)
{
    (void)state;
    static const Expected update[] = {
        {"var/update/applied", "d0755"},
        {"var/update/applied/0a4f0000-0000-5000-8000-000000000001", "-0644"},
    };
    g_autoptr(SpPack) pack = a_pack();
    g_autoptr(GBytes) text = bytes_of("x");
    g_autoptr(GPtrArray) stamp = sp_layout_update(pack, text);
    assert_tree(stamp, update, G_N_ELEMENTS(update));
    GBytes *const scripts[SP_CONTROL_SCRIPTS] = {text, text, text};
    g_autoptr(GPtrArray) control = sp_layout_control(pack, text, scripts);
    const char *base = "var/update/0a4f0000-0000-5000-8000-000000000001";
    const char *files[] = {"precheck", "remove", "bin/multipath-hook"};
    assert_string_equal(((SpEntry *)control->pdata[0])->path, base);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(base, files[i], NULL);
        assert_int_equal(sp_tree_find(control, path)->mode, 0755);
    }
    assert_int_equal(sp_tree_find(control, "etc/xapi.d/plugins/acme-mp")->mode, 0755);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(payload_layout),
        cmocka_unit_test(classic_layout),
        cmocka_unit_test(features_rpm_knows),
        cmocka_unit_test(update_and_control_layout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
