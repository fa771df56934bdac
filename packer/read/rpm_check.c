/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_check.h"
#include "rpm_feed.h"

#include <rpm/rpmcli.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmts.h>
#include <string.h>

/* One check as it runs: each has its own transaction set, since librpm's are for one thread. */
typedef struct {
    const SpRpmKeys *keys;
    SpRpmCheck *check;
    char *words; /* of the last pass, when it was not good */
} Run;

/* rpmVerifySignatures says what it found only in words: "digests SIGNATURES NOT OK". Asking it
 * twice, once without signatures, keeps us from reading words for the verdict. */
static gboolean pass(Run *run, int level, rpmVSFlags flags)
{
    SpPackage *package = run->check->package;
    g_autoptr(SpSha256) digest = package->sha256 == NULL ? sp_sha256_new() : NULL;
    g_autoptr(GString) words = sp_rpm_words_begin();
    SpRpmFeed feed;
    struct rpmQVKArguments_s unused = {0}; /* said to be unused, but NULL is a failure */
    rpmts ts = rpmtsCreate();
    /* An explicit keyring, if an empty one: or librpm would open the database of this machine. */
    rpmtsSetKeyring(ts, run->keys->ring);
    rpmtsSetVfyLevel(ts, level);
    rpmtsSetVfyFlags(ts, flags);
    gboolean fed = sp_rpm_feed_begin(&feed, run->check->rpm, digest);
    gboolean good = fed && rpmVerifySignatures(&unused, ts, feed.fd, "package") == 0;
    sp_rpm_feed_end(&feed);
    rpmtsFree(ts);
    run->check->failed = run->check->failed || !fed;
    if (digest != NULL && fed)
        package->sha256 = sp_sha256_end(digest);
    g_free(run->words);
    run->words = sp_rpm_words_end(words);
    return good;
}

/* Where the signature is good so are the digests, and each byte is read once. */
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

/* The very bytes that somebody vouches for need no more than their digest, and a signature of the
 * header. One of header and payload needs them all. */
static gboolean is_known(Run *run)
{
    SpPackage *package = run->check->package;
    if (package->known == NULL)
        return FALSE;
    package->sha256 = sp_sha256(run->check->rpm);
    package->digests_good = strcmp(package->sha256, package->known) == 0;
    if (!package->digests_good || package->signature->state == SP_SIG_NONE)
        return package->digests_good;
    if (!pass(run, RPMSIG_DIGEST_TYPE | RPMSIG_SIGNATURE_TYPE, RPMVSF_NEEDPAYLOAD))
        return FALSE;
    package->signature->state = SP_SIG_GOOD;
    return TRUE;
}

typedef struct {
    const SpRpmKeys *keys;
    const GPtrArray *checks;
    gint next; /* the first of them that nobody has taken */
} Work;

static gpointer work(gpointer data)
{
    Work *all = data;
    for (;;) {
        guint i = (guint)g_atomic_int_add(&all->next, 1);
        if (i >= all->checks->len)
            return NULL;
        Run run = {.keys = all->keys, .check = all->checks->pdata[i]};
        if (!is_known(&run))
            judge(&run);
        g_free(run.words);
    }
}

const SpRpmCheck *sp_rpm_check_all(const SpRpmKeys *keys, const GPtrArray *checks)
{
    Work all = {keys, checks, 0};
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
        if (((SpRpmCheck *)checks->pdata[i])->failed)
            return checks->pdata[i];
    return NULL;
}
