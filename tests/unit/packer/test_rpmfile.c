/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "rpmfile.h"
#include "helper_rpm.h"
#include "sha256.h"

static SpPackage *read_rpm(GBytes *rpm)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpRpmReader) reader = sp_rpm_reader_new();
    SpPackage *package = sp_rpm_describe(reader, "x.rpm", rpm, &error);
    assert_non_null(package);
    assert_true(sp_rpm_check(reader, &error));
    sp_rpm_unpack(reader, rpm, package);
    return package;
}

static void identity_and_files(void **state)
{
    (void)state;
    g_autoptr(GBytes) rpm = small_rpm_bytes(1700000000);
    g_autoptr(SpPackage) package = read_rpm(rpm);
    g_autofree char *nevra = sp_package_nevra(package);
    assert_string_equal(nevra, "small-1.2-1.x86_64");
    assert_string_equal(package->file, "x.rpm");
    assert_int_equal(package->signature->state, SP_SIG_NONE);
    assert_string_equal(package->problem, "");
    g_autoptr(GPtrArray) meant = small_tree();
    assert_int_equal(package->files->len, meant->len);
    for (guint i = 0; i < meant->len; i++) {
        const SpEntry *a = meant->pdata[i];
        const SpEntry *b = sp_tree_find(package->files, a->path);
        assert_non_null(b);
        assert_int_equal(a->mode, b->mode);
        assert_int_equal(b->mtime, 1700000000);
        assert_true(a->is_dir || g_bytes_equal(a->content, b->content));
    }
}

static GBytes *with_byte(GBytes *bytes, gsize at)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(bytes, &size);
    guint8 *copy = g_memdup2(data, size);
    copy[at] ^= 0x01;
    return g_bytes_new_take(copy, size);
}

static gboolean good_if_known_by(GBytes *rpm, GBytes *known)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpRpmReader) reader = sp_rpm_reader_new();
    g_autoptr(SpPackage) package = sp_rpm_describe(reader, "x.rpm", rpm, &error);
    package->known = sp_sha256(known);
    assert_true(sp_rpm_check(reader, &error));
    g_autofree char *digest = sp_sha256(rpm);
    assert_string_equal(package->sha256, digest);
    assert_true(package->digests_good || package->problem[0] != '\0');
    return package->digests_good;
}

/* Bytes that were found right once are; any others are looked at as if nobody had. */
static void what_is_known_is_told_by_its_digest(void **state)
{
    (void)state;
    g_autoptr(GBytes) rpm = small_rpm_bytes(1700000000);
    g_autoptr(GBytes) spoilt = with_byte(rpm, g_bytes_get_size(rpm) - 9);
    assert_true(good_if_known_by(rpm, rpm));
    assert_true(good_if_known_by(rpm, spoilt));
    assert_true(good_if_known_by(spoilt, spoilt)); /* no more is asked of it */
    assert_false(good_if_known_by(spoilt, rpm));
}

static void a_changed_byte_is_noticed_wherever_it_is(void **state)
{
    (void)state;
    g_autoptr(GBytes) rpm = small_rpm_bytes(1700000000);
    gsize size = 0;
    const char *data = g_bytes_get_data(rpm, &size);
    /* The list of folders in the header, the payload and its last byte. (The space the signature
     * header keeps free is covered by no digest of the format; repodata covers it.) */
    const char *folder = memmem(data, size, "/opt/small/", strlen("/opt/small/"));
    assert_non_null(folder);
    const gsize places[] = {(gsize)(folder - data), size - 100, size - 1};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autoptr(GBytes) changed = with_byte(rpm, places[i]);
        g_autoptr(SpPackage) package = read_rpm(changed);
        assert_false(package->digests_good);
        assert_string_not_equal(package->problem, "");
    }
}

static void what_is_no_rpm_is_described(void **state)
{
    (void)state;
    g_autoptr(GBytes) rpm = small_rpm_bytes(1700000000);
    g_autoptr(GBytes) text =
        bytes_of("this is no RPM at all, but it is longer than a lead of an RPM"
                 " has to be, which are 96 bytes; now it is certainly so");
    g_autoptr(GBytes) nothing = bytes_of("");
    g_autoptr(GBytes) cut = g_bytes_new_from_bytes(rpm, 0, 700);
    GBytes *const cases[] = {text, nothing, cut};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpPackage) package = read_rpm(cases[i]);
        assert_false(package->digests_good);
        assert_string_not_equal(package->problem, "");
        assert_string_equal(package->name, "");
        assert_int_equal(package->files->len, 0);
    }
}

static void a_key_must_be_a_key(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = bytes_of("no key");
    g_autoptr(SpRpmReader) reader = sp_rpm_reader_new();
    assert_false(sp_rpm_reader_learn(reader, text, &error));
    assert_error(&error, 3, "public key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(identity_and_files),
        IN_DIR(a_changed_byte_is_noticed_wherever_it_is),
        IN_DIR(what_is_known_is_told_by_its_digest),
        IN_DIR(what_is_no_rpm_is_described),
        cmocka_unit_test(a_key_must_be_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
