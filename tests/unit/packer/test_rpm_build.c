/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "helper_rpm.h"
#include "hush.h"
#include "rpmfile.h"

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
    g_autoptr(GBytes) rpm = small_rpm_bytes(*state, 1700000000);
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
    assert_int_equal(count_entries(*state), 0);
}

static void same_input_same_bytes(void **state)
{
    g_autoptr(GBytes) first = small_rpm_bytes(*state, 1700000000);
    g_setenv("TZ", "Asia/Tokyo", TRUE);
    g_setenv("HOME", *state, TRUE);
    write_file(*state, ".rpmmacros", "%_binary_payload w1.xzdio\n%packager evil\n");
    mode_t old = umask(077);
    g_autoptr(GBytes) second = small_rpm_bytes(*state, 1700000000);
    umask(old);
    g_autoptr(GBytes) other = small_rpm_bytes(*state, 1700000001);
    assert_true(g_bytes_equal(first, second));
    assert_false(g_bytes_equal(first, other));
}

static void no_scratch_path_in_it(void **state)
{
    g_autoptr(GBytes) rpm = small_rpm_bytes(*state, 1700000000);
    gsize size = 0;
    const char *data = g_bytes_get_data(rpm, &size);
    assert_null(memmem(data, size, "suppack.", strlen("suppack.")));
    assert_null(memmem(data, size, *state, strlen(*state)));
}

static void rpms_own_words_under_our_sentence(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpScratch) scratch = sp_scratch_new(*state, &error);
    g_autoptr(SpRpmBuilder) builder = sp_rpm_builder_new(scratch, 1700000000, &error);
    g_autoptr(GPtrArray) tree = small_tree();
    g_autoptr(GBytes) nonsense = bytes_of("Nonsense\n");
    g_autoptr(GBytes) missing = bytes_of(
        "Name: a\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\n%description\n%files\n/gone\n");
    assert_null(sp_rpm_build(builder, "a", nonsense, tree, "a.rpm", &error));
    assert_error(&error, 4, "cannot build 'a.rpm': rpm cannot parse the spec: ");
    assert_null(sp_rpm_build(builder, "b", missing, tree, "b.rpm", &error));
    assert_error(&error, 4, "File not found");
}

static void a_scratch_path_never_reaches_a_macro(void **state)
{
    const char *names[] = {"a%(touch canary)", "a%{nil}", "a\\b"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *odd = g_build_filename(*state, names[i], NULL);
        assert_int_equal(g_mkdir(odd, 0755), 0);
        g_autoptr(SpScratch) scratch = sp_scratch_new(odd, &error);
        assert_null(sp_rpm_builder_new(scratch, 1, &error));
        assert_error(&error, 4, "cannot build packages in '");
    }
}

static void rpm_prints_nothing_itself(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpScratch) scratch = sp_scratch_new(*state, &error);
    g_autoptr(SpRpmBuilder) builder = sp_rpm_builder_new(scratch, 1700000000, &error);
    g_autoptr(GPtrArray) tree = small_tree();
    g_autoptr(GBytes) missing = bytes_of(
        "Name: a\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\n%description\n%files\n/gone\n");
    SpHush hush = sp_hush_begin();
    g_autofree char *path = sp_rpm_build(builder, "c", missing, tree, "c.rpm", &error);
    g_autofree char *said = sp_hush_end(&hush);
    assert_null(path);
    assert_string_equal(said, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(needs_nothing_rpm_4_11_has_not),
        IN_DIR(same_input_same_bytes),
        IN_DIR(no_scratch_path_in_it),
        IN_DIR(rpms_own_words_under_our_sentence),
        IN_DIR(a_scratch_path_never_reaches_a_macro),
        IN_DIR(rpm_prints_nothing_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
