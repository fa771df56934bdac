/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of one signature after trying to verify it. Strings are never NULL. Never judged
 * by gpg's exit status: an expired key makes no GOODSIG and still exits 0 (packs.md K.10). */
#pragma once
#include <glib.h>

typedef enum {
    SP_SIG_NONE,    /* there is no signature */
    SP_SIG_GOOD,    /* verified with the key on the image or one of the keyring */
    SP_SIG_BAD,     /* made for other bytes, or garbled */
    SP_SIG_NO_KEY,  /* none of those made it */
    SP_SIG_EXPIRED, /* right bytes, but the signature or its key is expired or revoked */
    SP_SIG_STATES
} SpSigState;

typedef struct {
    SpSigState state;
    gboolean trusted;  /* good, and by a key whose owner is trusted ultimately */
    guint version;     /* of the OpenPGP packet; 0 when unknown */
    char *key_id;      /* 16 hexadecimal digits, lower case; "" when unknown */
    char *fingerprint; /* of what made it, maybe a subkey; upper case; "" when unknown */
    char *primary;     /* fingerprint of the primary key it belongs to; "" when unknown */
    char *signer;      /* user id of the key; "" when unknown */
    char *algorithm;   /* "RSA/SHA256"; "" when unknown */
    gint64 made;       /* seconds; 0 when unknown */
} SpSignature;

SpSignature *sp_signature_new(SpSigState state);
SpSignature *sp_signature_copy(const SpSignature *signature);
void sp_signature_free(SpSignature *signature);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpSignature, sp_signature_free)

/* "none", "good", "bad", "no-key", "expired" */
const char *sp_signature_word(SpSigState state);
/* What rpm 4.11, yum and the policy of XenServer 9 all take. */
gboolean sp_signature_is_rsa_sha2(const SpSignature *signature);
