/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parts.h"
#include "helper.h"

static void a_missing_part_is_a_broken_installation(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *program = g_build_filename(*state, "bin", "suppack", NULL);
    assert_null(sp_parts_read(program, &error));
    assert_error(&error, 4, "suppack is not installed completely: cannot read '");
}

static void finds_them_relative_to_the_program(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *libexec = g_build_filename(*state, "libexec/suppack", NULL);
    g_autofree char *spec = g_build_filename(*state, "share/suppack/spec", NULL);
    assert_int_equal(g_mkdir_with_parents(libexec, 0755), 0);
    assert_int_equal(g_mkdir_with_parents(spec, 0755), 0);
    g_autofree char *classic = g_build_filename(spec, "classic", NULL);
    assert_int_equal(g_mkdir(classic, 0755), 0);
    g_autofree char *storagelink = g_build_filename(spec, "storagelink", NULL);
    assert_int_equal(g_mkdir(storagelink, 0755), 0);
    for (SpPart part = 0; part < SP_PARTS; part++) {
        const char *name = sp_part_name(part);
        gboolean of_ours =
            part == SP_PART_HOOK || part == SP_PART_HOOK_I386 || part == SP_PART_STORAGELINK_HOOK;
        write_file(of_ours ? libexec : spec, name, name);
    }
    g_autofree char *program = g_build_filename(*state, "bin", "suppack", NULL);
    g_autoptr(SpPartFiles) parts = sp_parts_read(program, &error);
    assert_non_null(parts);
    for (SpPart part = 0; part < SP_PARTS; part++)
        assert_bytes(parts->bytes[part], sp_part_name(part));
    assert_true(parts->newest > 1600000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(a_missing_part_is_a_broken_installation),
        IN_DIR(finds_them_relative_to_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
