/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_in.h"
#include "cleanup.h"
#include "helper.h"

#include <fcntl.h>

static void assert_no_pack(const char *path, const char *part)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpVolume) volume = NULL;
    autofd int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_null(sp_image_read(fd, "x.iso", &volume, NULL, &error));
    assert_error(&error, 3, part);
    assert_null(volume);
}

static void refuses_what_is_no_image(void **state)
{
    write_file(*state, "short", "CD001");
    g_autofree char *small = g_build_filename(*state, "short", NULL);
    assert_no_pack(small, "not an ISO 9660 image");
    assert_no_pack(*state, "not a regular file");
    g_autofree char *hollow = g_build_filename(*state, "hollow", NULL);
    autofd int fd = open(hollow, O_RDWR | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, 100000), 0);
    assert_no_pack(hollow, "not an ISO 9660 image");
    assert_int_equal(pwrite(fd, "\001CD001", 6, 32768), 6);
    assert_no_pack(hollow, "not an ISO 9660 image");
    assert_int_equal(ftruncate(fd, 8L * 1024 * 1024 * 1024), 0); /* sparse: no memory, no time */
    assert_no_pack(hollow, "not an ISO 9660 image");
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_DIR(refuses_what_is_no_image)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
