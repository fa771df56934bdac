/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "signature_in.h"
#include "scratch.h"

#include <gpgme.h>
#include <string.h>

struct SpVerifier {
    SpScratch *home;
    gpgme_ctx_t ctx;
    char *fingerprint;
    char *owner;
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

/* Nothing but this key is asked about, so its ownertrust says nothing; and gpg must not leave an
 * agent behind in a directory that goes away. */
static const char config[] = "no-autostart\ntrust-model always\nno-auto-check-trustdb\nbatch\n";

static gboolean open_home(SpVerifier *verifier, const char *tmpdir, GError **error)
{
    verifier->home = sp_scratch_new(tmpdir, error);
    if (verifier->home == NULL)
        return FALSE;
    g_autoptr(GBytes) text = g_bytes_new_static(config, sizeof(config) - 1);
    g_autofree char *path = sp_scratch_file(verifier->home, "gpg.conf", text, error);
    if (path == NULL)
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

static gboolean import(SpVerifier *verifier, GBytes *public_key, GError **error)
{
    g_autoptr(Data) data = wrap(public_key);
    gpgme_error_t rc = gpgme_op_import(verifier->ctx, data);
    if (rc != 0 && gpgme_err_code(rc) != GPG_ERR_NO_DATA)
        return sp_throw(error, SP_ERROR_SYSTEM, "cannot read the public key: %s",
                        gpgme_strerror(rc));
    gpgme_import_result_t result = gpgme_op_import_result(verifier->ctx);
    int keys = result != NULL ? result->considered : 0;
    if (rc != 0 || keys != 1 || result->imports == NULL || result->imports->fpr == NULL)
        return sp_throw(error, SP_ERROR_INPUT, "the public key file holds %d keys, not exactly one",
                        keys);
    verifier->fingerprint = g_strdup(result->imports->fpr);
    gpgme_key_t key = NULL;
    if (gpgme_get_key(verifier->ctx, verifier->fingerprint, &key, 0) == 0 && key->uids != NULL)
        verifier->owner = g_strdup(key->uids->uid);
    gpgme_key_unref(key);
    if (verifier->owner == NULL)
        verifier->owner = g_strdup("");
    return TRUE;
}

SpVerifier *sp_verifier_new(const char *tmpdir, GBytes *public_key, GError **error)
{
    g_autoptr(SpVerifier) verifier = g_new0(SpVerifier, 1);
    if (!open_home(verifier, tmpdir, error) || !import(verifier, public_key, error))
        return NULL;
    return g_steal_pointer(&verifier);
}

void sp_verifier_free(SpVerifier *verifier)
{
    if (verifier == NULL)
        return;
    gpgme_release(verifier->ctx);
    sp_scratch_free(verifier->home);
    g_free(verifier->fingerprint);
    g_free(verifier->owner);
    g_free(verifier);
}

const char *sp_verifier_fingerprint(const SpVerifier *verifier)
{
    return verifier->fingerprint;
}

const char *sp_verifier_owner(const SpVerifier *verifier)
{
    return verifier->owner;
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

static void replace(char **slot, char *text)
{
    g_free(*slot);
    *slot = text;
}

SpSignature *sp_verifier_check(SpVerifier *verifier, GBytes *data, GBytes *armor, GError **error)
{
    if (armor == NULL)
        return sp_signature_new(SP_SIG_NONE);
    g_autoptr(Data) text = wrap(data);
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
    g_autoptr(SpSignature) out = sp_signature_new(state_of(found->status));
    if (found->fpr != NULL) {
        gsize length = strlen(found->fpr);
        replace(&out->fingerprint, g_strdup(found->fpr));
        replace(&out->key_id, g_ascii_strdown(found->fpr + (length > 16 ? length - 16 : 0), -1));
        if (g_ascii_strcasecmp(found->fpr, verifier->fingerprint) == 0)
            replace(&out->signer, g_strdup(verifier->owner));
    }
    const char *key_type = gpgme_pubkey_algo_name(found->pubkey_algo);
    const char *hash = gpgme_hash_algo_name(found->hash_algo);
    replace(&out->algorithm,
            g_strdup_printf("%s/%s", key_type != NULL ? key_type : "?", hash != NULL ? hash : "?"));
    out->made = (gint64)found->timestamp;
    return g_steal_pointer(&out);
}
