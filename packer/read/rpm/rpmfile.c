/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpmfile.h"
#include "fileio.h"
#include "rpm_check.h"
#include "rpm_closure.h"
#include "rpm_feed.h"
#include "rpm_traits.h"
#include "rpm_payload.h"
#include "rpm_slices.h"
#include "sha256.h"

#include <rpm/rpmcrypto.h>
#include <rpm/rpmfiles.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmpgp.h>
#include <rpm/rpmts.h>
#include <string.h>
#include <sys/stat.h>

#define HEADER_MAX  ((gsize)8 << 20) /* of one RPM; they have kilobytes */
#define KEY_ID_SIZE 8

struct SpRpmReader {
    rpmts ts;
    rpmKeyring keyring;
    GHashTable *key_ids; /* of the keys in it: char * */
    SpRpmClosure *closure;
    SpRpmBudget budget; /* of all RPMs it reads */
    SpRpmCopier copier;
    GPtrArray *unchecked; /* of SpRpmCheck: described, and not yet checked */
};

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
        g_hash_table_add(reader->key_ids,
                         sp_hex(pgpDigParamsSignID(rpmPubkeyPgpDigParams(key)), KEY_ID_SIZE));
    rpmPubkeyFree(key);
    free(packets);
    return good ||
           sp_throw(error, SP_ERROR_INPUT, "the public key is not one that librpm can read");
}

static void free_check(gpointer data)
{
    SpRpmCheck *check = data;
    g_bytes_unref(check->rpm);
    g_clear_error(&check->error);
    g_free(check);
}

SpRpmReader *sp_rpm_reader_new(void)
{
    SpRpmReader *reader = g_new0(SpRpmReader, 1);
    reader->unchecked = g_ptr_array_new_with_free_func(free_check);
    reader->key_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader->closure = sp_rpm_closure_new();
    reader->budget = (SpRpmBudget)SP_RPM_BUDGET;
    (void)rpmInitCrypto();
    reader->ts = rpmtsCreate();
    /* Parses without checking: an RPM that was tampered with is to be described, not refused. */
    rpmtsSetVSFlags(reader->ts, RPMVSF_MASK_NODIGESTS | RPMVSF_MASK_NOSIGNATURES);
    sp_rpm_words_catch();
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
    sp_rpm_words_release();
    rpmtsFree(reader->ts);
    g_ptr_array_unref(reader->unchecked);
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
            signature->key_id = sp_hex(pgpDigParamsSignID(params), KEY_ID_SIZE);
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

static void note(SpPackage *package, char *problem)
{
    g_free(package->problem);
    package->problem = problem;
    package->digests_good = FALSE;
}

/* librpm would take up to 256 MiB for one. */
static gboolean spend_headers(SpRpmReader *reader, const char *name, GBytes *rpm, gsize *headers,
                              GError **error)
{
    SpRpmSlices at;
    if (!sp_rpm_slices(name, rpm, &at, error))
        return FALSE;
    *headers = at.payload;
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

static gsize text_of(Header h, rpmTagVal tag, GArray *lengths)
{
    struct rpmtd_s td;
    gsize total = 0;
    if (!headerGet(h, tag, &td, HEADERGET_MINMEM))
        return 0;
    for (const char *one = NULL; (one = rpmtdNextString(&td)) != NULL;) {
        gsize length = strlen(one);
        total += length;
        g_array_append_val(lengths, length);
    }
    rpmtdFreeData(&td);
    return total;
}

#define FILE_COST       400 /* what a file takes in memory beside its path, counted from above */
#define DEPENDENCY_COST 400

/* A header of some letters can list a path of megabytes a million times. */
static gint64 cost_of_lists(Header h)
{
    static const rpmTagVal tags[] = {
        RPMTAG_REQUIRENAME,   RPMTAG_PROVIDENAME, RPMTAG_CONFLICTNAME,   RPMTAG_OBSOLETENAME,
        RPMTAG_RECOMMENDNAME, RPMTAG_SUGGESTNAME, RPMTAG_SUPPLEMENTNAME, RPMTAG_ENHANCENAME};
    g_autoptr(GArray) folders = g_array_new(FALSE, FALSE, sizeof(gsize));
    g_autoptr(GArray) names = g_array_new(FALSE, FALSE, sizeof(gsize));
    struct rpmtd_s td;
    (void)text_of(h, RPMTAG_DIRNAMES, folders);
    gsize cost = text_of(h, RPMTAG_BASENAMES, names);
    cost += text_of(h, RPMTAG_OLDFILENAMES, names);
    if (headerGet(h, RPMTAG_DIRINDEXES, &td, HEADERGET_MINMEM)) {
        for (const uint32_t *at = NULL; (at = rpmtdNextUint32(&td)) != NULL;)
            cost += *at < folders->len ? g_array_index(folders, gsize, *at) : 0;
        rpmtdFreeData(&td);
    }
    cost = 3 * cost + (gsize)names->len * FILE_COST;
    for (gsize i = 0; i < G_N_ELEMENTS(tags); i++) {
        if (!headerGet(h, tags[i], &td, HEADERGET_MINMEM))
            continue;
        cost += (gsize)rpmtdCount(&td) * DEPENDENCY_COST;
        rpmtdFreeData(&td);
    }
    return (gint64)MIN(cost, (gsize)G_MAXINT64);
}

/* FALSE: this machine failed, not the package. */
static gboolean read_headers(SpRpmReader *reader, GBytes *rpm, gsize headers, SpPackage *package,
                             GError **error)
{
    Header h = NULL;
    SpRpmFeed feed;
    g_autoptr(GString) words = sp_rpm_words_begin();
    g_autoptr(GBytes) read = g_bytes_new_from_bytes(rpm, 0, headers);
    gboolean fed = sp_rpm_feed_begin(&feed, read, package->file, error);
    rpmRC rc = fed ? rpmReadPackageFile(reader->ts, feed.fd, package->file, &h) : RPMRC_FAIL;
    sp_rpm_feed_end(&feed);
    g_autofree char *said = sp_rpm_words_end(words);
    if (h != NULL && (reader->budget.lists -= cost_of_lists(h)) < 0) {
        h = headerFree(h);
        g_free(said);
        said = g_strdup("the RPMs of this image list more files and dependencies than they may");
    }
    describe(h, package);
    sp_rpm_closure_add(reader->closure, h);
    if (h == NULL) {
        note(package, rc == RPMRC_NOTFOUND ? g_strdup("not an RPM") : g_steal_pointer(&said));
        return fed;
    }
    package->size = (gint64)headerGetNumber(h, RPMTAG_LONGSIZE);
    package->is_source = headerIsSource(h);
    package->depends = depends_of(h);
    list_files(h, package->files);
    describe_signature(h, package->signature);
    sp_rpm_traits(h, rpm, package);
    headerFree(h);
    gsize size = 0;
    const void *data = g_bytes_get_data(rpm, &size);
    sp_map_forget(data, size); /* the kernel mapped more around what was read */
    SpRpmCheck *check = g_new0(SpRpmCheck, 1);
    *check = (SpRpmCheck){package, g_bytes_ref(rpm), headers, NULL};
    g_ptr_array_add(reader->unchecked, check);
    return TRUE;
}

SpPackage *sp_rpm_describe(SpRpmReader *reader, const char *name, GBytes *rpm, GError **error)
{
    g_autoptr(SpPackage) package = sp_package_new(name);
    g_autoptr(GError) cause = NULL;
    gsize headers = 0;
    if (!spend_headers(reader, name, rpm, &headers, &cause)) {
        describe(NULL, package);
        sp_rpm_closure_add(reader->closure, NULL);
        note(package, g_strdup(cause->message));
        return g_steal_pointer(&package);
    }
    return read_headers(reader, rpm, headers, package, error) ? g_steal_pointer(&package) : NULL;
}

void sp_rpm_reader_copy(SpRpmReader *reader, SpRpmCopy copy, gpointer data)
{
    reader->copier = (SpRpmCopier){copy, data};
}

gboolean sp_rpm_check(SpRpmReader *reader, GError **error)
{
    const SpRpmKeys keys = {reader->keyring, reader->key_ids};
    SpRpmCheck *failed = sp_rpm_check_all(&keys, &reader->copier, reader->unchecked);
    gboolean good = failed == NULL;
    if (!good)
        g_propagate_error(error, g_steal_pointer(&failed->error));
    g_ptr_array_set_size(reader->unchecked, 0);
    return good;
}

void sp_rpm_unpack(SpRpmReader *reader, GBytes *rpm, SpPackage *package)
{
    g_autoptr(GError) cause = NULL;
    g_ptr_array_set_size(package->files, 0);
    if (package->digests_good &&
        !sp_rpm_read_payload(rpm, package->file, &reader->budget, package->files, &cause))
        note(package, g_strdup(cause->message));
}

void sp_rpm_reader_allow(SpRpmReader *reader, gint64 size)
{
    gint64 most = MIN(size, G_MAXINT64 / 64);
    reader->budget.headers = MAX(reader->budget.headers, most);
    reader->budget.lists += most;
    reader->budget.steps += most;
    reader->budget.unpacked += 32 * most;
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
    if (sp_rpm_closure_resolve(reader->closure, packages, reader->budget.steps))
        return;
    for (guint i = 0; i < packages->len; i++) {
        SpPackage *package = packages->pdata[i];
        note(package,
             g_strdup("the RPMs beside it provide one name too often to check all of them"));
        package->readable = FALSE;
    }
}
