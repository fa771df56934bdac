/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks detached signatures against one public key in a private, temporary GNUPGHOME through
 * gpgme. The user's keyring, trust and configuration play no part; no agent is started. */
#pragma once
#include "error.h"
#include "signature.h"

typedef struct SpVerifier SpVerifier;

/* `public_key` (ASCII armor) must hold exactly one key, or SP_ERROR_INPUT. `tmpdir` is where the
 * temporary home is made. */
SpVerifier *sp_verifier_new(const char *tmpdir, GBytes *public_key, GError **error) SP_MUST_CHECK;
void sp_verifier_free(SpVerifier *verifier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpVerifier, sp_verifier_free)

const char *sp_verifier_fingerprint(const SpVerifier *verifier);
const char *sp_verifier_owner(const SpVerifier *verifier); /* the key's first user id */
/* `armor` NULL gives SP_SIG_NONE. Whatever it says is in the result; an error is a system's. */
SpSignature *sp_verifier_check(SpVerifier *verifier, GBytes *data, GBytes *armor,
                               GError **error) SP_MUST_CHECK;
