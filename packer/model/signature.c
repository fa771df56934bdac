/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "signature.h"

#include <string.h>

SpSignature *sp_signature_new(SpSigState state)
{
    SpSignature *signature = g_new0(SpSignature, 1);
    signature->state = state;
    signature->key_id = g_strdup("");
    signature->fingerprint = g_strdup("");
    signature->primary = g_strdup("");
    signature->signer = g_strdup("");
    signature->algorithm = g_strdup("");
    return signature;
}

SpSignature *sp_signature_copy(const SpSignature *signature)
{
    SpSignature *copy = g_new0(SpSignature, 1);
    *copy = *signature;
    copy->key_id = g_strdup(signature->key_id);
    copy->fingerprint = g_strdup(signature->fingerprint);
    copy->primary = g_strdup(signature->primary);
    copy->signer = g_strdup(signature->signer);
    copy->algorithm = g_strdup(signature->algorithm);
    return copy;
}

void sp_signature_free(SpSignature *signature)
{
    if (signature == NULL)
        return;
    g_free(signature->key_id);
    g_free(signature->fingerprint);
    g_free(signature->primary);
    g_free(signature->signer);
    g_free(signature->algorithm);
    g_free(signature);
}

const char *sp_signature_word(SpSigState state)
{
    static const char *const words[SP_SIG_STATES] = {"none", "good", "bad", "no-key", "expired"};
    return words[state];
}

gboolean sp_signature_is_rsa_sha2(const SpSignature *signature)
{
    return g_str_has_prefix(signature->algorithm, "RSA/SHA") &&
           strcmp(signature->algorithm, "RSA/SHA1") != 0;
}
