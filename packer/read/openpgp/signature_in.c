/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "signature_in.h"
#include "key_packets.h"
#include "scratch.h"
#include "sha256.h"

#include <gpgme.h>
#include <string.h>
#include <unistd.h>

struct SpVerifier {
    char *tmpdir;
    SpScratch *home; /* NULL until open_home(), as ctx */
    gpgme_ctx_t ctx;
    GString *config;     /* of gpg */
    gboolean stale;      /* not yet written as it is */
    GHashTable *asked;   /* digest of what was asked -> GPtrArray of SpKey */
    GHashTable *answers; /* digests of what was signed and of its signature -> SpSignature */
    GHashTable *primary; /* fingerprint of any key or subkey learnt -> of its primary key */
    GHashTable *trusted; /* fingerprints of primary keys */
    GHashTable *owner;   /* fingerprint of a primary key -> user id */
};

typedef struct gpgme_data Data;
static void free_data(Data *data)
{
    gpgme_data_release(data);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Data, free_data)

static Data *wrap(GBytes *bytes)
{
    gsize size = 0;
    const char *content = g_bytes_get_data(bytes, &size);
    gpgme_data_t data = NULL;
    return gpgme_data_new_from_mem(&data, content, size, 0) == 0 ? data : NULL;
}

/* Again, when gpg has to be told whom to trust; what it concluded before is forgotten then. */
static gboolean write_config(SpVerifier *verifier, GError **error)
{
    static const char *const stale[] = {"gpg.conf", "trustdb.gpg"};
    if (!verifier->stale)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(stale); i++) {
        g_autofree char *path = g_build_filename(sp_scratch_path(verifier->home), stale[i], NULL);
        (void)unlink(path);
    }
    verifier->stale = FALSE;
    g_autoptr(GBytes) text = g_bytes_new(verifier->config->str, verifier->config->len);
    g_autofree char *path = sp_scratch_file(verifier->home, "gpg.conf", text, error);
    return path != NULL;
}

/* gpgme starts gpg to ask for its version, so not before there is something to check. */
static gboolean open_home(SpVerifier *verifier, GError **error)
{
    if (verifier->ctx != NULL)
        return TRUE;
    if (verifier->home == NULL)
        verifier->home = sp_scratch_new(verifier->tmpdir, error);
    if (verifier->home == NULL || !write_config(verifier, error))
        return FALSE;
    (void)gpgme_check_version(NULL);
    gpgme_error_t rc = gpgme_new(&verifier->ctx);
    if (rc == 0)
        rc = gpgme_ctx_set_engine_info(verifier->ctx, GPGME_PROTOCOL_OpenPGP, NULL,
                                       sp_scratch_path(verifier->home));
    if (rc != 0)
        return sp_throw(error, SP_ERROR_SYSTEM, "cannot start gpg to check signatures: %s",
                        gpgme_strerror(rc));
    return TRUE;
}

static void free_keys(gpointer keys)
{
    g_ptr_array_unref(keys);
}

static void free_answer(gpointer answer)
{
    sp_signature_free(answer);
}

SpVerifier *sp_verifier_new(const char *tmpdir)
{
    SpVerifier *verifier = g_new0(SpVerifier, 1);
    verifier->tmpdir = g_strdup(tmpdir);
    verifier->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_keys);
    verifier->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_answer);
    verifier->primary = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    verifier->trusted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    verifier->owner = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    verifier->stale = TRUE;
    /* gpg must not leave an agent behind in a directory that goes away. */
    verifier->config = g_string_new("no-autostart\nbatch\ntrust-model pgp\n");
    return verifier;
}

void sp_verifier_free(SpVerifier *verifier)
{
    if (verifier == NULL)
        return;
    gpgme_release(verifier->ctx);
    sp_scratch_free(verifier->home);
    g_free(verifier->tmpdir);
    g_string_free(verifier->config, TRUE);
    g_hash_table_unref(verifier->asked);
    g_hash_table_unref(verifier->answers);
    g_hash_table_unref(verifier->primary);
    g_hash_table_unref(verifier->trusted);
    g_hash_table_unref(verifier->owner);
    g_free(verifier);
}

static void replace(char **slot, char *text)
{
    g_free(*slot);
    *slot = text;
}

/* The key by itself. */
static GBytes *export_key(SpVerifier *verifier, const char *fingerprint, gboolean armored)
{
    gpgme_data_t out = NULL;
    gpgme_set_armor(verifier->ctx, armored);
    if (gpgme_data_new(&out) != 0)
        return NULL;
    gboolean good = gpgme_op_export(verifier->ctx, fingerprint, 0, out) == 0;
    size_t size = 0;
    char *data = gpgme_data_release_and_get_mem(out, &size);
    GBytes *bytes = good && data != NULL ? g_bytes_new(data, size) : NULL;
    gpgme_free(data);
    return bytes;
}

static SpKey *describe(SpVerifier *verifier, const char *fingerprint)
{
    gpgme_key_t found = NULL;
    if (gpgme_get_key(verifier->ctx, fingerprint, &found, 0) != 0)
        return NULL;
    g_autoptr(SpKey) key = sp_key_new();
    gpgme_subkey_t primary = found->subkeys;
    const char *algorithm = gpgme_pubkey_algo_name(primary->pubkey_algo);
    replace(&key->fingerprint, g_strdup(primary->fpr));
    replace(&key->algorithm, g_strdup(algorithm != NULL ? algorithm : "?"));
    if (found->uids != NULL && found->uids->uid != NULL)
        replace(&key->owner, g_strdup(found->uids->uid));
    key->bits = primary->length;
    key->expires = (gint64)primary->expires;
    key->is_dead = found->expired || found->revoked || found->invalid || found->disabled;
    key->can_sign = primary->can_sign != 0;
    for (gpgme_subkey_t sub = primary; sub != NULL; sub = sub->next) {
        key->has_signer = key->has_signer || (sub != primary && sub->can_sign != 0);
        g_hash_table_replace(verifier->primary, g_strdup(sub->fpr), g_strdup(primary->fpr));
    }
    g_hash_table_replace(verifier->owner, g_strdup(key->fingerprint), g_strdup(key->owner));
    for (gpgme_user_id_t user = found->uids; user != NULL; user = user->next)
        key->is_demo =
            key->is_demo || (user->uid != NULL && strstr(user->uid, SP_KEY_DEMO) != NULL);
    gpgme_key_unref(found);
    key->armor = export_key(verifier, key->fingerprint, TRUE); /* as librpm wants it */
    g_autoptr(GBytes) packets = export_key(verifier, key->fingerprint, FALSE);
    key->is_weak = packets == NULL || !sp_key_packets_are_strong(packets);
    return key->armor != NULL ? g_steal_pointer(&key) : NULL;
}

GPtrArray *sp_verifier_learn(SpVerifier *verifier, GBytes *keys, gboolean trusted, GError **error)
{
    char *digest = sp_sha256(keys);
    GPtrArray *known = g_hash_table_lookup(verifier->asked, digest);
    if (known != NULL) {
        g_free(digest);
        return g_ptr_array_ref(known);
    }
    if (!open_home(verifier, error)) {
        g_free(digest);
        return NULL;
    }
    g_hash_table_remove_all(verifier->answers); /* they may be others with more keys */
    GPtrArray *list = sp_keys_new();
    g_hash_table_insert(verifier->asked, digest, list);
    g_autoptr(Data) data = wrap(keys);
    gpgme_error_t rc = gpgme_op_import(verifier->ctx, data);
    gpgme_err_code_t code = gpgme_err_code(rc);
    if (rc != 0 && code != GPG_ERR_NO_DATA && code != GPG_ERR_BAD_DATA &&
        code != GPG_ERR_NO_PUBKEY && code != GPG_ERR_GENERAL) {
        sp_throw(error, SP_ERROR_SYSTEM, "cannot read public keys: %s", gpgme_strerror(rc));
        return NULL;
    }
    gpgme_import_result_t result = rc == 0 ? gpgme_op_import_result(verifier->ctx) : NULL;
    g_autoptr(GPtrArray) met = g_ptr_array_new_with_free_func(g_free);
    for (gpgme_import_status_t at = result != NULL ? result->imports : NULL; at; at = at->next)
        if (at->fpr != NULL && at->result == 0)
            g_ptr_array_add(met, g_strdup(at->fpr));
    for (guint i = 0; i < met->len; i++) {
        if (sp_keys_find(list, met->pdata[i]) != NULL)
            continue;
        SpKey *key = describe(verifier, met->pdata[i]);
        if (key == NULL)
            continue;
        g_ptr_array_add(list, key);
        if (!trusted)
            continue;
        verifier->stale = TRUE;
        g_hash_table_add(verifier->trusted, g_strdup(key->fingerprint));
        g_string_append_printf(verifier->config, "trusted-key %s\n", key->fingerprint);
    }
    return g_ptr_array_ref(list);
}

static SpSigState state_of(gpgme_error_t status)
{
    switch (gpgme_err_code(status)) {
    case GPG_ERR_NO_ERROR:
        return SP_SIG_GOOD;
    case GPG_ERR_NO_PUBKEY:
        return SP_SIG_NO_KEY;
    case GPG_ERR_SIG_EXPIRED:
    case GPG_ERR_KEY_EXPIRED:
    case GPG_ERR_CERT_REVOKED:
        return SP_SIG_EXPIRED;
    default:
        return SP_SIG_BAD;
    }
}

/* Of several signatures the first; hosts refuse what has one that is not good. */
static SpSignature *describe_answer(const SpVerifier *verifier, gpgme_signature_t found)
{
    SpSignature *out = sp_signature_new(state_of(found->status));
    for (gpgme_signature_t more = found->next; more != NULL; more = more->next)
        if (state_of(more->status) != SP_SIG_GOOD)
            out->state = SP_SIG_BAD;
    if (found->fpr != NULL) {
        gsize length = strlen(found->fpr);
        replace(&out->fingerprint, g_strdup(found->fpr));
        replace(&out->key_id, g_ascii_strdown(found->fpr + (length > 16 ? length - 16 : 0), -1));
        const char *primary = g_hash_table_lookup(verifier->primary, found->fpr);
        if (primary != NULL) {
            replace(&out->primary, g_strdup(primary));
            replace(&out->signer, g_strdup(g_hash_table_lookup(verifier->owner, primary)));
        }
    }
    const char *key_type = gpgme_pubkey_algo_name(found->pubkey_algo);
    const char *hash = gpgme_hash_algo_name(found->hash_algo);
    replace(&out->algorithm,
            g_strdup_printf("%s/%s", key_type != NULL ? key_type : "?", hash != NULL ? hash : "?"));
    /* gpgme calls ultimate what is full only, through another key's certification, as well. */
    out->trusted = out->state == SP_SIG_GOOD && found->validity >= GPGME_VALIDITY_FULL &&
                   g_hash_table_contains(verifier->trusted, out->primary);
    out->made = (gint64)found->timestamp;
    return out;
}

static SpSignature *ask(SpVerifier *verifier, Data *text, GBytes *armor, GError **error)
{
    if (!write_config(verifier, error))
        return NULL;
    g_autoptr(Data) signature = wrap(armor);
    gpgme_error_t rc = gpgme_op_verify(verifier->ctx, signature, text, NULL);
    gpgme_verify_result_t result = gpgme_op_verify_result(verifier->ctx);
    gpgme_signature_t found = result != NULL ? result->signatures : NULL;
    if (rc != 0 && gpgme_err_code(rc) != GPG_ERR_NO_DATA &&
        gpgme_err_code(rc) != GPG_ERR_BAD_DATA) {
        sp_throw(error, SP_ERROR_SYSTEM, "cannot check a signature: %s", gpgme_strerror(rc));
        return NULL;
    }
    if (found == NULL)
        return sp_signature_new(SP_SIG_BAD); /* there is a file, but no signature in it */
    return describe_answer(verifier, found);
}

SpSignature *sp_verifier_check(SpVerifier *verifier, GBytes *data, GBytes *armor, GError **error)
{
    if (armor == NULL)
        return sp_signature_new(SP_SIG_NONE);
    g_autofree char *of = sp_sha256(data), *by = sp_sha256(armor);
    g_autofree char *question = g_strconcat(of, by, NULL);
    SpSignature *answer = g_hash_table_lookup(verifier->answers, question);
    if (answer == NULL) {
        if (!open_home(verifier, error))
            return NULL;
        g_autoptr(Data) text = wrap(data);
        answer = ask(verifier, text, armor, error);
        if (answer == NULL)
            return NULL;
        g_hash_table_insert(verifier->answers, g_steal_pointer(&question), answer);
    }
    return sp_signature_copy(answer);
}

SpSignature *sp_verifier_check_file(SpVerifier *verifier, int fd, GBytes *armor, GError **error)
{
    Data *opened = NULL;
    if (!open_home(verifier, error))
        return NULL;
    if (lseek(fd, 0, SEEK_SET) != 0 || gpgme_data_new_from_fd(&opened, fd) != 0) {
        sp_throw_errno(error, "cannot check the signature of a file");
        return NULL;
    }
    g_autoptr(Data) text = opened;
    return ask(verifier, text, armor, error);
}
