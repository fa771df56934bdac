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

/* What librpm says of all of it. Where the signature is good so are the digests. */
static void judge(Run *run)
{
    SpPackage *package = run->check->package;
    SpSignature *signature = package->signature;
    g_autofree char *about_signature = NULL;
    if (signature->state != SP_SIG_NONE) {
        if (pass(run, RPMSIG_DIGEST_TYPE | RPMSIG_SIGNATURE_TYPE, RPMVSF_DEFAULT)) {
            package->digests_good = TRUE;
            signature->state = SP_SIG_GOOD;
            return;
        }
        /* The signature says which key it wants; librpm calls one it has not got "NOT OK", too. */
        signature->state =
            g_hash_table_contains(run->keys->ids, signature->key_id) ? SP_SIG_BAD : SP_SIG_NO_KEY;
        about_signature = g_steal_pointer(&run->words);
    }
    package->digests_good = pass(run, RPMSIG_DIGEST_TYPE, RPMVSF_MASK_NOSIGNATURES);
    if (package->digests_good && about_signature == NULL)
        return;
    g_free(package->problem);
    package->problem =
        package->digests_good ? g_steal_pointer(&about_signature) : g_steal_pointer(&run->words);
}

/* The very bytes that somebody vouches for need no more than their digest. */
static gboolean is_known(const Run *run, gboolean *payload)
{
    SpPackage *package = run->check->package;
    if (package->known == NULL) {
        package->sha256 = sp_rpm_digest(run->check->rpm, payload);
        return FALSE;
    }
    g_autoptr(SpSha256) digest = sp_sha256_new();
    if (run->copier->copy == NULL) {
        sp_sha256_add_bytes(digest, run->check->rpm);
    } else {
        package->copied = run->copier->copy(run->copier->data, package->file, run->check->rpm,
                                            digest, &run->check->error);
        if (!package->copied)
            return FALSE;
    }
    package->sha256 = sp_sha256_end(digest);
    *payload = strcmp(package->sha256, package->known) == 0;
    return *payload;
}

/* Where the payload is right already, librpm reads no more than the headers, out of a pipe, and
 * each byte is digested but once for each of its digests. Says TRUE or nothing. */
static gboolean is_good(Run *run)
{
    SpPackage *package = run->check->package;
    SpSignature *signature = package->signature;
    gboolean payload = FALSE, known = is_known(run, &payload);
    gboolean bare = signature->state == SP_SIG_NONE;
    package->digests_good =
        payload &&
        ((known && bare) || pass(run, RPMSIG_DIGEST_TYPE | (bare ? 0 : RPMSIG_SIGNATURE_TYPE),
                                 RPMVSF_NEEDPAYLOAD | (bare ? RPMVSF_MASK_NOSIGNATURES : 0)));
    if (package->digests_good && !bare)
        signature->state = SP_SIG_GOOD;
    return package->digests_good;
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
        if (!is_good(&run) && run.check->error == NULL)
            judge(&run);
        if (run.check->error != NULL)
            g_atomic_int_set(&all->failed, TRUE);
        g_free(run.words);
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
