/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helper_rpm.h"
#include "rpmfile.h"
#include "sha256.h"

static SpPackage *read_back(GBytes *rpm)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpRpmReader) reader = sp_rpm_reader_new();
    SpPackage *package = sp_rpm_describe(reader, "small.rpm", rpm, &error);
    assert_non_null(package);
    assert_true(sp_rpm_check(reader, &error));
    sp_rpm_unpack(reader, rpm, package);
    return package;
}

/* rpm 4.11 knows these three features and no others of what 4.18 could ask for (packs.md D). */
static void needs_nothing_rpm_4_11_has_not(void **state)
{
    (void)state;
    g_autoptr(GBytes) rpm = small_rpm_bytes(1700000000);
    g_autoptr(SpPackage) package = read_back(rpm);
    static const char *const expected[] = {"/bin/sh",
                                           "other >= 2",
                                           "rpmlib(CompressedFileNames) <= 3.0.4-1",
                                           "rpmlib(FileDigests) <= 4.6.0-1",
                                           "rpmlib(PayloadFilesHavePrefix) <= 4.0-1",
                                           NULL};
    for (guint i = 0; package->depends[i] != NULL; i++)
        if (!g_strv_contains(expected, package->depends[i]))
            fail_msg("needs '%s'", package->depends[i]);
    assert_string_equal(package->compressor, "gzip");
    assert_true(package->digests_good);
    assert_int_equal(package->size, 5017);
    assert_string_equal(package->arch, "x86_64");
}

/* Nothing of the machine, the moment or the user. */
static void same_input_same_bytes(void **state)
{
    g_autoptr(GBytes) first = small_rpm_bytes(1700000000);
    g_setenv("TZ", "Asia/Tokyo", TRUE);
    g_setenv("HOME", *state, TRUE);
    write_file(*state, ".rpmmacros",
               "%_binary_payload w1.xzdio\n%packager evil\n%_rpmformat 6\n%_buildhost evil\n");
    g_autoptr(GBytes) second = small_rpm_bytes(1700000000);
    g_autoptr(GBytes) other = small_rpm_bytes(1700000001);
    assert_true(g_bytes_equal(first, second));
    assert_false(g_bytes_equal(first, other));
}

/* tests/interop/test_rpmbuild.py compares with what rpmbuild 4.18 makes. Where that is another, and
 * whatever librpm is linked, it has to be the same still: with zlib 1.2.13 to 1.3.2. */
static void same_bytes_with_every_librpm(void **state)
{
    (void)state;
    g_autoptr(GBytes) rpm = small_rpm_bytes(1700000000);
    g_autofree char *digest = sp_sha256(rpm);
    assert_string_equal(digest, "da6ca0cb853b1fce09b2e2448292f13ecbfd091f5f18aaf833527a7ec1525b8c");
}

/* The order of the tree is not part of the input, and what is given is not touched. */
static void files_are_sorted(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = bytes_of(small_spec), first = small_rpm_bytes(1);
    g_autoptr(SpRpmSpec) spec = sp_rpm_spec_parse("small.spec", text, &error);
    g_autoptr(GPtrArray) tree = small_tree();
    gpointer last = tree->pdata[2];
    tree->pdata[2] = tree->pdata[0];
    tree->pdata[0] = last;
    g_autoptr(GBytes) second = sp_rpm_write(spec, tree, 1, &error);
    assert_true(g_bytes_equal(first, second));
    assert_ptr_equal(tree->pdata[0], last);
}

static GBytes *write_with(const char *lines, GPtrArray *tree, gint64 epoch, GError **error)
{
    g_autofree char *whole =
        g_strconcat("Name: a\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\n", lines,
                    "%description\nd\n", NULL);
    g_autoptr(GBytes) text = bytes_of(whole);
    g_autoptr(SpRpmSpec) spec = sp_rpm_spec_parse("a.spec", text, error);
    return spec != NULL ? sp_rpm_write(spec, tree, epoch, error) : NULL;
}

static void versions_that_old_rpm_cannot_compare_say_so(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tree = small_tree();
    g_autoptr(GBytes) rpm = write_with("Requires: b >= 1~rc1\nRequires: c = 2^git\n"
                                       "Requires: b >= 1~rc1\n",
                                       tree, 1, &error);
    g_autoptr(SpPackage) package = read_back(rpm);
    assert_true(g_strv_contains((const char *const *)package->depends,
                                "rpmlib(TildeInVersions) <= 4.10.0-1"));
    assert_true(g_strv_contains((const char *const *)package->depends,
                                "rpmlib(CaretInVersions) <= 4.15.0-1"));
    assert_int_equal(g_strv_length(package->depends), 7); /* each once */
}

/* Of whatever bytes: none, text, an odd program, an odd byte. */
static void any_content(void **state)
{
    (void)state;
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
    static const char *const contents[] = {"", "\303\244\n", "\177ELF", "\177ELF\001\001", "\377"};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tree = sp_tree_new();
    for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
        const char path[] = {(char)('a' + i), '\0'};
        g_autoptr(GBytes) content = bytes_of(contents[i]);
        sp_tree_add_file(tree, path, 0644, content);
    }
    g_autoptr(GBytes) rpm = write_with("", tree, 1, &error);
    g_autoptr(SpPackage) package = read_back(rpm);
    assert_true(package->digests_good);
    assert_int_equal(package->files->len, tree->len);
    for (guint i = 0; i < tree->len; i++) {
        const SpEntry *meant = tree->pdata[i], *found = sp_tree_find(package->files, meant->path);
        assert_non_null(found);
        assert_true(g_bytes_equal(found->content, meant->content));
    }
}

static void what_the_format_has_no_room_for(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tree = small_tree(), empty = sp_tree_new();
    assert_null(write_with("", empty, 1, &error));
    assert_error(&error, 4, "cannot build 'a': it holds nothing, or its time");
    assert_null(write_with("", tree, (gint64)G_MAXUINT32 + 1, &error));
    assert_error(&error, 4, "is not within 1970 to 2106");
    assert_null(write_with("", tree, -1, &error));
    assert_error(&error, 4, "is not within 1970 to 2106");
    assert_null(write_with("Requires: b => 1\n", tree, 1, &error));
    assert_error(&error, 4, "'b => 1' is not a requirement");
    static const guint8 byte;
    g_autoptr(GBytes) huge = g_bytes_new_static(&byte, (gsize)1 << 31); /* nobody looks into it */
    sp_tree_add_file(tree, "opt/small/zz", 0644, huge);
    assert_null(write_with("", tree, 1, &error));
    assert_error(&error, 4, "cannot build 'a': it is larger than 1 GiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(needs_nothing_rpm_4_11_has_not),
        IN_DIR(same_input_same_bytes),
        cmocka_unit_test(same_bytes_with_every_librpm),
        cmocka_unit_test(files_are_sorted),
        cmocka_unit_test(versions_that_old_rpm_cannot_compare_say_so),
        cmocka_unit_test(any_content),
        cmocka_unit_test(what_the_format_has_no_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
