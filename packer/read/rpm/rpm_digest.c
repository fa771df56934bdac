/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_digest.h"
#include "fileio.h"
#include "rpm_numbers.h"
#include "rpm_slices.h"
#include "rpm_traits.h"
#include "sha256.h"

#include <rpm/header.h>
#include <rpm/rpmtag.h>
#include <rpm/rpmtd.h>
#include <string.h>

#define BLOCK ((gsize)64 << 10) /* stays in the processor's cache from one digest to the next */

/* What the RPM bears; NULL where it does not. */
typedef struct {
    SpRpmSlices at;
    char *md5;    /* of header and payload */
    char *sha256; /* of the payload */
} Borne;

static void clear_borne(Borne *borne)
{
    g_free(borne->md5);
    g_free(borne->sha256);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Borne, clear_borne)

/* 0 or 1; of two by the same number, which librpm takes is its own affair: 2 or more. */
static guint count(Header h, rpmTagVal tag)
{
    guint found = 0;
    struct rpmtd_s td;
    HeaderIterator walk = headerInitIterator(h);
    while (headerNext(walk, &td)) {
        found += rpmtdTag(&td) == tag;
        rpmtdFreeData(&td);
    }
    headerFreeIterator(walk);
    return found;
}

static char *md5_of(Header signature)
{
    struct rpmtd_s td;
    if (!headerGet(signature, (rpmTagVal)RPMSIGTAG_MD5, &td, HEADERGET_MINMEM))
        return NULL;
    char *hex = sp_hex(td.data, rpmtdType(&td) == RPM_BIN_TYPE ? td.count : 0);
    rpmtdFreeData(&td);
    return hex;
}

static char *payload_of(Header header)
{
    struct rpmtd_s td;
    if (!headerGet(header, (rpmTagVal)SP_TAG_PAYLOAD_DIGEST, &td, HEADERGET_MINMEM))
        return NULL;
    gboolean usual = rpmtdType(&td) == RPM_STRING_ARRAY_TYPE && rpmtdCount(&td) == 1;
    const char *hex = usual ? rpmtdNextString(&td) : NULL;
    char *text = g_strdup(hex != NULL ? hex : "");
    rpmtdFreeData(&td);
    return text;
}

/* FALSE: librpm has more to say than whether two digests are right. MD5 alone is nothing that a
 * signature of the header covers, which librpm refuses. */
static gboolean read_tags(Header signature, Header header, Borne *borne)
{
    static const int covering[] = {RPMSIGTAG_PGP, RPMSIGTAG_PGP5, RPMSIGTAG_GPG};
    for (gsize i = 0; i < G_N_ELEMENTS(covering); i++)
        if (count(signature, (rpmTagVal)covering[i]) > 0)
            return FALSE;
    if (count(signature, (rpmTagVal)RPMSIGTAG_MD5) > 1 ||
        count(header, (rpmTagVal)SP_TAG_PAYLOAD_DIGEST) > 1)
        return FALSE;
    borne->md5 = md5_of(signature);
    borne->sha256 = payload_of(header);
    return borne->sha256 != NULL;
}

static gboolean read_borne(GBytes *rpm, Borne *borne)
{
    if (!sp_rpm_slices("", rpm, &borne->at, NULL))
        return FALSE;
    Header signature = sp_rpm_header(rpm, borne->at.signature, borne->at.signature_end);
    Header header = sp_rpm_header(rpm, borne->at.header, borne->at.payload);
    gboolean comparable =
        signature != NULL && header != NULL && read_tags(signature, header, borne);
    headerFree(signature);
    headerFree(header);
    return comparable;
}

/* How much of `n` bytes at `at` lies before `start`. */
static gsize before(gsize start, gsize at, gsize n)
{
    return start > at ? MIN(start - at, n) : 0;
}

char *sp_rpm_digest(GBytes *rpm, gboolean *payload)
{
    g_auto(Borne) borne = {0};
    gboolean comparable = read_borne(rpm, &borne);
    g_autoptr(SpSha256) whole = sp_sha256_new();
    g_autoptr(SpSha256) sha256 = comparable ? sp_sha256_new() : NULL;
    g_autoptr(GChecksum) md5 =
        comparable && borne.md5 != NULL ? g_checksum_new(G_CHECKSUM_MD5) : NULL;
    const void *data = NULL;
    gsize at = 0;
    for (gsize n; (n = sp_piece(rpm, at, &data)) > 0; at += n) {
        for (gsize done = 0, block; done < n; done += block) {
            const guint8 *here = (const guint8 *)data + done;
            block = MIN(BLOCK, n - done);
            sp_sha256_add(whole, here, block);
            gsize other = before(borne.at.payload, at + done, block);
            if (sha256 != NULL)
                sp_sha256_add(sha256, here + other, block - other);
            other = before(borne.at.header, at + done, block);
            if (md5 != NULL)
                g_checksum_update(md5, here + other, (gssize)(block - other));
        }
    }
    g_autofree char *found = sha256 != NULL ? sp_sha256_end(sha256) : NULL;
    *payload = comparable && (sha256 == NULL || strcmp(found, borne.sha256) == 0) &&
               (md5 == NULL || strcmp(g_checksum_get_string(md5), borne.md5) == 0);
    return sp_sha256_end(whole);
}
