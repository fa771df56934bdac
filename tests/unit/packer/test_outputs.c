/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outputs.h"
#include "cleanup.h"
#include "entry.h"
#include "helper.h"

/* Writes and publishes an image of three bytes. */
static gboolean make(const char *dir, gboolean classic, gboolean force, GError **error)
{
    g_autoptr(GPtrArray) entries = sp_tree_new();
    sp_tree_take_text(entries, "XS-REPOSITORY", 0644, g_strdup("ab"));
    sp_tree_take_text(entries, "XS-PACKAGES", 0644, g_strdup("c"));
    g_autoptr(SpOutputs) outputs = sp_outputs_new(dir, "x.iso", classic, force, error);
    if (outputs == NULL)
        return FALSE;
    assert_int_equal(write(sp_outputs_fd(outputs), "abc", 3), 3);
    return sp_outputs_fill(outputs, "5ha", entries, error) && sp_outputs_publish(outputs, error);
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
    assert_true(make(*state, TRUE, FALSE, &error));
    assert_file(*state, "x.iso", "abc");
    assert_file(*state, "x.iso.sha256", "5ha  x.iso\n");
    assert_file(*state, "x.iso.md5", "900150983cd24fb0d6963f7d28e17f72  x.iso\n");
    assert_file(*state, "x.metadata.md5", "900150983cd24fb0d6963f7d28e17f72\n");
    assert_int_equal(count_entries(*state), 4);
}

static void without_a_classic_half(void **state)
{
    g_autoptr(GError) error = NULL;
    assert_true(make(*state, FALSE, FALSE, &error));
    assert_int_equal(count_entries(*state), 2);
}

static void what_exists_is_refused_and_kept(void **state)
{
    const char *names[] = {"x.iso", "x.iso.sha256", "x.iso.md5", "x.metadata.md5"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        write_file(*state, names[i], "old");
        assert_false(make(*state, i % 2 == 0, FALSE, &error));
        assert_error(&error, 4, "' exists\nhint: --force");
        assert_int_equal(count_entries(*state), 1);
        g_autofree char *path = g_build_filename(*state, names[i], NULL);
        assert_int_equal(unlink(path), 0);
    }
}

/* An old sum beside a new image would be a lie. */
static void force_replaces_or_removes(void **state)
{
    g_autoptr(GError) error = NULL;
    assert_true(make(*state, TRUE, FALSE, &error));
    write_file(*state, "x.metadata.md5", "old");
    assert_true(make(*state, TRUE, TRUE, &error));
    assert_file(*state, "x.metadata.md5", "900150983cd24fb0d6963f7d28e17f72\n");
    assert_true(make(*state, FALSE, TRUE, &error));
    assert_int_equal(count_entries(*state), 2);
}

/* Somebody's file appears after we looked: none of ours stays, theirs does. */
static void one_that_cannot_be_published_takes_all_back(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) entries = sp_tree_new();
    g_autoptr(SpOutputs) outputs = sp_outputs_new(*state, "x.iso", TRUE, FALSE, &error);
    assert_true(sp_outputs_fill(outputs, "5ha", entries, &error));
    write_file(*state, "x.metadata.md5", "theirs");
    assert_false(sp_outputs_publish(outputs, &error));
    assert_error(&error, 4, "x.metadata.md5': File exists\nhint: --force");
    assert_file(*state, "x.metadata.md5", "theirs");
    assert_int_equal(count_entries(*state), 1);
}

static void nothing_is_left_of_what_was_not_published(void **state)
{
    g_autoptr(GError) error = NULL;
    SpOutputs *outputs = sp_outputs_new(*state, "x.iso", TRUE, FALSE, &error);
    assert_non_null(outputs);
    sp_outputs_free(outputs);
    assert_int_equal(count_entries(*state), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(all_of_them),
        IN_DIR(without_a_classic_half),
        IN_DIR(what_exists_is_refused_and_kept),
        IN_DIR(force_replaces_or_removes),
        IN_DIR(one_that_cannot_be_published_takes_all_back),
        IN_DIR(nothing_is_left_of_what_was_not_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
