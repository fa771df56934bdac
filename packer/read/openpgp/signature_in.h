/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks detached signatures as xapi does, in a private, temporary GNUPGHOME through gpgme: a good
 * signature, by a key that is trusted ultimately (packs.md B.6). The user's keyring, trust and
 * configuration play no part; no agent is started. */
#pragma once
#include "error.h"
#include "key.h"
#include "signature.h"

typedef struct SpVerifier SpVerifier;

/* `tmpdir` is where the temporary home is made, once there is a key or a signature: an unsigned
 * image starts no gpg. */
SpVerifier *sp_verifier_new(const char *tmpdir);
void sp_verifier_free(SpVerifier *verifier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpVerifier, sp_verifier_free)

/* Learns the public keys in `keys` (armored or not); a list of SpKey, empty when there is none in
 * it, which the caller unrefs. `trusted`: as if import-update-key had imported them. The same bytes
 * again cost nothing. */
GPtrArray *sp_verifier_learn(SpVerifier *verifier, GBytes *keys, gboolean trusted,
                             GError **error) SP_MUST_CHECK;
/* Of all of an open file, which may be large, wherever it stands; else as the next. */
SpSignature *sp_verifier_check_file(SpVerifier *verifier, int fd, GBytes *armor,
                                    GError **error) SP_MUST_CHECK;
/* `armor` NULL gives SP_SIG_NONE. Whatever it says is in the result; an error is a system's. */
SpSignature *sp_verifier_check(SpVerifier *verifier, GBytes *data, GBytes *armor,
                               GError **error) SP_MUST_CHECK;
