/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outdir.h"
#include "helper.h"

/* A folder at dir/out with the file `name` in it, not published. */
static SpOutdir *start(const char *dir, const char *name, gboolean replace)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(dir, "out", NULL);
    SpOutdir *out = sp_outdir_new(path, replace, &error);
    assert_non_null(out);
    write_file(sp_outdir_path(out), name, "new");
    return out;
}

static void appears_when_published(void **state)
{
    g_autoptr(GError) error = NULL;
    sp_outdir_free(start(*state, "a", FALSE));
    assert_int_equal(count_entries(*state), 0);
    SpOutdir *out = start(*state, "a", FALSE);
    assert_true(sp_outdir_publish(out, &error));
    sp_outdir_free(out);
    g_autofree char *path = g_build_filename(*state, "out", NULL);
    assert_int_equal(count_entries(path), 1);
    assert_int_equal(count_entries(*state), 1);
}

static void never_takes_the_place_of_what_came_meanwhile(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(*state, "out", NULL);
    SpOutdir *out = start(*state, "a", FALSE);
    assert_int_equal(mkdir(path, 0755), 0);
    write_file(path, "b", "old");
    assert_false(sp_outdir_publish(out, &error));
    assert_error(&error, 4, "cannot publish '");
    sp_outdir_free(out);
    assert_int_equal(count_entries(*state), 1);
    assert_null(sp_outdir_new(path, FALSE, &error));
    assert_error(&error, 4, "out' exists and is not an empty folder");
}

static void replaces_all_of_it_when_told(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(*state, "out", NULL);
    assert_int_equal(mkdir(path, 0755), 0);
    write_file(path, "b", "old");
    SpOutdir *out = start(*state, "a", TRUE);
    assert_true(sp_outdir_publish(out, &error));
    sp_outdir_free(out);
    g_autofree char *old = g_build_filename(path, "b", NULL);
    assert_false(g_file_test(old, G_FILE_TEST_EXISTS));
    assert_int_equal(count_entries(path), 1);
    assert_int_equal(count_entries(*state), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(appears_when_published),
        IN_DIR(never_takes_the_place_of_what_came_meanwhile),
        IN_DIR(replaces_all_of_it_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
