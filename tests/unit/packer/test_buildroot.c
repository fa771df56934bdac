/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "buildroot.h"
#include "helper.h"

static void lays_modes_and_times_whatever_the_umask(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tree = sp_tree_new();
    sp_tree_add_dir(tree, "a/b", 0755);
    sp_tree_take_text(tree, "a/b/f", 0755, g_strdup("text"));
    sp_tree_take_text(tree, "c/g", 0644, g_strdup(""));
    mode_t old = umask(077);
    assert_true(sp_buildroot_lay(*state, tree, 1700000000, &error));
    umask(old);
    const struct {
        const char *path;
        mode_t mode;
    } expected[] = {{"a/b", S_IFDIR | 0755}, {"a/b/f", S_IFREG | 0755}, {"c/g", S_IFREG | 0644}};
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autofree char *path = g_build_filename(*state, expected[i].path, NULL);
        struct stat st;
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode, expected[i].mode);
        assert_int_equal(st.st_mtim.tv_sec, 1700000000);
        assert_int_equal(st.st_mtim.tv_nsec, 0);
    }
    assert_false(sp_buildroot_lay(*state, tree, 1700000000, &error));
    assert_error(&error, 4, "File exists");
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_DIR(lays_modes_and_times_whatever_the_umask)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
