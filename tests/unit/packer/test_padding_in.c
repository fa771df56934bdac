/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "padding_in.h"
#include "cleanup.h"
#include "helper.h"

#include <fcntl.h>
#include <string.h>

#define SECTOR 2048
#define SIZE   ((off_t)30 * SECTOR)

typedef struct {
    int fd;
    SpVolume *volume;
} Bench;

static void add(GPtrArray *tree, const char *path, guint32 extent, gint64 size, gboolean is_dir)
{
    SpVolumeNode *node = sp_volume_add(tree, path);
    node->extent = extent;
    node->size = size;
    node->is_dir = is_dir;
}

/* A folder, a file with an end in mid-sector, one of whole sectors, an empty one; and Joliet's. */
static void set_up(Bench *bench, const char *dir)
{
    g_autofree char *path = g_build_filename(dir, "x.iso", NULL);
    bench->fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(ftruncate(bench->fd, SIZE), 0);
    bench->volume = sp_volume_new();
    add(bench->volume->rock, "folder", 20, SECTOR, TRUE);
    add(bench->volume->rock, "a", 22, SECTOR + 5, FALSE);
    add(bench->volume->rock, "whole", 24, SECTOR, FALSE);
    add(bench->volume->rock, "empty", 0, 0, FALSE);
    add(bench->volume->joliet, "b", 25, 1, FALSE);
}

static void assert_found(const Bench *bench, off_t at, const char *file, const char *part)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpFindings) found = sp_findings_new();
    assert_int_equal(pwrite(bench->fd, "A", 1, at), 1);
    assert_true(sp_padding_read(bench->fd, "x.iso", bench->volume, found, &error));
    assert_int_equal(found->bad, file != NULL ? 1 : 0);
    if (file != NULL) {
        const SpFinding *finding = found->all->pdata[0];
        assert_string_equal(finding->rule, "image-padding");
        assert_string_equal(finding->file, file);
        assert_non_null(strstr(finding->text, part));
    }
    assert_int_equal(pwrite(bench->fd, "", 1, at), 1);
}

static void nothing_may_be_behind_the_ends(void **state)
{
    Bench bench;
    set_up(&bench, *state);
    const off_t a = 23 * SECTOR + 5;
    assert_found(&bench, a - 1, NULL, NULL);
    assert_found(&bench, a, "a", "byte 1 behind its end is 0x41");
    assert_found(&bench, 24 * SECTOR - 1, "a", "byte 2043 behind its end is 0x41");
    assert_found(&bench, 25 * SECTOR - 1, NULL, NULL);
    assert_found(&bench, 26 * SECTOR, "sector 26", "byte 0: is 0x41");
    assert_found(&bench, SIZE - 1, "sector 29", "byte 2047: is 0x41");
    sp_volume_free(bench.volume);
    (void)close(bench.fd);
}

/* A record may say more than there is: that is told by who reads it. */
static void what_is_not_there_is_not_looked_at(void **state)
{
    Bench bench;
    set_up(&bench, *state);
    add(bench.volume->rock, "z", 40, 7, FALSE);
    assert_found(&bench, SIZE - 1, NULL, NULL);
    assert_int_equal(ftruncate(bench.fd, 23 * SECTOR + 3), 0);
    assert_found(&bench, 23 * SECTOR + 2, NULL, NULL);
    sp_volume_free(bench.volume);
    (void)close(bench.fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_DIR(nothing_may_be_behind_the_ends),
                                       IN_DIR(what_is_not_there_is_not_looked_at)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
