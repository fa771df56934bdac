/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_check.h"
#include "rpm_digest.h"
#include "rpm_feed.h"
#include "sha256.h"

#include <rpm/rpmcli.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmts.h>
#include <string.h>

/* One check as it runs: each has its own transaction set, since librpm's are for one thread. */
typedef struct {
    const SpRpmKeys *keys;
    const SpRpmCopier *copier;
    SpRpmCheck *check;
    char *words; /* of the last pass, when it was not good */
} Run;

/* rpmVerifySignatures says what it found only in words: "digests SIGNATURES NOT OK". Asking it
 * twice, once without signatures, keeps us from reading words for the verdict. */
static gboolean pass(Run *run, int level, rpmVSFlags flags)
{
    g_autoptr(GString) words = sp_rpm_words_begin();
    SpRpmFeed feed;
    SpRpmCheck *check = run->check;
    struct rpmQVKArguments_s unused = {0}; /* said to be unused, but NULL is a failure */
    rpmts ts = rpmtsCreate();
    /* An explicit keyring, if an empty one: or librpm would open the database of this machine. */
    rpmtsSetKeyring(ts, run->keys->ring);
    rpmtsSetVfyLevel(ts, level);
    rpmtsSetVfyFlags(ts, flags);
    gboolean whole = (flags & RPMVSF_NEEDPAYLOAD) == 0;
    g_autoptr(GBytes) read = g_bytes_new_from_bytes(
        check->rpm, 0, whole ? g_bytes_get_size(check->rpm) : check->headers);
    gboolean fed = sp_rpm_feed_begin(&feed, read, check->package->file,
                                     check->error == NULL ? &check->error : NULL);
    gboolean good = fed && rpmVerifySignatures(&unused, ts, feed.fd, "package") == 0;
    sp_rpm_feed_end(&feed);
    rpmtsFree(ts);
    g_free(run->words);
    run->words = sp_rpm_words_end(words);
    return good;
}

/* What librpm says of all of it or, with RPMVSF_NEEDPAYLOAD, of the headers. Where the signature is
 * good so are the digests. FALSE when they are not. */
static gboolean judge(Run *run, rpmVSFlags parts)
{
    SpPackage *package = run->check->package;
    SpSignature *signature = package->signature;
    g_autofree char *about_signature = NULL;
    if (signature->state != SP_SIG_NONE) {
        package->digests_good = pass(run, RPMSIG_DIGEST_TYPE | RPMSIG_SIGNATURE_TYPE, parts);
        if (package->digests_good) {
            signature->state = SP_SIG_GOOD;
            g_free(package->problem);
            package->problem = g_strdup("");
            return TRUE;
        }
        /* The signature says which key it wants; librpm calls one it has not got "NOT OK", too. */
        signature->state =
            g_hash_table_contains(run->keys->ids, signature->key_id) ? SP_SIG_BAD : SP_SIG_NO_KEY;
        about_signature = g_steal_pointer(&run->words);
    }
    package->digests_good = pass(run, RPMSIG_DIGEST_TYPE, parts | RPMVSF_MASK_NOSIGNATURES);
    /* rpm 6.1 is not content with the headers alone: what it said of them is not the last word. */
    g_free(package->problem);
    if (!package->digests_good)
        package->problem = g_steal_pointer(&run->words);
    else
        package->problem =
            about_signature != NULL ? g_steal_pointer(&about_signature) : g_strdup("");
    return package->digests_good;
}

/* Digests it, and copies it if that is wanted. FALSE: that failed. *payload: librpm need not look
 * there. */
static gboolean digest(const Run *run, gboolean *payload)
{
    const SpRpmCopier *copier = run->copier;
    SpRpmCheck *check = run->check;
    SpPackage *package = check->package;
    if (package->known == NULL) {
        package->sha256 = sp_rpm_digest(check->rpm, payload);
        return TRUE;
    }
    g_autoptr(SpSha256) sha256 = sp_sha256_new();
    if (copier->copy == NULL)
        sp_sha256_add_bytes(sha256, check->rpm);
    else if (copier->copy(copier->data, package->file, check->rpm, sha256, &check->error))
        package->copied = TRUE;
    else
        return FALSE;
    package->sha256 = sp_sha256_end(sha256);
    *payload = strcmp(package->sha256, package->known) == 0;
    return TRUE;
}

/* The very bytes that somebody vouches for need no more than their digest, and a signature of the
 * header. One of header and payload needs them all. */
static gboolean is_well(Run *run, gboolean payload)
{
    SpPackage *package = run->check->package;
    const SpSignature *signature = package->signature;
    if (payload && package->known != NULL && signature->state == SP_SIG_NONE) {
        package->digests_good = TRUE;
        return TRUE;
    }
    return payload && judge(run, RPMVSF_NEEDPAYLOAD) &&
           (package->known == NULL || signature->state == SP_SIG_GOOD);
}

/* Each byte is read once where nothing is wrong: librpm gets the headers alone. */
static void check_one(Run *run)
{
    gboolean payload = FALSE;
    if (digest(run, &payload) && !is_well(run, payload) && run->check->error == NULL)
        (void)judge(run, RPMVSF_DEFAULT);
    g_clear_pointer(&run->words, g_free);
}

typedef struct {
    const SpRpmKeys *keys;
    const SpRpmCopier *copier;
    const GPtrArray *checks;
    gint next;   /* the first of them that nobody has taken */
    gint failed; /* what is left is in vain */
} Work;

static gpointer work(gpointer data)
{
    Work *all = data;
    while (!g_atomic_int_get(&all->failed)) {
        guint i = (guint)g_atomic_int_add(&all->next, 1);
        if (i >= all->checks->len)
            break;
        Run run = {.keys = all->keys, .copier = all->copier, .check = all->checks->pdata[i]};
        check_one(&run);
        if (run.check->error != NULL)
            g_atomic_int_set(&all->failed, TRUE);
    }
    return NULL;
}

SpRpmCheck *sp_rpm_check_all(const SpRpmKeys *keys, const SpRpmCopier *copier,
                             const GPtrArray *checks)
{
    Work all = {keys, copier, checks, 0, FALSE};
    g_autoptr(GPtrArray) others = g_ptr_array_new();
    for (guint i = 1; i < MIN(g_get_num_processors(), checks->len); i++) {
        GThread *thread = g_thread_try_new("rpm check", work, &all, NULL);
        if (thread != NULL) /* else there are fewer to share the work */
            g_ptr_array_add(others, thread);
    }
    (void)work(&all);
    for (guint i = 0; i < others->len; i++)
        (void)g_thread_join(others->pdata[i]);
    for (guint i = 0; i < checks->len; i++)
        if (((SpRpmCheck *)checks->pdata[i])->error != NULL)
            return checks->pdata[i];
    return NULL;
}
