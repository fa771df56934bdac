/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"
#include "verify_rules.h"

#include <string.h>

#define MD5_DIGEST 1 /* RFC 4880 9.4 */

typedef struct {
    const SpSurvey *survey;
    const SpDemand *demand;
    gboolean claimed;         /* to be signed */
    const SpPackage *control; /* NULL: none */
    GHashTable *declared;     /* what it requires */
} Judge;

static void judge_payload(const SpPackage *package, SpFindings *findings)
{
    if (strcmp(package->compressor, "zstd") == 0)
        sp_breach(findings, SP_RULE_RPM_PAYLOAD_ZSTD, package->file, 0,
                  "payload is compressed with zstd, which rpm 4.11 cannot read");
    else if (!sp_payload_known(package->compressor))
        sp_breach(findings, SP_RULE_RPM_PAYLOAD, package->file, 0,
                  "payload is compressed with '%s', not with gzip, bzip2, xz or lzma",
                  package->compressor);
    if (strcmp(package->arch, "x86_64") != 0 && strcmp(package->arch, "noarch") != 0)
        sp_breach(findings, SP_RULE_RPM_ARCH, package->file, 0,
                  "architecture is '%s', not x86_64 or noarch", package->arch);
}

static void judge_features(const SpPackage *package, SpFindings *findings)
{
    for (guint i = 0; package->depends != NULL && package->depends[i] != NULL; i++) {
        if (!sp_rpmlib_known(package->depends[i], sp_rpmlib_4_11))
            sp_breach(findings, SP_RULE_RPM_FEATURE, package->file, 0,
                      "needs %s, which rpm 4.11 does not have", package->depends[i]);
        if (package->depends[i][0] == '(')
            sp_breach(findings, SP_RULE_RPM_RICH_DEPENDENCY, package->file, 0,
                      "requires '%s', a boolean dependency, which rpm 4.11 does not have",
                      package->depends[i]);
    }
    for (guint i = 0; package->weak != NULL && package->weak[i] != NULL; i++)
        sp_breach(findings, SP_RULE_RPM_WEAK_DEPENDENCY, package->file, 0,
                  "recommends or suggests '%s', which rpm 4.11 ignores", package->weak[i]);
}

static void judge_digests(const SpPackage *package, SpFindings *findings)
{
    if (package->file_digest == MD5_DIGEST)
        sp_breach(findings, SP_RULE_RPM_FILE_DIGEST, package->file, 0,
                  "file digests are MD5, which XenServer 9 does not take");
    if (!package->has_sha256)
        sp_breach(findings, SP_RULE_RPM_HEADER_DIGEST, package->file, 0,
                  "the header has no SHA-256 digest, which hosts from rpm 4.14 on check");
}

/* What dom0 has without anybody declaring it. */
static gboolean every_host_has(const char *requirement)
{
    static const char *const paths[] = {"/bin/sh",       "/bin/bash",        "/usr/bin/env",
                                        "/usr/bin/sh",   "/usr/bin/bash",    "/usr/bin/python",
                                        "/usr/bin/perl", "/usr/bin/python2", "/sbin/ldconfig"};
    static const char *const prefixes[] = {"libc.so.6",      "libm.so.6",  "libpthread.so.0",
                                           "libdl.so.2",     "librt.so.1", "ld-linux",
                                           "rtld(GNU_HASH)", "config("};
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++)
        if (strcmp(requirement, paths[i]) == 0)
            return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(requirement, prefixes[i]))
            return TRUE;
    return FALSE;
}

static void judge_clashes(const SpPackage *package, SpFindings *findings)
{
    for (guint i = 0; i < package->clash->len; i++)
        sp_breach(findings, SP_RULE_REQUIRES_VERSION, package->file, 0,
                  "requires '%s', of which the image has another version",
                  (char *)package->clash->pdata[i]);
}

/* No other repository is visible to xapi's package manager (packs.md B.7): what is neither on the
 * image nor declared by the control package may not be there. */
static void judge_requires(const Judge *judge, const SpPackage *package, SpFindings *findings)
{
    for (guint i = 0; i < package->open->len && package != judge->control; i++) {
        const char *wanted = package->open->pdata[i];
        if (!g_hash_table_contains(judge->declared, wanted) && !every_host_has(wanted))
            sp_breach(findings, SP_RULE_REQUIRES_OPEN, package->file, 0,
                      "requires '%s', which is neither on the image nor declared in base-requires",
                      wanted);
    }
}

static void judge_paths(const SpPackage *package, SpFindings *findings)
{
    GHashTableIter iter;
    gpointer path = NULL;
    g_hash_table_iter_init(&iter, package->paths);
    while (g_hash_table_iter_next(&iter, &path, NULL)) {
        const char *at = path;
        g_autofree char *shown = sp_shown(path);
        if (at[0] != '/' || strstr(at, "/../") != NULL || g_str_has_suffix(at, "/.."))
            sp_breach(findings, SP_RULE_RPM_PATH, package->file, 0,
                      "has the file '%s', which is not an absolute path without '..'", shown);
    }
}

static void judge_signature(const SpSurvey *survey, const SpPackage *package, gboolean claimed,
                            SpFindings *findings)
{
    const SpSignature *signature = package->signature;
    gboolean keyed = survey->update != NULL && survey->update->key[0] != '\0';
    gsize length = strlen(survey->key_fingerprint);
    /* A carried RPM may bear its maker's signature; an unsigned image has no key to check it with.
     */
    gboolean is_foreign = !claimed && signature->state == SP_SIG_NO_KEY;
    if (signature->state != SP_SIG_GOOD && !is_foreign &&
        (signature->state != SP_SIG_NONE || keyed || claimed))
        sp_breach(findings, SP_RULE_RPM_SIGNATURE, package->file, 0, "signature is %s: %s",
                  sp_signature_word(signature->state), package->problem);
    if (signature->state == SP_SIG_NONE || !claimed)
        return;
    if (!sp_signature_is_rsa_sha2(signature))
        sp_breach(findings, SP_RULE_RPM_SIGNATURE_ALGORITHM, package->file, 0,
                  "signature is %s, not RSA with SHA-2", signature->algorithm);
    if (keyed && length >= 16 &&
        g_ascii_strcasecmp(survey->key_fingerprint + length - 16, signature->key_id) != 0)
        sp_breach(findings, SP_RULE_RPM_KEY, package->file, 0,
                  "is signed by key %s, and not by the key '%s' of the image", signature->key_id,
                  survey->update->key);
}

static void judge_package(const Judge *judge, const SpPackage *package, SpFindings *findings)
{
    if (!package->readable) {
        sp_breach(findings, SP_RULE_RPM_UNREADABLE, package->file, 0, "cannot be read: %s",
                  package->problem);
        return;
    }
    if (!package->digests_good)
        sp_breach(findings, SP_RULE_RPM_DIGEST, package->file, 0, "digests do not match: %s",
                  package->problem);
    judge_paths(package, findings);
    judge_clashes(package, findings);
    if (judge->demand->for_hosts) /* who builds it may know what hosts have */
        judge_requires(judge, package, findings);
    if (sp_survey_is_classic(judge->survey, package))
        return; /* under the rules of rpm 4.4 then */
    judge_payload(package, findings);
    judge_features(package, findings);
    judge_digests(package, findings);
    judge_signature(judge->survey, package, judge->claimed, findings);
}

void sp_judge_packages(const SpSurvey *survey, const SpDemand *demand, SpFindings *findings)
{
    const char *name = survey->update != NULL ? survey->update->control : "";
    g_autoptr(GHashTable) declared = g_hash_table_new(g_str_hash, g_str_equal);
    const Judge judge = {survey, demand, sp_survey_claims_signed(survey),
                         sp_survey_package(survey, name), declared};
    for (char **one = judge.control != NULL ? judge.control->depends : NULL;
         one != NULL && *one != NULL; one++)
        g_hash_table_add(declared, *one);
    for (guint i = 0; i < survey->packages->len; i++)
        judge_package(&judge, survey->packages->pdata[i], findings);
}
