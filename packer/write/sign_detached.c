/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sign_detached.h"
#include "key_packets.h"
#include "scratch.h"

#include <gpgme.h>
#include <string.h>
#include <unistd.h>

struct SpSigner {
    gpgme_ctx_t ctx;
    gpgme_key_t key;
};

typedef struct gpgme_data Data;
static void free_data(Data *data)
{
    gpgme_data_release(data);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Data, free_data)

static gboolean open_context(SpSigner *signer, const char *home, GError **error)
{
    (void)gpgme_check_version(NULL);
    gpgme_error_t rc = gpgme_new(&signer->ctx);
    if (rc == 0)
        rc = gpgme_ctx_set_engine_info(signer->ctx, GPGME_PROTOCOL_OpenPGP, NULL, home);
    if (rc != 0)
        return sp_throw(error, SP_ERROR_KEY, "cannot start gpg: %s", gpgme_strerror(rc));
    gpgme_set_armor(signer->ctx, 1);
    return TRUE;
}

/* Takes the one key that fits, secret or public; *found says how many do. */
static gboolean list_keys(SpSigner *signer, const char *spec, gboolean secret, int *count,
                          GError **error)
{
    int found = 0;
    gpgme_error_t rc = gpgme_op_keylist_start(signer->ctx, spec, secret ? 1 : 0);
    while (rc == 0) {
        gpgme_key_t key = NULL;
        rc = gpgme_op_keylist_next(signer->ctx, &key);
        if (rc != 0)
            break;
        if (found++ == 0)
            signer->key = key;
        else
            gpgme_key_unref(key);
    }
    (void)gpgme_op_keylist_end(signer->ctx);
    *count = found;
    return gpgme_err_code(rc) == GPG_ERR_EOF ||
           sp_throw(error, SP_ERROR_KEY, "cannot look for key '%s': %s", spec, gpgme_strerror(rc));
}

static gboolean find_key(SpSigner *signer, const char *home, const char *spec, GError **error)
{
    int found = 0;
    if (!list_keys(signer, spec, TRUE, &found, error))
        return FALSE;
    if (found == 1)
        return TRUE;
    sp_throw(error, SP_ERROR_KEY, "cannot use key '%s': %d secret keys in '%s' fit, not one", spec,
             found, home);
    return sp_hint(error, "gpg --list-secret-keys shows them; --unsigned builds without a key");
}

/* Everything written into `data`; takes it. */
static GBytes *take_bytes(Data **data)
{
    size_t size = 0;
    char *content = gpgme_data_release_and_get_mem(g_steal_pointer(data), &size);
    GBytes *bytes = g_bytes_new(content, size);
    gpgme_free(content);
    return bytes;
}

static gboolean is_strong(const SpSigner *signer)
{
    g_autoptr(Data) out = NULL;
    gpgme_key_t keys[2] = {signer->key, NULL};
    gpgme_set_armor(signer->ctx, 0);
    gpgme_error_t rc = gpgme_data_new(&out);
    if (rc == 0)
        rc = gpgme_op_export_keys(signer->ctx, keys, GPGME_EXPORT_MODE_MINIMAL, out);
    gpgme_set_armor(signer->ctx, 1);
    g_autoptr(GBytes) packets = rc == 0 ? take_bytes(&out) : NULL;
    return packets != NULL && sp_key_packets_are_strong(packets);
}

#define LEAST_LIFE ((gint64)30 * 24 * 60 * 60)

/* What rpm 4.11, yum 3.4 and gnupg 2.0 of dom0 can check, for as long as a pack is rolled out. */
static gboolean check_key(const SpSigner *signer, const char *spec, gboolean secret, gint64 now,
                          GError **error)
{
    const char *problem = NULL;
    gint64 expires = (gint64)signer->key->subkeys->expires;
    gpgme_subkey_t primary = signer->key->subkeys;
    if (signer->key->revoked || signer->key->disabled)
        problem = "it is revoked or disabled";
    else if (signer->key->expired)
        problem = "it is expired";
    else if (primary->pubkey_algo != GPGME_PK_RSA && primary->pubkey_algo != GPGME_PK_RSA_S)
        problem = "it is not an RSA key, and hosts know no other kind";
    else if (primary->length < 2048)
        problem = "it has less than 2048 bits";
    for (gpgme_subkey_t sub = primary->next; sub != NULL && problem == NULL; sub = sub->next)
        if (sub->can_sign && !sub->revoked && !sub->expired)
            problem = "it has a signing subkey, which rpm 4.11 does not know";
    if (problem == NULL && !is_strong(signer)) {
        sp_throw(error, SP_ERROR_KEY,
                 "cannot use key '%s': its user ids are bound with SHA-1, MD5 or RIPEMD-160 alone, "
                 "and rpm 6 does not import it",
                 spec);
        return sp_hint(error,
                       "gpg --cert-digest-algo SHA256 --quick-set-expire %s DATE binds them "
                       "anew",
                       primary->fpr);
    }
    if (problem == NULL && (!primary->can_sign || (secret && !primary->secret)))
        problem = "its primary key cannot sign here";
    if (problem == NULL && expires != 0 && expires < now + LEAST_LIFE)
        problem = "it expires within 30 days, and hosts refuse the pack from then on";
    return problem == NULL ||
           sp_throw(error, SP_ERROR_KEY, "cannot use key '%s': %s", spec, problem);
}

SpSigner *sp_signer_new(const char *home, const char *spec, gint64 now, GError **error)
{
    g_autoptr(SpSigner) signer = g_new0(SpSigner, 1);
    if (!open_context(signer, home, error) || !find_key(signer, home, spec, error) ||
        !check_key(signer, spec, TRUE, now, error))
        return NULL;
    gpgme_error_t rc = gpgme_signers_add(signer->ctx, signer->key);
    if (rc != 0) {
        sp_throw(error, SP_ERROR_KEY, "cannot use key '%s': %s", spec, gpgme_strerror(rc));
        return NULL;
    }
    return g_steal_pointer(&signer);
}

void sp_signer_free(SpSigner *signer)
{
    if (signer == NULL)
        return;
    gpgme_key_unref(signer->key);
    gpgme_release(signer->ctx);
    g_free(signer);
}

char *sp_public_key_check(const char *tmpdir, const char *name, GBytes *key, gint64 now,
                          GError **error)
{
    static const char config[] = "no-autostart\nbatch\nno-auto-check-trustdb\n";
    g_autoptr(GBytes) text = g_bytes_new_static(config, sizeof(config) - 1);
    g_autoptr(SpScratch) home = sp_scratch_new(tmpdir, error);
    g_autofree char *path = home != NULL ? sp_scratch_file(home, "gpg.conf", text, error) : NULL;
    g_autoptr(SpSigner) reader = g_new0(SpSigner, 1);
    if (path == NULL || !open_context(reader, sp_scratch_path(home), error))
        return NULL;
    gsize size = 0;
    const char *armor = g_bytes_get_data(key, &size);
    g_autoptr(Data) in = NULL;
    gpgme_error_t rc = gpgme_data_new_from_mem(&in, armor, size, 0);
    if (rc == 0)
        rc = gpgme_op_import(reader->ctx, in);
    int found = 0;
    if (rc == 0 && !list_keys(reader, NULL, FALSE, &found, error))
        return NULL;
    if (rc != 0 || found != 1) {
        sp_throw(error, SP_ERROR_KEY, "'%s' holds %d keys, not exactly one", name, found);
        return NULL;
    }
    if (!check_key(reader, name, FALSE, now, error))
        return NULL;
    return g_strdup(sp_signer_fingerprint(reader));
}

const char *sp_signer_fingerprint(const SpSigner *signer)
{
    return signer->key->subkeys->fpr;
}

const char *sp_signer_owner(const SpSigner *signer)
{
    return signer->key->uids != NULL ? signer->key->uids->uid : "";
}

gint64 sp_signer_expires(const SpSigner *signer)
{
    return (gint64)signer->key->subkeys->expires;
}

GBytes *sp_signer_public_key(SpSigner *signer, GError **error)
{
    g_autoptr(Data) out = NULL;
    gpgme_key_t keys[2] = {signer->key, NULL};
    gpgme_error_t rc = gpgme_data_new(&out);
    if (rc == 0)
        rc = gpgme_op_export_keys(signer->ctx, keys, GPGME_EXPORT_MODE_MINIMAL, out);
    g_autoptr(GBytes) bytes = rc == 0 ? take_bytes(&out) : NULL;
    if (bytes == NULL || g_bytes_get_size(bytes) == 0) {
        sp_throw(error, SP_ERROR_KEY, "cannot export the public key %s: %s",
                 sp_signer_fingerprint(signer), gpgme_strerror(rc));
        return NULL;
    }
    return g_steal_pointer(&bytes);
}

/* gpg.conf of the user may ask for anything; SHA-1 signatures are refused by EL10. */
static gboolean check_made(SpSigner *signer, const char *name, GError **error)
{
    gpgme_sign_result_t result = gpgme_op_sign_result(signer->ctx);
    gpgme_new_signature_t made = result != NULL ? result->signatures : NULL;
    gboolean strong =
        made != NULL && (made->hash_algo == GPGME_MD_SHA256 || made->hash_algo == GPGME_MD_SHA384 ||
                         made->hash_algo == GPGME_MD_SHA512);
    if (strong && g_ascii_strcasecmp(made->fpr, sp_signer_fingerprint(signer)) == 0)
        return TRUE;
    return sp_throw(error, SP_ERROR_KEY,
                    "cannot sign '%s': gpg did not make a SHA-256, 384 or 512 signature by key %s",
                    name, sp_signer_fingerprint(signer));
}

/* `rc` is what opening `in` came to. */
static GBytes *sign(SpSigner *signer, const char *name, gpgme_error_t rc, Data *in, GError **error)
{
    g_autoptr(Data) out = NULL;
    if (rc == 0)
        rc = gpgme_data_new(&out);
    if (rc == 0)
        rc = gpgme_op_sign(signer->ctx, in, out, GPGME_SIG_MODE_DETACH);
    if (rc != 0) {
        sp_throw(error, SP_ERROR_KEY, "cannot sign '%s': %s", name, gpgme_strerror(rc));
        return NULL;
    }
    return check_made(signer, name, error) ? take_bytes(&out) : NULL;
}

GBytes *sp_signer_sign(SpSigner *signer, const char *name, GBytes *data, GError **error)
{
    gsize size = 0;
    const char *content = g_bytes_get_data(data, &size);
    g_autoptr(Data) in = NULL;
    gpgme_error_t rc = gpgme_data_new_from_mem(&in, content, size, 0);
    return sign(signer, name, rc, in, error);
}

GBytes *sp_signer_sign_file(SpSigner *signer, const char *name, int fd, GError **error)
{
    g_autoptr(Data) in = NULL;
    gpgme_error_t rc =
        lseek(fd, 0, SEEK_SET) == 0 ? gpgme_data_new_from_fd(&in, fd) : gpgme_error_from_syserror();
    return sign(signer, name, rc, in, error);
}
