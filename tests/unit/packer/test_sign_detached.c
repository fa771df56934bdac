/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sign_detached.h"
#include "helper.h"
#include "helper_rpm.h"
#include "rpmfile.h"
#include "sign_rpm.h"
#include "signature_in.h"

#define NOW ((gint64)1700000000) /* the keys here never expire */

/* Throw-away keys; the whole group shares one home, /tmp being short enough for gpg's sockets. */
static char *home;

static void gpg(const char *verb, const char *who, const char *algorithm, const char *usage)
{
    const char *argv[] = {"gpg",      "--homedir",    home, "--batch", "--pinentry-mode",
                          "loopback", "--passphrase", "",   verb,      who,
                          algorithm,  usage,          "0",  NULL};
    assert_int_equal(run_quietly(argv), 0);
}

static int make_keys(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    home = g_dir_make_tmp("suppack-gpg-XXXXXX", NULL);
    const char *names[] = {"good", "twin-1", "twin-2", "subbed"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        gpg("--quick-generate-key", names[i], "rsa2048", "sign");
    gpg("--quick-generate-key", "curve", "ed25519", "sign");
    gpg("--quick-generate-key", "weak", "rsa1024", "sign");
    g_autoptr(SpSigner) signer = sp_signer_new(home, "subbed", NOW, &error);
    assert_non_null(signer);
    gpg("--quick-add-key", sp_signer_fingerprint(signer), "rsa2048", "sign");
    return 0;
}

static int drop_keys(void **state)
{
    (void)state;
    (void)run_quietly((const char *[]){"gpgconf", "--homedir", home, "--kill", "all", NULL});
    int rc = run_quietly((const char *[]){"rm", "-rf", home, NULL});
    g_free(home);
    return rc;
}

static void keys_no_host_can_use_are_refused(void **state)
{
    (void)state;
    const char *cases[][2] = {
        {"nobody", "no secret key"},    {"twin", "2 secret keys"},
        {"curve", "not an RSA key"},    {"weak", "less than 2048 bits"},
        {"subbed", "a signing subkey"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(sp_signer_new(home, cases[i][0], NOW, &error));
        assert_error(&error, 5, cases[i][1]);
    }
}

static void assert_learns(SpVerifier *verifier, GBytes *key, gboolean trusted, const char *wanted)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) keys = sp_verifier_learn(verifier, key, trusted, &error);
    assert_int_equal(keys->len, 1);
    assert_string_equal(((SpKey *)keys->pdata[0])->fingerprint, wanted);
}

static void signs_and_verifies(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpSigner) signer = sp_signer_new(home, "good", NOW, &error);
    if (signer == NULL)
        fail_msg("%s", error->message);
    g_autoptr(GBytes) key = sp_signer_public_key(signer, &error);
    g_autoptr(GBytes) data = bytes_of("data");
    g_autoptr(GBytes) other = bytes_of("other");
    g_autoptr(GBytes) armor = sp_signer_sign(signer, "data", data, &error);
    static const char begin[] = "-----BEGIN PGP SIGNATURE";
    assert_memory_equal(g_bytes_get_data(armor, NULL), begin, strlen(begin));
    g_autoptr(SpVerifier) verifier = sp_verifier_new(*state);
    assert_learns(verifier, key, TRUE, sp_signer_fingerprint(signer));
    g_autoptr(SpSignature) good = sp_verifier_check(verifier, data, armor, &error);
    g_autoptr(SpSignature) bad = sp_verifier_check(verifier, other, armor, &error);
    g_autoptr(SpSignature) none = sp_verifier_check(verifier, data, NULL, &error);
    g_autoptr(SpSignature) garbage = sp_verifier_check(verifier, data, other, &error);
    assert_int_equal(good->state, SP_SIG_GOOD);
    assert_true(good->trusted);
    assert_string_equal(good->signer, "good");
    assert_string_equal(good->primary, sp_signer_fingerprint(signer));
    assert_int_equal(strlen(good->key_id), 16);
    assert_true(g_str_has_prefix(good->algorithm, "RSA/SHA"));
    assert_int_equal(bad->state, SP_SIG_BAD);
    assert_int_equal(none->state, SP_SIG_NONE);
    assert_int_equal(garbage->state, SP_SIG_BAD);
    g_autoptr(SpSigner) stranger = sp_signer_new(home, "twin-1", NOW, &error);
    g_autoptr(GBytes) theirs = sp_signer_sign(stranger, "data", data, &error);
    g_autoptr(SpSignature) unknown = sp_verifier_check(verifier, data, theirs, &error);
    assert_int_equal(unknown->state, SP_SIG_NO_KEY);
    /* Known from then on, and not trusted. */
    g_autoptr(GBytes) their_key = sp_signer_public_key(stranger, &error);
    assert_learns(verifier, their_key, FALSE, sp_signer_fingerprint(stranger));
    g_autoptr(SpSignature) known = sp_verifier_check(verifier, data, theirs, &error);
    assert_int_equal(known->state, SP_SIG_GOOD);
    assert_false(known->trusted);
}

static void learns_whatever_keys_there_are(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpSigner) one = sp_signer_new(home, "good", NOW, &error);
    g_autoptr(SpSigner) two = sp_signer_new(home, "twin-1", NOW, &error);
    g_autoptr(GBytes) a = sp_signer_public_key(one, &error);
    g_autoptr(GBytes) b = sp_signer_public_key(two, &error);
    g_autofree char *first = g_strndup(g_bytes_get_data(a, NULL), g_bytes_get_size(a));
    g_autofree char *second = g_strndup(g_bytes_get_data(b, NULL), g_bytes_get_size(b));
    g_autofree char *both = g_strconcat(first, second, NULL);
    g_autoptr(GBytes) joined = bytes_of(both);
    g_autoptr(GBytes) none = bytes_of("no key");
    SpVerifier *verifier = sp_verifier_new(*state);
    GPtrArray *keys = sp_verifier_learn(verifier, joined, TRUE, &error);
    GPtrArray *again = sp_verifier_learn(verifier, joined, TRUE, &error);
    GPtrArray *no_keys = sp_verifier_learn(verifier, none, TRUE, &error);
    assert_int_equal(keys->len, 2);
    assert_ptr_equal(keys, again);
    assert_int_equal(no_keys->len, 0);
    const SpKey *key = sp_keys_find(keys, sp_signer_fingerprint(two));
    assert_string_equal(key->owner, "twin-1");
    assert_string_equal(key->algorithm, "RSA");
    assert_int_equal(key->bits, 2048);
    assert_true(key->can_sign && !key->has_signer && !key->is_dead);
    g_ptr_array_unref(keys);
    g_ptr_array_unref(again);
    g_ptr_array_unref(no_keys);
    sp_verifier_free(verifier);
    assert_int_equal(count_entries(*state), 0);
}

static void rpms_are_signed_and_verified(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpSigner) signer = sp_signer_new(home, "good", NOW, &error);
    g_autoptr(SpSigner) stranger = sp_signer_new(home, "twin-1", NOW, &error);
    g_autoptr(GBytes) key = sp_signer_public_key(signer, &error);
    g_autoptr(GBytes) other = sp_signer_public_key(stranger, &error);
    g_autoptr(SpScratch) scratch = sp_scratch_new(*state, &error);
    g_autofree char *path = small_rpm(scratch, 1700000000);
    if (!sp_rpm_sign(path, signer, &error))
        fail_msg("%s", error->message);
    g_autoptr(GBytes) rpm = sp_read_path(path, 1 << 20, NULL, &error);
    g_autoptr(SpRpmReader) reader = sp_rpm_reader_new();
    assert_true(sp_rpm_reader_learn(reader, key, &error));
    g_autoptr(SpPackage) good = sp_rpm_describe(reader, "x", rpm, &error);
    assert_true(sp_rpm_check(reader, &error));
    assert_true(good->digests_good);
    assert_int_equal(good->signature->state, SP_SIG_GOOD);
    static const char *const strong[] = {"RSA/SHA256", "RSA/SHA384", "RSA/SHA512", NULL};
    assert_true(g_strv_contains(strong, good->signature->algorithm)); /* as gpg prefers */
    g_clear_pointer(&reader, sp_rpm_reader_free);
    reader = sp_rpm_reader_new();
    assert_true(sp_rpm_reader_learn(reader, other, &error));
    g_autoptr(SpPackage) unknown = sp_rpm_describe(reader, "x", rpm, &error);
    assert_true(sp_rpm_check(reader, &error));
    assert_true(unknown->digests_good);
    assert_int_equal(unknown->signature->state, SP_SIG_NO_KEY);
    assert_string_equal(unknown->signature->key_id, good->signature->key_id);
    /* Again, by another key: the first signature is gone, and nothing has moved. */
    assert_true(sp_rpm_sign(path, stranger, &error));
    g_autoptr(GBytes) again = sp_read_path(path, 1 << 20, NULL, &error);
    g_clear_pointer(&reader, sp_rpm_reader_free);
    reader = sp_rpm_reader_new();
    assert_true(sp_rpm_reader_learn(reader, other, &error));
    g_autoptr(SpPackage) anew = sp_rpm_describe(reader, "x", again, &error);
    assert_true(sp_rpm_check(reader, &error));
    assert_int_equal(anew->signature->state, SP_SIG_GOOD);
    assert_int_equal(g_bytes_get_size(again), g_bytes_get_size(rpm));
    g_autofree char *text = g_build_filename(*state, "text", NULL);
    write_file(*state, "text", "no package");
    assert_false(sp_rpm_sign(text, signer, &error));
    assert_error(&error, 3, "'text' is not an RPM");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_no_host_can_use_are_refused),
        IN_DIR(signs_and_verifies),
        IN_DIR(learns_whatever_keys_there_are),
        IN_DIR(rpms_are_signed_and_verified),
    };
    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
