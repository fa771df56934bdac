/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "side_files.h"
#include "entry.h"
#include "helper.h"

/* Writes and publishes an image of three bytes; without `metadata` its content lacks the classic
 * documents. */
static gboolean make(const char *dir, gboolean classic, gboolean metadata, gboolean force,
                     GError **error)
{
    g_autoptr(GPtrArray) entries = sp_tree_new();
    sp_tree_take_text(entries, metadata ? "XS-REPOSITORY" : "x", 0644, g_strdup("ab"));
    sp_tree_take_text(entries, "XS-PACKAGES", 0644, g_strdup("c"));
    g_autoptr(SpOutset) set = sp_outset_new(dir, force, error);
    SpSideFiles sides;
    SpOutfile *iso = sp_outset_add(set, "x.iso", error);
    if (iso == NULL || !sp_side_files_add(&sides, set, "x.iso", classic, FALSE, error))
        return FALSE;
    assert_int_equal(write(sp_outfile_fd(iso), "abc", 3), 3);
    return sp_side_files_write(&sides, iso, "x.iso", "5ha", entries, NULL, error) &&
           sp_outset_publish(set, error);
}

static void assert_file(const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL), *found = NULL;
    assert_true(g_file_get_contents(path, &found, NULL, NULL));
    assert_string_equal(found, text);
}

static void all_of_them(void **state)
{
    g_autoptr(GError) error = NULL;
    assert_true(make(*state, TRUE, TRUE, FALSE, &error));
    assert_file(*state, "x.iso", "abc");
    assert_file(*state, "x.iso.sha256", "5ha  x.iso\n");
    assert_file(*state, "x.iso.md5", "900150983cd24fb0d6963f7d28e17f72  x.iso\n");
    assert_file(*state, "x.metadata.md5", "900150983cd24fb0d6963f7d28e17f72\n");
    assert_int_equal(count_entries(*state), 4);
}

static void without_a_classic_half(void **state)
{
    g_autoptr(GError) error = NULL;
    assert_true(make(*state, FALSE, FALSE, FALSE, &error));
    assert_file(*state, "x.iso.sha256", "5ha  x.iso\n");
    assert_int_equal(count_entries(*state), 2);
}

static void a_classic_half_that_is_none(void **state)
{
    g_autoptr(GError) error = NULL;
    assert_false(make(*state, TRUE, FALSE, FALSE, &error));
    assert_error(&error, 4, "'x.iso' has no classic half");
    assert_int_equal(count_entries(*state), 0);
}

static void what_exists_is_refused_and_kept(void **state)
{
    const char *names[] = {"x.iso", "x.iso.sha256", "x.iso.md5", "x.metadata.md5", "x.iso.asc"};
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        write_file(*state, names[i / 2], "old");
        assert_false(make(*state, i % 2 == 0, TRUE, FALSE, &error));
        assert_error(&error, 4, "' exists\nhint: --force");
        assert_file(*state, names[i / 2], "old");
        assert_int_equal(count_entries(*state), 1);
        g_autofree char *path = g_build_filename(*state, names[i / 2], NULL);
        assert_int_equal(unlink(path), 0);
    }
}

/* An old sum beside a new image would be a lie. */
static void force_replaces_or_removes(void **state)
{
    g_autoptr(GError) error = NULL;
    assert_true(make(*state, TRUE, TRUE, FALSE, &error));
    write_file(*state, "x.metadata.md5", "old");
    write_file(*state, "x.iso.asc", "of another image");
    assert_true(make(*state, TRUE, TRUE, TRUE, &error));
    assert_file(*state, "x.metadata.md5", "900150983cd24fb0d6963f7d28e17f72\n");
    assert_false(make(*state, TRUE, FALSE, TRUE, &error));
    assert_error(&error, 4, "has no classic half");
    assert_int_equal(count_entries(*state), 4);
    assert_true(make(*state, FALSE, FALSE, TRUE, &error));
    assert_int_equal(count_entries(*state), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(all_of_them),
        IN_DIR(without_a_classic_half),
        IN_DIR(a_classic_half_that_is_none),
        IN_DIR(what_exists_is_refused_and_kept),
        IN_DIR(force_replaces_or_removes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
