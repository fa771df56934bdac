/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "repodata.h"
#include "helper_rpm.h"
#include "repodata_in.h"

static GPtrArray *write_repodata(const char *dir, gint64 epoch)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpScratch) scratch = sp_scratch_new(dir, &error);
    g_autofree char *path = small_rpm(scratch, 1700000000);
    g_autoptr(GBytes) bytes = sp_read_path(path, 1 << 20, NULL, &error);
    g_autoptr(GBytes) comps = bytes_of(
        "<comps><group><id>update</id><name>n</name><packagelist><packagereq type='mandatory'>small"
        "</packagereq></packagelist></group></comps>");
    GPtrArray *image = sp_tree_new();
    const SpRepoInput input = {"Packages/small.rpm", path,
                               sp_tree_add_file(image, "Packages/small.rpm", 0644, bytes)};
    if (!sp_repodata_write(scratch, &input, 1, comps, epoch, image, &error))
        fail_msg("%s", error->message);
    return image;
}

static void is_read_back_as_it_was_meant(void **state)
{
    g_autoptr(SpFindings) found = sp_findings_new();
    g_autoptr(GPtrArray) image = write_repodata(*state, 1700000000);
    g_autoptr(SpRepodata) repodata = sp_repodata_read(image, found);
    assert_non_null(repodata);
    assert_int_equal(found->all->len, 0);
    assert_int_equal(repodata->packages->len, 1);
    const SpRepoPackage *package = repodata->packages->pdata[0];
    SpEntry *rpm = sp_tree_find(image, "Packages/small.rpm");
    assert_string_equal(package->name, "small");
    assert_string_equal(package->href, "Packages/small.rpm");
    assert_string_equal(package->sha256, sp_entry_sha256(rpm));
    assert_int_equal(package->size, g_bytes_get_size(rpm->content));
    assert_string_equal(repodata->group_members->pdata[0], "small");
    assert_string_equal(repodata->revision, "1700000000");
    const char *repomd =
        g_bytes_get_data(sp_tree_find(image, "repodata/repomd.xml")->content, NULL);
    assert_non_null(strstr(repomd, "<timestamp>1700000000</timestamp>"));
    const char *types[] = {"primary", "filelists", "other", "group", "group_gz"};
    assert_int_equal(repodata->records->len, G_N_ELEMENTS(types));
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        const SpRepoRecord *record = repodata->records->pdata[i];
        SpEntry *entry = sp_tree_find(image, record->href);
        assert_string_equal(record->type, types[i]);
        assert_string_equal(record->sha256, sp_entry_sha256(entry));
        assert_int_equal(record->size, g_bytes_get_size(entry->content));
    }
}

static void only_the_epoch_is_in_it(void **state)
{
    g_autoptr(GPtrArray) first = write_repodata(*state, 1700000000);
    g_usleep(1100000); /* another second, another mtime of everything */
    g_autoptr(GPtrArray) second = write_repodata(*state, 1700000000);
    assert_int_equal(first->len, second->len);
    for (guint i = 0; i < first->len; i++) {
        const SpEntry *a = first->pdata[i], *b = second->pdata[i];
        assert_string_equal(a->path, b->path);
        assert_true(a->is_dir || g_bytes_equal(a->content, b->content));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(is_read_back_as_it_was_meant),
        IN_DIR(only_the_epoch_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
