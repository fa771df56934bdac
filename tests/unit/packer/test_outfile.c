/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outfile.h"
#include "fileio.h"
#include "helper.h"

static SpOutfile *start(const char *dir, const char *text)
{
    g_autoptr(GError) error = NULL;
    SpOutfile *out = sp_outfile_new(dir, "out", &error);
    assert_non_null(out);
    assert_true(sp_write_all(sp_outfile_fd(out), text, strlen(text), "out", &error));
    assert_true(sp_outfile_flush(out, &error));
    return out;
}

static void assert_content(const char *dir, const char *text)
{
    g_autofree char *path = g_build_filename(dir, "out", NULL);
    g_autofree char *content = NULL;
    assert_true(g_file_get_contents(path, &content, NULL, NULL));
    assert_string_equal(content, text);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    assert_int_equal(st.st_nlink, 1);
    assert_int_equal(count_entries(dir), 1);
}

static void vanishes_unless_published(void **state)
{
    SpOutfile *out = start(*state, "x");
    assert_int_equal(count_entries(*state), 0);
    sp_outfile_free(out);
    assert_int_equal(count_entries(*state), 0);
}

static void publishes_whatever_the_umask(void **state)
{
    g_autoptr(GError) error = NULL;
    mode_t old = umask(077);
    g_autoptr(SpOutfile) out = start(*state, "new");
    umask(old);
    assert_true(sp_outfile_publish(out, FALSE, &error));
    assert_content(*state, "new");
}

static void refuses_an_existing_file(void **state)
{
    g_autoptr(GError) error = NULL;
    write_file(*state, "out", "old");
    g_autoptr(SpOutfile) out = start(*state, "new");
    assert_false(sp_outfile_publish(out, FALSE, &error));
    assert_error(&error, 4, "File exists\nhint: --force");
    assert_content(*state, "old");
}

static void replaces_when_told(void **state)
{
    g_autoptr(GError) error = NULL;
    write_file(*state, "out", "old");
    g_autoptr(SpOutfile) out = start(*state, "new");
    assert_true(sp_outfile_publish(out, TRUE, &error));
    assert_content(*state, "new");
}

static void withdraws(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpOutfile) out = start(*state, "new");
    sp_outfile_withdraw(out); /* nothing to take away yet */
    assert_true(sp_outfile_publish(out, FALSE, &error));
    sp_outfile_withdraw(out);
    assert_int_equal(count_entries(*state), 0);
}

static void needs_a_directory(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *gone = g_build_filename(*state, "gone", NULL);
    assert_null(sp_outfile_new(gone, "out", &error));
    assert_error(&error, 4, "cannot open directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(vanishes_unless_published),
        IN_DIR(publishes_whatever_the_umask),
        IN_DIR(refuses_an_existing_file),
        IN_DIR(replaces_when_told),
        IN_DIR(withdraws),
        IN_DIR(needs_a_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
