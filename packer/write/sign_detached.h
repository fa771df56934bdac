/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The signing key and detached, ASCII-armored signatures by it, through gpgme. A key is taken only
 * if every host can use it: RSA, 2048 bits or more, no signing subkey (packs.md B.6).
 * Failures: SP_ERROR_KEY. Passphrases are the agent's business, unless one is handed over. */
#pragma once
#include "error.h"
#include "key.h"

/* What to run without a usable key. */
#define SP_HINT_NEW_KEY "`suppack key new 'NAME <ADDRESS>'` makes a key that every host takes"

typedef struct SpSigner SpSigner;

/* `spec` is what gpg takes as a user id or key id; it must fit exactly one secret key of `home`.
 * `now` in seconds: a key that expires within 30 days of it is refused. */
SpSigner *sp_signer_new(const char *home, const char *spec, gint64 now,
                        GError **error) SP_MUST_CHECK;
void sp_signer_free(SpSigner *signer);
/* Instead of asking the agent. Copied. */
void sp_signer_use_passphrase(SpSigner *signer, const char *passphrase);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpSigner, sp_signer_free)

/* The same demands on the public key (called `name`) of a signer elsewhere; `tmpdir` is where a
 * temporary GNUPGHOME is made. Its fingerprint; the caller frees. */
char *sp_public_key_check(const char *tmpdir, const char *name, GBytes *key, gint64 now,
                          GError **error) SP_MUST_CHECK;
/* The one key of a file called `name`, whoever takes it; the caller frees. */
SpKey *sp_key_of_file(const char *tmpdir, const char *name, GBytes *key,
                      GError **error) SP_MUST_CHECK;
/* The one key of `home` that fits, whoever takes it; the caller frees. */
SpKey *sp_key_find(const char *home, const char *spec, GError **error) SP_MUST_CHECK;
/* Its public half, armored and minimal, if every host takes it. */
GBytes *sp_key_export(const char *home, const char *spec, gint64 now, GError **error) SP_MUST_CHECK;
/* Makes a key that every host takes; never expires. `passphrase`: NULL has the agent ask for one,
 * "" is none. Its fingerprint; the caller frees. */
char *sp_key_make(const char *home, const char *user_id, const char *passphrase,
                  GError **error) SP_MUST_CHECK;
const char *sp_signer_fingerprint(const SpSigner *signer);
const char *sp_signer_owner(const SpSigner *signer);
gint64 sp_signer_expires(const SpSigner *signer); /* seconds, 0 = never */
/* The public key, armored and minimal. */
GBytes *sp_signer_public_key(SpSigner *signer, GError **error) SP_MUST_CHECK;
GBytes *sp_signer_sign(SpSigner *signer, const char *name, GBytes *data,
                       GError **error) SP_MUST_CHECK;
/* Of all of an open file, wherever it stands. */
GBytes *sp_signer_sign_file(SpSigner *signer, const char *name, int fd,
                            GError **error) SP_MUST_CHECK;
