/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* pipe2 */
#include "rpmfile.h"
#include "cleanup.h"
#include "rpm_closure.h"
#include "rpm_traits.h"
#include "rpm_payload.h"
#include "rpm_slices.h"

#include <fcntl.h>
#include <rpm/rpmcli.h>
#include <rpm/rpmcrypto.h>
#include <rpm/rpmfiles.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmlog.h>
#include <rpm/rpmpgp.h>
#include <rpm/rpmts.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#define HEADER_MAX ((gsize)8 << 20) /* of one RPM; they have kilobytes */

struct SpRpmReader {
    rpmts ts;
    rpmKeyring keyring;
    GHashTable *key_ids; /* of the keys in it: char * */
    SpRpmClosure *closure;
    SpRpmBudget budget; /* of all RPMs it reads */
    GString *said;      /* what librpm logged during the present call */
    gboolean failed;    /* this machine, not the package, during the present call */
};

static int capture(rpmlogRec rec, rpmlogCallbackData data)
{
    GString *said = data;
    g_string_append(said, rpmlogRecMessage(rec));
    return 0;
}

/* librpm's words on one line, without the file descriptor names it puts in front. */
static char *quoted(const SpRpmReader *reader)
{
    g_autofree char *flat = g_strdelimit(g_strdup(reader->said->str), "\n", ' ');
    g_strstrip(flat);
    return g_strdup(flat[0] != '\0' ? flat : "librpm gave no reason");
}

static char *hex8(const uint8_t *bytes)
{
    GString *out = g_string_new(NULL);
    for (int i = 0; i < 8; i++)
        g_string_append_printf(out, "%02x", bytes[i]);
    return g_string_free(out, FALSE);
}

gboolean sp_rpm_reader_learn(SpRpmReader *reader, GBytes *public_key, GError **error)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(public_key, &size);
    g_autofree char *armor = g_strndup(data, size);
    uint8_t *packets = NULL;
    size_t length = 0;
    rpmPubkey key = NULL;
    if (pgpParsePkts(armor, &packets, &length) == PGPARMOR_PUBKEY)
        key = rpmPubkeyNew(packets, length);
    gboolean good = key != NULL && rpmKeyringAddKey(reader->keyring, key) >= 0;
    if (good)
        g_hash_table_add(reader->key_ids, hex8(pgpDigParamsSignID(rpmPubkeyPgpDigParams(key))));
    rpmPubkeyFree(key);
    free(packets);
    return good ||
           sp_throw(error, SP_ERROR_INPUT, "the public key is not one that librpm can read");
}

SpRpmReader *sp_rpm_reader_new(void)
{
    SpRpmReader *reader = g_new0(SpRpmReader, 1);
    reader->said = g_string_new(NULL);
    reader->key_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader->closure = sp_rpm_closure_new();
    reader->budget = (SpRpmBudget)SP_RPM_BUDGET;
    (void)rpmInitCrypto();
    reader->ts = rpmtsCreate();
    /* librpm, said once: digests of header and payload must be there and right. */
    rpmtsSetVSFlags(reader->ts, RPMVSF_DEFAULT);
    rpmtsSetVfyFlags(reader->ts, RPMVSF_DEFAULT);
    rpmtsSetVfyLevel(reader->ts, RPMSIG_DIGEST_TYPE);
    rpmlogSetCallback(capture, reader->said);
    /* An explicit keyring, if an empty one: or rpmts would open the rpm database of this machine.
     */
    reader->keyring = rpmKeyringNew();
    rpmtsSetKeyring(reader->ts, reader->keyring);
    return reader;
}

void sp_rpm_reader_free(SpRpmReader *reader)
{
    if (reader == NULL)
        return;
    rpmlogSetCallback(NULL, NULL);
    rpmtsFree(reader->ts);
    g_string_free(reader->said, TRUE);
    rpmKeyringFree(reader->keyring);
    g_hash_table_unref(reader->key_ids);
    sp_rpm_closure_free(reader->closure);
    g_free(reader);
}

static char *tag_string(Header h, rpmTagVal tag)
{
    const char *value = h != NULL ? headerGetString(h, tag) : NULL;
    return g_strdup(value != NULL ? value : "");
}

static GStrv depends_of(Header h)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    rpmds ds = rpmdsNew(h, RPMTAG_REQUIRENAME, 0);
    while (rpmdsNext(ds) >= 0)
        g_ptr_array_add(list, g_strdup(rpmdsDNEVR(ds) + 2)); /* after the letter and the blank */
    rpmdsFree(ds);
    g_ptr_array_add(list, NULL);
    return (GStrv)g_ptr_array_steal(list, NULL);
}

static void list_files(Header h, GPtrArray *files)
{
    rpmfiles all = rpmfilesNew(NULL, h, RPMTAG_BASENAMES, RPMFI_NOHEADER);
    for (int i = 0, count = (int)rpmfilesFC(all); i < count; i++) {
        char *path = rpmfilesFN(all, i);
        const char *relative = path + strspn(path, "/");
        gboolean is_dir = S_ISDIR(rpmfilesFMode(all, i));
        SpEntry *entry = sp_tree_add_dir(files, relative, rpmfilesFMode(all, i) & 07777);
        entry->is_dir = is_dir;
        free(path);
    }
    rpmfilesFree(all);
}

/* The byte after the packet's header, which is of the old or the new form (RFC 4880 4.2). */
static guint packet_version(const guint8 *packet, gsize size)
{
    static const gsize old_lengths[] = {1, 2, 4, 0};
    gsize header = 0;
    if (size > 6 && (packet[0] & 0xc0) == 0x80)
        header = 1 + old_lengths[packet[0] & 3];
    else if (size > 6)
        header = packet[1] < 192 ? 2 : packet[1] == 255 ? 6 : 3;
    return header != 0 ? packet[header] : 0;
}

/* The signature tag is parsed here for who and how; whether it is right is rpmVerifySignatures'. */
static void describe_signature(Header h, SpSignature *signature)
{
    struct rpmtd_s td;
    static const rpmTagVal tags[] = {RPMTAG_RSAHEADER, RPMTAG_DSAHEADER, RPMTAG_SIGPGP,
                                     RPMTAG_SIGGPG};
    for (gsize i = 0; i < G_N_ELEMENTS(tags); i++) {
        if (!headerGet(h, tags[i], &td, HEADERGET_MINMEM))
            continue;
        pgpDigParams params = NULL;
        if (pgpPrtParams(td.data, td.count, PGPTAG_SIGNATURE, &params) == 0) {
            g_free(signature->key_id);
            signature->key_id = hex8(pgpDigParamsSignID(params));
            g_free(signature->algorithm);
            signature->algorithm = g_strdup_printf(
                "%s/%s",
                pgpValString(PGPVAL_PUBKEYALGO,
                             (uint8_t)pgpDigParamsAlgo(params, PGPVAL_PUBKEYALGO)),
                pgpValString(PGPVAL_HASHALGO, (uint8_t)pgpDigParamsAlgo(params, PGPVAL_HASHALGO)));
            signature->version = packet_version(td.data, td.count);
            signature->made = pgpDigParamsCreationTime(params);
            signature->state = SP_SIG_BAD; /* until verified */
        }
        pgpDigParamsFree(params);
        rpmtdFreeData(&td);
        if (signature->state != SP_SIG_NONE)
            return;
    }
}

/* librpm reads from descriptors only, and to their end. A pipe, filled by a thread, hands it the
 * bytes without a copy of the whole. */
typedef struct {
    GBytes *rpm;
    int to;
    GThread *thread;
    FD_t fd;
} Feed;

static gpointer pour(gpointer data)
{
    Feed *feed = data;
    sigset_t pipe_signal;
    (void)sigemptyset(&pipe_signal);
    (void)sigaddset(&pipe_signal, SIGPIPE); /* librpm may have read enough */
    (void)pthread_sigmask(SIG_BLOCK, &pipe_signal, NULL);
    gsize size = 0;
    const char *at = g_bytes_get_data(feed->rpm, &size);
    while (size > 0) {
        ssize_t n = write(feed->to, at, size);
        if (n < 0 && errno != EINTR)
            break;
        at += MAX(n, 0);
        size -= (gsize)MAX(n, 0);
    }
    sp_close_quietly(&feed->to);
    return NULL;
}

static gboolean begin(SpRpmReader *reader, Feed *feed, GBytes *rpm)
{
    int ends[2] = {-1, -1};
    *feed = (Feed){.rpm = rpm, .to = -1};
    if (pipe2(ends, O_CLOEXEC) == 0) {
        feed->to = ends[1];
        feed->fd = fdDup(ends[0]);
        sp_close_quietly(&ends[0]);
    }
    if (feed->fd != NULL)
        feed->thread = g_thread_try_new("rpm", pour, feed, NULL);
    reader->failed = reader->failed || feed->thread == NULL;
    return feed->thread != NULL;
}

static void end(Feed *feed)
{
    if (feed->fd != NULL)
        (void)Fclose(feed->fd);
    if (feed->thread != NULL)
        (void)g_thread_join(feed->thread);
    sp_close_quietly(&feed->to);
}

/* rpmVerifySignatures says what it found only in words: "digests SIGNATURES NOT OK". Asking it
 * twice, once without signatures, keeps us from reading words for the verdict. */
static gboolean verify(SpRpmReader *reader, GBytes *rpm, int level, rpmVSFlags flags)
{
    g_string_truncate(reader->said, 0);
    rpmtsSetVfyLevel(reader->ts, level);
    rpmtsSetVfyFlags(reader->ts, flags);
    Feed feed;
    struct rpmQVKArguments_s unused = {0}; /* said to be unused, but NULL is a failure */
    gboolean good = begin(reader, &feed, rpm) &&
                    rpmVerifySignatures(&unused, reader->ts, feed.fd, "package") == 0;
    end(&feed);
    return good;
}

static void judge(SpRpmReader *reader, GBytes *rpm, SpPackage *package)
{
    package->digests_good = verify(reader, rpm, RPMSIG_DIGEST_TYPE, RPMVSF_MASK_NOSIGNATURES);
    if (!package->digests_good) {
        g_free(package->problem);
        package->problem = quoted(reader);
    }
    SpSignature *signature = package->signature;
    if (signature->state == SP_SIG_NONE)
        return;
    if (verify(reader, rpm, RPMSIG_DIGEST_TYPE | RPMSIG_SIGNATURE_TYPE, RPMVSF_DEFAULT)) {
        signature->state = SP_SIG_GOOD;
        return;
    }
    /* The signature says which key it wants; librpm calls one it has not got "NOT OK" as well. */
    signature->state =
        g_hash_table_contains(reader->key_ids, signature->key_id) ? SP_SIG_BAD : SP_SIG_NO_KEY;
    if (package->digests_good) {
        g_free(package->problem);
        package->problem = quoted(reader);
    }
}

static void note(SpPackage *package, char *problem)
{
    g_free(package->problem);
    package->problem = problem;
    package->digests_good = FALSE;
}

/* librpm would take up to 256 MiB for one. */
static gboolean spend_header(SpRpmReader *reader, const char *name, GBytes *rpm, GError **error)
{
    SpRpmSlices at;
    if (!sp_rpm_slices(name, rpm, &at, error))
        return FALSE;
    if (at.payload > HEADER_MAX)
        return sp_throw(error, SP_ERROR_INPUT, "its headers have more than 8 MiB");
    reader->budget.headers -= (gint64)at.payload;
    return reader->budget.headers >= 0 ||
           sp_throw(error, SP_ERROR_INPUT,
                    "the headers of this image's RPMs have more bytes than they may");
}

static void describe(Header h, SpPackage *package)
{
    package->signature = sp_signature_new(SP_SIG_NONE);
    package->name = tag_string(h, RPMTAG_NAME);
    package->version = tag_string(h, RPMTAG_VERSION);
    package->release = tag_string(h, RPMTAG_RELEASE);
    package->arch = tag_string(h, RPMTAG_ARCH);
    package->vendor = tag_string(h, RPMTAG_VENDOR);
    package->compressor = tag_string(h, RPMTAG_PAYLOADCOMPRESSOR);
    package->readable = h != NULL;
    if (package->readable && package->compressor[0] == '\0') {
        g_free(package->compressor); /* none is said where there was no other */
        package->compressor = g_strdup("gzip");
    }
}

/* Parses without checking: an RPM that was tampered with is to be described, not refused. */
static void read_header(SpRpmReader *reader, GBytes *rpm, SpPackage *package)
{
    Header h = NULL;
    g_string_truncate(reader->said, 0);
    rpmtsSetVSFlags(reader->ts, RPMVSF_MASK_NODIGESTS | RPMVSF_MASK_NOSIGNATURES);
    Feed feed;
    rpmRC rc = begin(reader, &feed, rpm)
                   ? rpmReadPackageFile(reader->ts, feed.fd, package->file, &h)
                   : RPMRC_FAIL;
    end(&feed);
    describe(h, package);
    sp_rpm_closure_add(reader->closure, h);
    if (h == NULL) {
        note(package, rc == RPMRC_NOTFOUND ? g_strdup("not an RPM") : quoted(reader));
        return;
    }
    package->size = (gint64)headerGetNumber(h, RPMTAG_LONGSIZE);
    package->is_source = headerIsSource(h);
    package->depends = depends_of(h);
    list_files(h, package->files);
    describe_signature(h, package->signature);
    sp_rpm_traits(h, rpm, package);
    headerFree(h);
    judge(reader, rpm, package);
}

SpPackage *sp_rpm_describe(SpRpmReader *reader, const char *name, GBytes *rpm, GError **error)
{
    g_autoptr(SpPackage) package = sp_package_new(name);
    g_autoptr(GError) cause = NULL;
    reader->failed = FALSE;
    if (!spend_header(reader, name, rpm, &cause)) {
        describe(NULL, package);
        sp_rpm_closure_add(reader->closure, NULL);
        note(package, g_strdup(cause->message));
        return g_steal_pointer(&package);
    }
    read_header(reader, rpm, package);
    if (!reader->failed)
        return g_steal_pointer(&package);
    sp_throw(error, SP_ERROR_SYSTEM, "cannot read '%s': no pipe or thread to be had", name);
    return NULL;
}

void sp_rpm_unpack(SpRpmReader *reader, GBytes *rpm, SpPackage *package)
{
    g_autoptr(GError) cause = NULL;
    g_ptr_array_set_size(package->files, 0);
    if (package->digests_good &&
        !sp_rpm_read_payload(rpm, package->file, &reader->budget, package->files, &cause))
        note(package, g_strdup(cause->message));
}

void sp_rpm_reader_allow(SpRpmReader *reader, gint64 headers)
{
    reader->budget.headers = MAX(reader->budget.headers, headers);
}

gboolean sp_rpm_reader_provide(SpRpmReader *reader, const char *capability)
{
    return sp_rpm_closure_provide(reader->closure, capability);
}

void sp_rpm_reader_promise(SpRpmReader *reader, const char *requirement)
{
    sp_rpm_closure_promise(reader->closure, requirement);
}

void sp_rpm_resolve(SpRpmReader *reader, const GPtrArray *packages)
{
    sp_rpm_closure_resolve(reader->closure, packages);
}
