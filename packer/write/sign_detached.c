/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sign_detached.h"
#include "interrupt.h"
#include "key_fit.h"
#include "key_packets.h"
#include "scratch.h"

#include <gpgme.h>
#include <string.h>
#include <unistd.h>

struct SpSigner {
    gpgme_ctx_t ctx;
    gpgme_key_t key;
    char *passphrase; /* NULL: the agent asks, or knows it */
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
    if (found == 0) {
        sp_throw(error, SP_ERROR_KEY, "cannot use key '%s': no secret key in '%s' fits", spec,
                 home);
        return sp_hint(error, SP_HINT_NEW_KEY "; gpg --list-secret-keys shows those there are");
    }
    sp_throw(error, SP_ERROR_KEY, "cannot use key '%s': %d secret keys in '%s' fit", spec, found,
             home);
    return sp_hint(error, "name one by its fingerprint: gpg --list-secret-keys shows them");
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

static SpKey *describe(const SpSigner *signer, gboolean secret)
{
    SpKey *key = sp_key_new();
    gpgme_subkey_t primary = signer->key->subkeys;
    gboolean is_rsa =
        primary->pubkey_algo == GPGME_PK_RSA || primary->pubkey_algo == GPGME_PK_RSA_S;
    const char *algorithm = is_rsa ? "RSA" : gpgme_pubkey_algo_name(primary->pubkey_algo);
    g_free(key->fingerprint);
    key->fingerprint = g_strdup(primary->fpr);
    g_free(key->owner);
    key->owner = g_strdup(sp_signer_owner(signer));
    g_free(key->algorithm);
    key->algorithm = g_strdup(algorithm != NULL ? algorithm : "?");
    key->bits = primary->length;
    key->expires = (gint64)primary->expires;
    key->is_dead = signer->key->revoked || signer->key->disabled;
    key->can_sign = primary->can_sign && (!secret || primary->secret);
    for (gpgme_subkey_t sub = primary->next; sub != NULL; sub = sub->next)
        key->has_signer = key->has_signer || (sub->can_sign && !sub->revoked && !sub->expired);
    key->is_weak = !is_strong(signer);
    return key;
}

/* For as long as a pack is rolled out, by every host. */
static gboolean check_key(const SpKey *key, const char *spec, gint64 now, GError **error)
{
    SpKeyFault faults[SP_KEY_FAULTS_MAX];
    if (sp_key_faults(key, now, faults) == 0)
        return TRUE;
    sp_throw(error, SP_ERROR_KEY, "cannot use key '%s': %s", spec, faults[0].what);
    if (faults[0].todo == NULL)
        return sp_hint(error,
                       SP_HINT_NEW_KEY "; `suppack key check` says which releases refuse this one");
    g_auto(GStrv) around = g_strsplit(faults[0].todo, "%s", 2);
    g_autofree char *todo = g_strjoinv(key->fingerprint, around);
    return sp_hint(error, "%s", todo);
}

SpSigner *sp_signer_new(const char *home, const char *spec, gint64 now, GError **error)
{
    g_autoptr(SpSigner) signer = g_new0(SpSigner, 1);
    if (!open_context(signer, home, error) || !find_key(signer, home, spec, error))
        return NULL;
    g_autoptr(SpKey) key = describe(signer, TRUE);
    if (!check_key(key, spec, now, error))
        return NULL;
    gpgme_error_t rc = gpgme_signers_add(signer->ctx, signer->key);
    if (rc != 0) {
        sp_throw(error, SP_ERROR_KEY, "cannot use key '%s': %s", spec, gpgme_strerror(rc));
        return NULL;
    }
    return g_steal_pointer(&signer);
}

static void forget_passphrase(SpSigner *signer)
{
    if (signer->passphrase != NULL)
        explicit_bzero(signer->passphrase, strlen(signer->passphrase));
    g_clear_pointer(&signer->passphrase, g_free);
}

void sp_signer_free(SpSigner *signer)
{
    if (signer == NULL)
        return;
    forget_passphrase(signer);
    gpgme_key_unref(signer->key);
    gpgme_release(signer->ctx);
    g_free(signer);
}

/* gpgme's callback: answers gpg through `fd`. A passphrase that was wrong once stays wrong. */
static gpgme_error_t answer(void *hook, const char *hint, const char *info, int was_bad, int fd)
{
    const SpSigner *signer = hook;
    (void)hint;
    (void)info;
    if (was_bad)
        return gpgme_error(GPG_ERR_BAD_PASSPHRASE);
    if (gpgme_io_writen(fd, signer->passphrase, strlen(signer->passphrase)) != 0 ||
        gpgme_io_writen(fd, "\n", 1) != 0)
        return gpgme_error_from_syserror();
    return 0;
}

void sp_signer_use_passphrase(SpSigner *signer, const char *passphrase)
{
    forget_passphrase(signer);
    signer->passphrase = g_strdup(passphrase);
    (void)gpgme_set_pinentry_mode(signer->ctx, GPGME_PINENTRY_MODE_LOOPBACK);
    gpgme_set_passphrase_cb(signer->ctx, answer, signer);
}

SpKey *sp_key_of_file(const char *tmpdir, const char *name, GBytes *key, GError **error)
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
    return describe(reader, FALSE);
}

char *sp_public_key_check(const char *tmpdir, const char *name, GBytes *key, gint64 now,
                          GError **error)
{
    g_autoptr(SpKey) found = sp_key_of_file(tmpdir, name, key, error);
    if (found == NULL || !check_key(found, name, now, error))
        return NULL;
    return g_strdup(found->fingerprint);
}

/* The one key of `home` that fits, whether its secret half is there or not. */
static SpSigner *open_key(const char *home, const char *spec, GError **error)
{
    g_autoptr(SpSigner) reader = g_new0(SpSigner, 1);
    int found = 0;
    if (!open_context(reader, home, error) || !list_keys(reader, spec, FALSE, &found, error))
        return NULL;
    if (found == 1)
        return g_steal_pointer(&reader);
    sp_throw(error, SP_ERROR_KEY, "%d keys in '%s' fit '%s', not exactly one", found, home, spec);
    sp_hint(error, "gpg --list-keys shows them; GNUPGHOME names another folder of keys");
    return NULL;
}

SpKey *sp_key_find(const char *home, const char *spec, GError **error)
{
    g_autoptr(SpSigner) reader = open_key(home, spec, error);
    return reader != NULL ? describe(reader, FALSE) : NULL;
}

GBytes *sp_key_export(const char *home, const char *spec, gint64 now, GError **error)
{
    g_autoptr(SpSigner) reader = open_key(home, spec, error);
    g_autoptr(SpKey) key = reader != NULL ? describe(reader, FALSE) : NULL;
    if (key == NULL || !check_key(key, spec, now, error))
        return NULL;
    return sp_signer_public_key(reader, error);
}

/* Why gpg made nothing of a secret key. FALSE with what to do. */
static gboolean explain(const char *what, gpgme_error_t rc, GError **error)
{
    if (!sp_interrupt_check(error)) /* ^C stops gpg as well */
        return FALSE;
    sp_throw(error, SP_ERROR_KEY, "%s: %s", what, gpgme_strerror(rc));
    switch (gpgme_err_code(rc)) {
    case GPG_ERR_NO_PIN_ENTRY:
    case GPG_ERR_ENOTTY:
    case GPG_ERR_CANCELED:
    case GPG_ERR_FULLY_CANCELED:
        return sp_hint(error, "gpg could not ask for the passphrase here: hand it over with "
                              "--passphrase-fd, or set GPG_TTY to your terminal");
    case GPG_ERR_BAD_PASSPHRASE:
        return sp_hint(error, "the passphrase is another one");
    default:
        return FALSE;
    }
}

char *sp_key_make(const char *home, const char *user_id, const char *passphrase, GError **error)
{
    g_autoptr(SpSigner) maker = g_new0(SpSigner, 1);
    unsigned how = GPGME_CREATE_SIGN | GPGME_CREATE_NOEXPIRE;
    g_autofree char *exactly = g_strconcat("=", user_id, NULL);
    int found = 0;
    if (!open_context(maker, home, error) || !list_keys(maker, exactly, FALSE, &found, error))
        return NULL;
    if (found > 0) {
        sp_throw(error, SP_ERROR_KEY, "there is a key of '%s' in '%s' already", user_id, home);
        return NULL;
    }
    if (passphrase != NULL && passphrase[0] != '\0')
        sp_signer_use_passphrase(maker, passphrase);
    else if (passphrase != NULL)
        how |= GPGME_CREATE_NOPASSWD;
    gpgme_error_t rc = gpgme_op_createkey(maker->ctx, user_id, "rsa3072", 0, 0, NULL, how);
    gpgme_genkey_result_t made = rc == 0 ? gpgme_op_genkey_result(maker->ctx) : NULL;
    if (made != NULL && made->fpr != NULL)
        return g_strdup(made->fpr);
    (void)explain("cannot make a key", rc, error);
    return NULL;
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
        g_autofree char *what = g_strdup_printf("cannot sign '%s'", name);
        (void)explain(what, rc, error);
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
