/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_signature_out.h"
#include "rpm_numbers.h"
#include "rpm_slices.h"
#include "rpm_tags.h"
#include "sha256.h"

#include <stdlib.h>
#include <string.h>

/* Zeros that make room for signatures, so that adding them moves nothing behind: what rpm 4.18
 * leaves. */
#define ROOM 4128
/* Of a tag in a header's index. */
#define INDEX_ENTRY 16

static const guint8 header_magic[] = {0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0};

GBytes *sp_rpm_header_bytes(Header header, rpmTagVal region)
{
    Header whole = headerReload(header, region);
    unsigned int size = 0;
    void *data = whole != NULL ? headerExport(whole, &size) : NULL;
    if (data == NULL)
        g_error("librpm does not write a header");
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, header_magic, sizeof(header_magic));
    g_byte_array_append(out, data, size);
    free(data);
    headerFree(whole);
    return g_byte_array_free_to_bytes(out);
}

static void append(GByteArray *out, GBytes *bytes)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(bytes, &size);
    g_byte_array_append(out, data, (guint)size);
}

/* The header behind it starts at a multiple of eight. */
static void append_signature(GByteArray *out, GBytes *signature)
{
    static const guint8 zeros[8];
    append(out, signature);
    g_byte_array_append(out, zeros, (8 - out->len % 8) % 8);
}

static void append_lead(GByteArray *out, const char *name)
{
    /* magic, version 3.0, type: binary, architecture 1, then the name */
    guint8 lead[96] = {0xed, 0xab, 0xee, 0xdb, 3, 0, 0, 0, 0, 1};
    g_strlcpy((char *)lead + 10, name, 66);
    lead[77] = 1; /* system: Linux */
    lead[79] = 5; /* the signature is a header */
    g_byte_array_append(out, lead, sizeof(lead));
}

static void put_text(Header signature, int tag, GChecksumType type, GBytes *header)
{
    g_autofree char *digest = g_compute_checksum_for_bytes(type, header);
    sp_rpm_put(signature, (rpmTagVal)tag, RPM_STRING_TYPE, digest, 1);
}

static void put_room(Header signature, gsize room)
{
    g_autofree guint8 *zeros = g_malloc0(room);
    sp_rpm_put(signature, (rpmTagVal)RPMSIGTAG_RESERVEDSPACE, RPM_BIN_TYPE, zeros, (guint)room);
}

static GBytes *digests(GBytes *header, const SpPayload *payload)
{
    Header signature = headerNew();
    put_text(signature, RPMSIGTAG_SHA1, G_CHECKSUM_SHA1, header);
    put_text(signature, RPMSIGTAG_SHA256, G_CHECKSUM_SHA256, header);
    g_autoptr(GChecksum) md5 = g_checksum_new(G_CHECKSUM_MD5);
    GBytes *const parts[] = {header, payload->gzip};
    guint32 size = 0, unpacked = (guint32)payload->size;
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        gsize length = 0;
        const guchar *data = g_bytes_get_data(parts[i], &length);
        g_checksum_update(md5, data, (gssize)length);
        size += (guint32)length;
    }
    guint8 digest[16];
    gsize length = sizeof(digest);
    g_checksum_get_digest(md5, digest, &length);
    sp_rpm_put(signature, (rpmTagVal)RPMSIGTAG_SIZE, RPM_INT32_TYPE, &size, 1);
    sp_rpm_put(signature, (rpmTagVal)RPMSIGTAG_MD5, RPM_BIN_TYPE, digest, sizeof(digest));
    sp_rpm_put(signature, (rpmTagVal)RPMSIGTAG_PAYLOADSIZE, RPM_INT32_TYPE, &unpacked, 1);
    put_room(signature, ROOM);
    return sp_rpm_header_bytes(signature, RPMTAG_HEADERSIGNATURES);
}

GBytes *sp_rpm_assemble(const char *name, GBytes *header, const SpPayload *payload)
{
    g_autoptr(GBytes) signature = digests(header, payload);
    GByteArray *out = g_byte_array_new();
    append_lead(out, name);
    append_signature(out, signature);
    append(out, header);
    append(out, payload->gzip);
    return g_byte_array_free_to_bytes(out);
}

/* Which of those in a signature header stay: what is no signature, and no room for one. */
static gboolean stays(rpmTagVal tag)
{
    static const int gone[] = {RPMTAG_HEADERSIGNATURES, RPMSIGTAG_DSA,  RPMSIGTAG_RSA,
                               RPMSIGTAG_PGP,           RPMSIGTAG_PGP5, RPMSIGTAG_GPG,
                               RPMSIGTAG_RESERVEDSPACE, SP_TAG_OPENPGP};
    for (gsize i = 0; i < G_N_ELEMENTS(gone); i++)
        if (gone[i] == (int)tag)
            return FALSE;
    return TRUE;
}

/* A copy of those tags. NULL: librpm cannot read it. */
static Header kept(const guint8 *data, gsize size)
{
    /* librpm may write into what it imports. */
    Header old = headerImport((void *)(gpointer)data, (unsigned int)size, HEADERIMPORT_COPY);
    if (old == NULL)
        return NULL;
    Header copy = headerNew();
    HeaderIterator walk = headerInitIterator(old);
    struct rpmtd_s value;
    while (headerNext(walk, &value)) {
        if (stays(rpmtdTag(&value)))
            (void)headerPut(copy, &value, HEADERPUT_DEFAULT);
        rpmtdFreeData(&value);
    }
    headerFreeIterator(walk);
    headerFree(old);
    return copy;
}

static void put_packet(Header signature, int tag, GBytes *packet)
{
    gsize size = 0;
    gconstpointer data = g_bytes_get_data(packet, &size);
    sp_rpm_put(signature, (rpmTagVal)tag, RPM_BIN_TYPE, data, (guint)size);
}

GBytes *sp_rpm_signed_front(const char *name, GBytes *rpm, GBytes *const packets[2], GError **error)
{
    SpRpmSlices at;
    if (!sp_rpm_slices(name, rpm, &at, error))
        return NULL;
    const guint8 *data = g_bytes_get_data(rpm, NULL);
    gsize intro = sizeof(header_magic), size = at.signature_end - at.signature;
    Header signature = kept(data + at.signature + intro, size - intro);
    if (signature == NULL) {
        sp_throw(error, SP_ERROR_INPUT, "cannot sign '%s': its signature header is not whole",
                 name);
        return NULL;
    }
    put_packet(signature, RPMSIGTAG_RSA, packets[0]);
    put_packet(signature, RPMSIGTAG_PGP, packets[1]);
    g_autoptr(GBytes) tight = sp_rpm_header_bytes(headerCopy(signature), RPMTAG_HEADERSIGNATURES);
    gsize needed = g_bytes_get_size(tight) + INDEX_ENTRY;
    if (needed < size)
        put_room(signature, size - needed);
    g_autoptr(GBytes) whole = sp_rpm_header_bytes(signature, RPMTAG_HEADERSIGNATURES);
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, data, (guint)at.signature);
    append_signature(out, whole);
    return g_byte_array_free_to_bytes(out);
}
