/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scratch.h"
#include "helper.h"

static void is_private_and_goes_with_all_in_it(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = bytes_of("text");
    SpScratch *scratch = sp_scratch_new(*state, &error);
    assert_non_null(scratch);
    struct stat st;
    assert_int_equal(stat(sp_scratch_path(scratch), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    g_autofree char *dir = sp_scratch_dir(scratch, "d", &error);
    g_autofree char *file = sp_scratch_file(scratch, "d/f", text, &error);
    g_autofree char *link = g_build_filename(dir, "link", NULL);
    assert_int_equal(symlink(*state, link), 0);
    write_file(*state, "not-ours", "stays");
    assert_int_equal(access(file, R_OK), 0);
    assert_null(sp_scratch_file(scratch, "d/f", text, &error)); /* never overwrites */
    assert_error(&error, 4, "File exists");
    sp_scratch_free(scratch);
    assert_int_equal(count_entries(*state), 1);
}

static void needs_a_parent(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *gone = g_build_filename(*state, "gone", NULL);
    assert_null(sp_scratch_new(gone, &error));
    assert_error(&error, 4, "hint: TMPDIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(is_private_and_goes_with_all_in_it),
        IN_DIR(needs_a_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
