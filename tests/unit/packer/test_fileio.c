/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fileio.h"
#include "cleanup.h"
#include "helper.h"

#include <fcntl.h>

static void reads_exactly_up_to_the_limit(void **state)
{
    g_autoptr(GError) error = NULL;
    write_file(*state, "f", "12345678");
    g_autofree char *path = g_build_filename(*state, "f", NULL);
    gint64 mtime = 0;
    g_autoptr(GBytes) whole = sp_read_path(path, 8, &mtime, &error);
    assert_bytes(whole, "12345678");
    assert_true(mtime > 1600000000);
    assert_null(sp_read_path(path, 7, NULL, &error));
    assert_error(&error, 3, "larger than 7 bytes");
}

static void refuses_what_is_no_file(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *fifo = g_build_filename(*state, "fifo", NULL);
    g_autofree char *gone = g_build_filename(*state, "gone", NULL);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_null(sp_read_path(fifo, 8, NULL, &error)); /* and does not hang */
    assert_error(&error, 3, "not a regular file");
    assert_null(sp_read_path(*state, 8, NULL, &error));
    assert_error(&error, 3, "not a regular file");
    assert_null(sp_read_path(gone, 8, NULL, &error));
    assert_error(&error, 3, "No such file");
}

static void writes_all_or_names_the_file(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    autofd int full = open("/dev/full", O_WRONLY);
    assert_false(sp_write_all(full, "x", 1, "the name", &error));
    assert_error(&error, 4, "cannot write 'the name': No space left");
}

/* Of the whole file, whatever was read of it, and the next read goes on where it was. */
static void a_digest_of_a_descriptor(void **state)
{
    g_autoptr(GError) error = NULL;
    write_file(*state, "a", "abc");
    g_autofree char *path = g_build_filename(*state, "a", NULL);
    autofd int fd = sp_open_path(path, &error);
    char c = 0;
    assert_int_equal(read(fd, &c, 1), 1);
    g_autofree char *md5 = sp_digest_fd(fd, G_CHECKSUM_MD5, "a", &error);
    assert_string_equal(md5, "900150983cd24fb0d6963f7d28e17f72");
    assert_int_equal(read(fd, &c, 1), 1);
    assert_int_equal(c, 'b');
    assert_null(sp_digest_fd(-1, G_CHECKSUM_MD5, "a", &error));
    assert_error(&error, 4, "cannot read 'a'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(a_digest_of_a_descriptor),
        IN_DIR(reads_exactly_up_to_the_limit),
        IN_DIR(refuses_what_is_no_file),
        cmocka_unit_test(writes_all_or_names_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
