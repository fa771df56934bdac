/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cover.h"
#include "judge.h"
#include "sums.h"
#include "verify_rules.h"

#include <string.h>

#define SOON      ((gint64)2 * 366 * 24 * 60 * 60)
#define NAMED_MAX 16
#define ARMOR_MAX ((gsize)102400) /* yum reads no more of repomd.xml.asc (packs.md B.6) */

static const char *key_place(const SpSurvey *survey)
{
    if (survey->key_file[0] != '\0')
        return survey->key_file;
    return survey->update != NULL && survey->update->key[0] != '\0' ? survey->update->key
                                                                    : "update.xml";
}

static void judge_key(const SpSurvey *survey, const SpKey *key, const SpDemand *demand,
                      SpFindings *findings)
{
    const char *file = key_place(survey);
    if (strcmp(key->algorithm, "RSA") != 0 || key->bits < 2048)
        sp_breach(findings, SP_RULE_KEY_ALGORITHM, file, 0,
                  "is %s of %u bits, not RSA of 2048 or more, which is all rpm 4.11 and yum read",
                  key->algorithm, key->bits);
    if (key->is_weak)
        sp_breach(findings, SP_RULE_KEY_BINDING, file, 0,
                  "binds its user ids with SHA-1, MD5 or RIPEMD-160 alone, and rpm 6 does not "
                  "import it");
    if (key->is_demo)
        sp_breach(findings, SP_RULE_KEY_DEMO, file, 0,
                  "is the demo key, made by ci/pack for trying out: it says nothing of who made "
                  "the image");
    if (!key->can_sign || key->has_signer)
        sp_breach(findings, SP_RULE_KEY_SUBKEY, file, 0,
                  "leaves signing to a subkey, which rpm 4.11 does not know");
    if (key->is_dead)
        sp_breach(findings, SP_RULE_KEY_EXPIRED, file, 0, "is expired, revoked or invalid");
    else if (demand->now > 0 && key->expires != 0 && key->expires < demand->now + SOON)
        sp_breach(findings, SP_RULE_KEY_EXPIRES, file, 0,
                  "expires in %d days; hosts refuse the pack from then on",
                  (int)((key->expires - demand->now) / (24 * 60 * 60)));
    if (survey->keyring != NULL && sp_keys_find(survey->keyring, key->fingerprint) == NULL)
        sp_breach(findings, SP_RULE_KEY_UNTRUSTED, file, 0, "its key %s is not in the keyring",
                  key->fingerprint);
}

static void judge_keys(const SpSurvey *survey, const SpDemand *demand, SpFindings *findings)
{
    const GPtrArray *keys = survey->image_keys;
    if (keys->len == 0)
        sp_breach(findings, SP_RULE_KEY_FILE, key_place(survey), 0,
                  "there is no public key of that name on the image");
    if (keys->len > 1)
        sp_breach(findings, SP_RULE_KEY_COUNT, key_place(survey), 0,
                  "holds %u keys, and hosts import exactly one", keys->len);
    if (survey->has_strange_key)
        sp_breach(findings, SP_RULE_KEY_COUNT, key_place(survey), 0,
                  "holds a key or subkey that its owner did not sign, which older hosts import");
    for (guint i = 0; i < keys->len; i++)
        judge_key(survey, keys->pdata[i], demand, findings);
}

/* xapi: GOODSIG and TRUST_ULTIMATE; yum besides: by the key of key= (packs.md B.6). */
static void judge_signature(const SpSurvey *survey, const char *file, const SpSignature *signature,
                            SpFindings *findings)
{
    if (signature->state != SP_SIG_GOOD) {
        sp_breach(findings, SP_RULE_SIGNATURE, file, 0, "signature is %s",
                  sp_signature_word(signature->state));
        return;
    }
    if (survey->keyring != NULL && !signature->trusted)
        sp_breach(findings, SP_RULE_SIGNATURE_UNTRUSTED, file, 0,
                  "is signed by key %s, which is not in the keyring", signature->key_id);
    if (survey->key_fingerprint[0] != '\0' &&
        g_ascii_strcasecmp(survey->key_fingerprint, signature->primary) != 0)
        sp_breach(findings, SP_RULE_SIGNATURE_KEY, file, 0,
                  "is signed by key %s, and not by the key on the image", signature->key_id);
    if (g_ascii_strcasecmp(signature->primary, signature->fingerprint) != 0)
        sp_breach(findings, SP_RULE_KEY_SUBKEY, file, 0,
                  "is signed by subkey %s, which rpm 4.11 does not know", signature->key_id);
    if (!sp_signature_is_rsa_sha2(signature))
        sp_breach(findings, SP_RULE_SIGNATURE_ALGORITHM, file, 0,
                  "signature is %s, not RSA with SHA-2", signature->algorithm);
}

static void judge_armor(const SpSurvey *survey, SpFindings *findings)
{
    static const char file[] = "repodata/repomd.xml.asc";
    const SpEntry *entry = sp_tree_find(survey->entries, file);
    if (entry != NULL && entry->content != NULL && g_bytes_get_size(entry->content) > ARMOR_MAX)
        sp_breach(findings, SP_RULE_SIGNATURE_ARMOR, file, 0,
                  "has %zu bytes, more than the %zu yum reads", g_bytes_get_size(entry->content),
                  ARMOR_MAX);
}

static void judge_cover(const SpSurvey *survey, SpFindings *findings)
{
    g_autoptr(GPtrArray) uncovered = sp_survey_uncovered(survey);
    if (uncovered->len == 0)
        return;
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < MIN(uncovered->len, NAMED_MAX); i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", (const char *)uncovered->pdata[i]);
    if (uncovered->len > NAMED_MAX)
        g_string_append_printf(names, " and %u more", uncovered->len - NAMED_MAX);
    sp_breach(findings, SP_RULE_UNSIGNED_FILES, survey->file, 0,
              "no signature covers %s: anybody could have changed %s", names->str,
              uncovered->len == 1 ? "it" : "them");
}

/* What lies beside the image and speaks of all of it. */
static void judge_sides(const SpSurvey *survey, SpFindings *findings)
{
    const SpSignature *signature = survey->image_signature;
    g_autofree char *armor = g_strconcat(survey->file, ".asc", NULL);
    g_autofree char *sum = g_strconcat(survey->file, ".sha256", NULL);
    if (signature->state == SP_SIG_NO_KEY)
        sp_breach(findings, SP_RULE_IMAGE_SIGNATURE, armor, 0,
                  "is by key %s, which is neither on the image nor in the keyring",
                  signature->key_id);
    else if (signature->state != SP_SIG_NONE && signature->state != SP_SIG_GOOD)
        sp_breach(findings, SP_RULE_IMAGE_SIGNATURE, armor, 0, "signature is %s",
                  sp_signature_word(signature->state));
    else if (signature->state == SP_SIG_GOOD && survey->keyring != NULL && !signature->trusted)
        sp_breach(findings, SP_RULE_IMAGE_SIGNATURE, armor, 0,
                  "is by key %s, which is not in the keyring", signature->key_id);
    if (strcmp(survey->sha256, survey->stated_sha256) != 0)
        sp_breach(findings, SP_RULE_IMAGE_DIGEST, sum, 0,
                  "does not have the SHA-256 of the image, which is %s", survey->sha256);
}

/* Hosts look at no RPM's signature where the image has none; who made the carried ones is told. */
static char *name_signers(const SpSurvey *survey)
{
    GString *out = g_string_new(NULL);
    guint count = 0;
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (package->signature->state != SP_SIG_NONE && count++ < NAMED_MAX)
            g_string_append_printf(out, "; %s bears a signature by key %s", package->file,
                                   package->signature->key_id);
    }
    if (count > NAMED_MAX)
        g_string_append_printf(out, "; so do %u more", count - NAMED_MAX);
    return g_string_free(out, FALSE);
}

void sp_judge_signatures(const SpSurvey *survey, const SpDemand *demand, SpFindings *findings)
{
    gboolean is_modern = survey->update != NULL || survey->repodata != NULL;
    judge_sides(survey, findings);
    if (!sp_survey_claims_signed(survey)) {
        g_autofree char *signers = name_signers(survey);
        if (demand->for_hosts && is_modern)
            sp_breach(findings, SP_RULE_UNSIGNED, survey->file, 0,
                      "UNSIGNED: nothing says who made it, and no host takes it through xapi%s",
                      signers);
        else if (demand->for_hosts)
            judge_cover(survey, findings); /* the format of the classic half has no signature */
        return;
    }
    if (demand->for_hosts && survey->keyring == NULL)
        sp_breach(findings, SP_RULE_KEYRING, survey->file, 0,
                  "was checked with the key it carries itself, which proves nothing about who made "
                  "it: --keyring names the keys you trust");
    judge_keys(survey, demand, findings);
    if (is_modern) {
        judge_signature(survey, "update.xml", survey->update_signature, findings);
        judge_signature(survey, "repodata/repomd.xml", survey->repomd_signature, findings);
        judge_armor(survey, findings);
    }
    if (survey->sums_signature->state != SP_SIG_NONE ||
        sp_tree_find(survey->entries, SP_SUMS) != NULL)
        judge_signature(survey, SP_SUMS, survey->sums_signature, findings);
    judge_cover(survey, findings);
}
