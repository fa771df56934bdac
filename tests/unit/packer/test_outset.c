/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outset.h"
#include "helper.h"

/* A set in `dir` with the files a and b in it, not published. */
static SpOutset *start(const char *dir, gboolean replace)
{
    g_autoptr(GError) error = NULL;
    SpOutset *set = sp_outset_new(dir, replace, &error);
    assert_non_null(set);
    for (const char *name = "ab"; *name != '\0'; name++) {
        SpOutfile *out = sp_outset_add(set, (const char[]){*name, '\0'}, &error);
        assert_non_null(out);
        assert_true(sp_outfile_print(out, &error, "new %c", *name));
    }
    return set;
}

static void makes_its_folder_and_takes_it_away(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = g_build_filename(*state, "made", NULL);
    sp_outset_free(start(dir, FALSE));
    assert_int_equal(count_entries(*state), 0);
    SpOutset *set = start(dir, FALSE);
    assert_true(sp_outset_publish(set, &error));
    sp_outset_free(set);
    assert_int_equal(count_entries(dir), 2);
    g_autofree char *gone = g_build_filename(*state, "gone", "deep", NULL);
    assert_null(sp_outset_new(gone, FALSE, &error));
    assert_error(&error, 4, "cannot make the output directory");
}

static void refuses_what_exists(void **state)
{
    g_autoptr(GError) error = NULL;
    write_file(*state, "b", "old");
    g_autoptr(SpOutset) set = sp_outset_new(*state, FALSE, &error);
    assert_null(sp_outset_add(set, "b", &error));
    assert_error(&error, 4, "/b' exists\nhint: --force");
    g_autoptr(SpOutset) other = start(*state, TRUE);
    assert_true(sp_outset_publish(other, &error));
    assert_int_equal(count_entries(*state), 2);
}

/* A name that stays without a file is refused, or taken away once the others are there. */
static void what_is_to_be_absent(void **state)
{
    g_autoptr(GError) error = NULL;
    write_file(*state, "c", "old");
    g_autoptr(SpOutset) set = start(*state, FALSE);
    assert_false(sp_outset_absent(set, "c", &error));
    assert_error(&error, 4, "/c' exists\nhint: --force");
    g_autoptr(SpOutset) other = start(*state, TRUE);
    assert_true(sp_outset_absent(other, "c", &error));
    assert_int_equal(count_entries(*state), 1);
    assert_true(sp_outset_publish(other, &error));
    assert_int_equal(count_entries(*state), 2);
}

static void all_or_none(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpOutset) set = start(*state, FALSE);
    write_file(*state, "b", "came meanwhile");
    assert_false(sp_outset_publish(set, &error));
    assert_error(&error, 4, "/b': File exists");
    assert_int_equal(count_entries(*state), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(makes_its_folder_and_takes_it_away),
        IN_DIR(refuses_what_exists),
        IN_DIR(what_is_to_be_absent),
        IN_DIR(all_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
