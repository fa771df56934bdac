/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_out.h"
#include "cleanup.h"
#include "fileio.h"
#include "helper.h"
#include "image_in.h"
#include "sha256.h"

#include <fcntl.h>

#define LONG_NAME                                                                                  \
    "d/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef-filelists.xml.gz"

static GPtrArray *some_entries(void)
{
    GPtrArray *tree = sp_tree_new();
    sp_tree_add_dir(tree, "d", 0755);
    sp_tree_take_text(tree, LONG_NAME, 0644, g_strdup("text"));
    sp_tree_take_text(tree, "Mixed.Case.asc", 0644, g_strnfill(300000, 'y'));
    sp_tree_take_text(tree, "empty", 0644, g_strdup(""));
    return tree;
}

static int write_image(const char *dir, const char *name, gint64 epoch, char **sha256)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(GPtrArray) tree = some_entries();
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (!sp_image_write(fd, name, "VOLUME_ID", tree, epoch, sha256, &error))
        fail_msg("%s", error->message);
    return fd;
}

static void is_read_back_as_it_was_meant(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sha256 = NULL;
    g_autoptr(SpVolume) volume = NULL;
    autofd int fd = write_image(*state, "a.iso", 1700000000, &sha256);
    g_autoptr(GPtrArray) found = sp_image_read(fd, "a.iso", &volume, NULL, &error);
    assert_non_null(found);
    assert_string_equal(volume->id, "VOLUME_ID");
    g_autoptr(GPtrArray) meant = some_entries();
    assert_int_equal(found->len, meant->len);
    for (guint i = 0; i < meant->len; i++) {
        const SpEntry *a = meant->pdata[i], *b = sp_tree_find(found, a->path);
        assert_non_null(b);
        assert_int_equal(b->mode, a->mode);
        assert_int_equal(b->uid + b->gid, 0);
        assert_int_equal(b->mtime, 1700000000);
        assert_true(a->is_dir || g_bytes_equal(a->content, b->content));
    }
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    g_autoptr(GBytes) whole = sp_read_fd(fd, 1 << 24, "a.iso", NULL, &error);
    g_autofree char *digest = sp_sha256(whole);
    assert_string_equal(digest, sha256);
    assert_int_equal(g_bytes_get_size(whole) % 2048, 0);
}

static void same_input_same_bytes_at_any_epoch(void **state)
{
    const gint64 epochs[] = {0, 1, 1700000000, G_MAXINT32};
    for (gsize i = 0; i < G_N_ELEMENTS(epochs); i++) {
        g_autofree char *first = NULL, *second = NULL;
        g_autofree char *a = g_strdup_printf("%zu-a", i), *b = g_strdup_printf("%zu-b", i);
        (void)close(write_image(*state, a, epochs[i], &first));
        g_setenv("TZ", i % 2 == 0 ? "Asia/Tokyo" : "America/New_York", TRUE);
        g_usleep(1100000);
        (void)close(write_image(*state, b, epochs[i], &second));
        assert_string_equal(first, second);
    }
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autofree char *sha256 = NULL;
    g_autoptr(GPtrArray) tree = some_entries();
    autofd int full = open("/dev/full", O_WRONLY);
    assert_false(sp_image_write(full, "a.iso", "V", tree, 1, &sha256, &error));
    assert_error(&error, 4, "cannot write 'a.iso': No space left");
    assert_null(sha256);
}

static void a_file_needs_its_folder_first(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autofree char *sha256 = NULL;
    g_autoptr(GPtrArray) tree = sp_tree_new();
    sp_tree_take_text(tree, "nowhere/f", 0644, g_strdup("x"));
    autofd int fd = open("/dev/null", O_WRONLY);
    assert_false(sp_image_write(fd, "a.iso", "V", tree, 1, &sha256, &error));
    assert_error(&error, 4, "nowhere/f");
}

static void lays_out_what_it_would_write(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sha256 = NULL;
    autofd int fd = write_image(*state, "a.iso", 1700000000, &sha256);
    g_autoptr(GBytes) whole = sp_map_fd(fd, "a.iso", NULL, &error);
    g_autoptr(GPtrArray) tree = some_entries();
    g_autoptr(SpLayout) layout = sp_image_lay("VOLUME_ID", tree, 1700000000, &error);
    assert_non_null(layout);
    gsize size = g_bytes_get_size(layout->records);
    assert_int_equal(layout->size, g_bytes_get_size(whole));
    assert_in_range(size, 20 * 2048, g_bytes_get_size(whole) - 300000);
    g_autoptr(GBytes) records = g_bytes_new_from_bytes(whole, 0, size);
    assert_true(g_bytes_equal(layout->records, records));
    g_autoptr(SpLayout) later = sp_image_lay("VOLUME_ID", tree, 1700000001, &error);
    assert_false(g_bytes_equal(later->records, records));
}

static void what_cannot_be_laid_out_is_told(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) twice = sp_tree_new();
    sp_tree_take_text(twice, "a", 0644, g_strdup("1"));
    sp_tree_take_text(twice, "a", 0644, g_strdup("2"));
    assert_null(sp_image_lay("V", twice, 1, &error));
    assert_error(&error, 4, "cannot write a into the image");
}

static SpLayout *lay_many(guint count, const char *before, const char *after, GError **error)
{
    g_autoptr(GPtrArray) tree = sp_tree_new();
    for (guint i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("%s%06u%s", before, i, after);
        sp_tree_take_text(tree, path, 0644, g_strdup(""));
    }
    return sp_image_lay("V", tree, 1, error);
}

/* Names alike make libisofs slow: thousands would take minutes. */
static void what_would_take_minutes_is_refused(void **state)
{
    (void)state;
    static const char *const alike[] = {"an-rpm-with-a-long-name-", "AN.rpm With.a.Long+",
                                        "\xc3\xa9=+_-\xe2\x82\xac=an-rpm-with-a-long-n"};
    g_autoptr(GError) error = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(alike); i++) {
        assert_null(lay_many(20000, alike[i], ".rpm", &error));
        assert_error(&error, 3, "the same");
    }
    g_autoptr(SpLayout) some = lay_many(1000, alike[0], ".rpm", &error);
    assert_non_null(some);
    g_autoptr(SpLayout) unlike = lay_many(20000, "a-short-", "-name-in-front.rpm", &error);
    assert_non_null(unlike);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(is_read_back_as_it_was_meant),
        IN_DIR(same_input_same_bytes_at_any_epoch),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(a_file_needs_its_folder_first),
        IN_DIR(lays_out_what_it_would_write),
        cmocka_unit_test(what_cannot_be_laid_out_is_told),
        cmocka_unit_test(what_would_take_minutes_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
