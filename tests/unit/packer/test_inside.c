/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inside.h"
#include "helper.h"

static void reads_below_the_folder(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sub = g_build_filename(*state, "sub", NULL);
    assert_int_equal(g_mkdir(sub, 0755), 0);
    write_file(sub, "f", "text");
    gint64 mtime = 0;
    g_autoptr(GBytes) bytes = sp_inside_read(*state, "sub/f", 10, &mtime, &error);
    assert_bytes(bytes, "text");
    assert_true(mtime > 0);
    assert_null(sp_inside_read(*state, "sub/f", 3, &mtime, &error));
    assert_error(&error, 3, "larger than 3");
}

static void assert_matches(const char *dir, const char *glob, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    if (!sp_inside_match(dir, glob, names, &error))
        fail_msg("%s", error->message);
    g_ptr_array_add(names, NULL);
    g_autofree char *found = g_strjoinv(" ", (char **)names->pdata);
    assert_string_equal(found, expected);
}

static void wildcards_in_any_part(void **state)
{
    const char *const folders[] = {"a", "b", "b/c", ".hidden"};
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(*state, folders[i], NULL);
        assert_int_equal(g_mkdir(path, 0755), 0);
        write_file(path, "2.rpm", "x");
        write_file(path, "1.rpm", "x");
        write_file(path, ".3.rpm", "x");
    }
    g_autofree char *link = g_build_filename(*state, "link", NULL);
    assert_int_equal(symlink("a", link), 0);
    assert_matches(*state, "a/*.rpm", "a/1.rpm a/2.rpm");
    assert_matches(*state, "?/*.rpm", "a/1.rpm a/2.rpm b/1.rpm b/2.rpm");
    assert_matches(*state, "*/1.rpm", "a/1.rpm b/1.rpm");
    assert_matches(*state, "*/c/1*", "b/c/1.rpm");
    assert_matches(*state, ".h*/1.rpm", ".hidden/1.rpm");
    assert_matches(*state, "a/none.rpm", "a/none.rpm"); /* opening it says what is wrong */
    assert_matches(*state, "a/none*", "");
    static const char *const wrong[] = {"gone/*", "link/*", "a/1.rpm/*"};
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        assert_false(sp_inside_match(*state, wrong[i], names, &error));
        assert_error(&error, 3, "cannot read '");
    }
}

static void never_leaves_it(void **state)
{
    g_autofree char *inner = g_build_filename(*state, "inner", NULL);
    g_autofree char *link = g_build_filename(inner, "link", NULL);
    g_autofree char *dirlink = g_build_filename(inner, "dirlink", NULL);
    g_autofree char *harmless = g_build_filename(inner, "harmless", NULL);
    assert_int_equal(g_mkdir(inner, 0755), 0);
    write_file(*state, "secret", "x");
    write_file(inner, "f", "x");
    assert_int_equal(symlink("../secret", link), 0);
    assert_int_equal(symlink("..", dirlink), 0);
    assert_int_equal(symlink("f", harmless), 0);
    const char *names[] = {"../secret", "link", "dirlink/secret", "harmless",
                           "f/x",       "gone", "a//b",           "."};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        gint64 mtime = 0;
        assert_null(sp_inside_read(inner, names[i], 10, &mtime, &error));
        assert_error(&error, 3, "cannot read '");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(reads_below_the_folder),
        IN_DIR(wildcards_in_any_part),
        IN_DIR(never_leaves_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
