/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "key_packets.h"

#include <string.h>

#define KEY_ID   8
#define KEYS_MAX 64 /* each is looked for among all */

enum { SIGNATURE = 2, PUBLIC_KEY = 6, USER_ID = 13, PUBLIC_SUBKEY = 14, USER_ATTRIBUTE = 17 };

typedef struct {
    const guint8 *at;
    gsize left;
} Span;

static gboolean take(Span *from, gsize size, Span *out)
{
    if (size > from->left)
        return FALSE;
    *out = (Span){from->at, size};
    from->at += size;
    from->left -= size;
    return TRUE;
}

/* A big-endian number of `size` bytes. */
static gboolean number(Span *from, gsize size, gsize *value)
{
    Span digits;
    if (!take(from, size, &digits))
        return FALSE;
    *value = 0;
    for (gsize i = 0; i < size; i++)
        *value = *value << 8 | digits.at[i];
    return TRUE;
}

/* Lengths of the new form; keys have none that are open at their end. */
static gboolean new_length(Span *from, gsize *length)
{
    gsize first = 0, second = 0;
    if (!number(from, 1, &first))
        return FALSE;
    *length = first;
    if (first < 192)
        return TRUE;
    if (first == 255)
        return number(from, 4, length);
    *length = (first - 192) << 8;
    if (first >= 224 || !number(from, 1, &second))
        return FALSE;
    *length += second + 192;
    return TRUE;
}

static gboolean next_packet(Span *from, guint *tag, Span *body)
{
    gsize head = 0, length = 0;
    if (!number(from, 1, &head) || (head & 0x80) == 0)
        return FALSE;
    gboolean is_new = (head & 0x40) != 0;
    *tag = is_new ? head & 0x3f : head >> 2 & 0x0f;
    gboolean known = is_new ? new_length(from, &length)
                            : (head & 3) != 3 && number(from, (gsize)1 << (head & 3), &length);
    return known && take(from, length, body);
}

/* Of the subpackets the issuer, as a key id or at the end of a fingerprint. */
static gboolean names_issuer(Span area, const guint8 *key_id)
{
    gsize length = 0;
    Span one;
    while (new_length(&area, &length) && take(&area, length, &one))
        if (one.left > KEY_ID && ((one.at[0] & 0x7f) == 16 || (one.at[0] & 0x7f) == 33) &&
            memcmp(one.at + one.left - KEY_ID, key_id, KEY_ID) == 0)
            return TRUE;
    return FALSE;
}

/* RFC 4880 12.2: the end of the SHA-1 of the packet, which has this head then. */
static gboolean key_id_of(Span key, guint8 *key_id)
{
    guint8 head[3] = {0x99, (guint8)(key.left >> 8), (guint8)key.left}, digest[20];
    gsize size = sizeof(digest);
    if (key.left == 0 || key.left > G_MAXUINT16 || key.at[0] != 4)
        return FALSE;
    g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sha1, head, sizeof(head));
    g_checksum_update(sha1, key.at, (gssize)key.left);
    g_checksum_get_digest(sha1, digest, &size);
    memcpy(key_id, digest + sizeof(digest) - KEY_ID, KEY_ID);
    return TRUE;
}

typedef struct {
    gboolean strong; /* a certification by the key itself with SHA-2 */
    gboolean revoked;
} UserId;

static void note(UserId *user, Span signature, const guint8 *key_id)
{
    gsize version = 0, type = 0, algorithm = 0, digest = 0, length = 0;
    Span hashed, unhashed;
    if (!number(&signature, 1, &version) || version != 4 || !number(&signature, 1, &type) ||
        !number(&signature, 1, &algorithm) || !number(&signature, 1, &digest) ||
        !number(&signature, 2, &length) || !take(&signature, length, &hashed) ||
        !number(&signature, 2, &length) || !take(&signature, length, &unhashed) ||
        !(names_issuer(hashed, key_id) || names_issuer(unhashed, key_id)))
        return;
    user->strong = user->strong || (type >= 0x10 && type <= 0x13 && digest >= 8 && digest <= 11);
    user->revoked = user->revoked || type == 0x30;
}

gboolean sp_key_packets_are_strong(GBytes *packets)
{
    Span all, body;
    guint8 key_id[KEY_ID];
    guint tag = 0;
    UserId user = {0};
    gboolean strong = FALSE, in_user = FALSE;
    all.at = g_bytes_get_data(packets, &all.left);
    if (!next_packet(&all, &tag, &body) || tag != PUBLIC_KEY || !key_id_of(body, key_id))
        return FALSE;
    while (next_packet(&all, &tag, &body)) {
        if (tag == SIGNATURE && in_user) {
            note(&user, body, key_id);
        } else if (tag == USER_ID || tag == USER_ATTRIBUTE || tag == PUBLIC_SUBKEY) {
            strong = strong || (user.strong && !user.revoked);
            user = (UserId){0};
            in_user = tag == USER_ID;
        }
    }
    return strong || (user.strong && !user.revoked);
}

gboolean sp_packets_are_signatures(GBytes *packets)
{
    static const char digests[] = {2, 3, 8, 9, 10, 11}; /* SHA-1, RIPEMD-160, SHA-2 */
    Span all, body;
    guint tag = 0;
    all.at = g_bytes_get_data(packets, &all.left);
    while (all.left > 0)
        if (!next_packet(&all, &tag, &body) || tag != SIGNATURE || body.left < 4 ||
            body.at[0] != 4 || body.at[1] != 0 ||
            memchr(digests, body.at[3], sizeof(digests)) == NULL)
            return FALSE;
    return TRUE;
}

gboolean sp_packets_are_keys(GBytes *packets)
{
    static const char tags[] = {SIGNATURE, PUBLIC_KEY, USER_ID, PUBLIC_SUBKEY, USER_ATTRIBUTE};
    Span all, body;
    guint tag = 0;
    all.at = g_bytes_get_data(packets, &all.left);
    while (all.left > 0)
        if (!next_packet(&all, &tag, &body) || memchr(tags, (int)tag, sizeof(tags)) == NULL)
            return FALSE;
    return TRUE;
}

static gboolean has_key(Span all, Span key)
{
    guint tag = 0;
    Span body;
    while (next_packet(&all, &tag, &body))
        if ((tag == PUBLIC_KEY || tag == PUBLIC_SUBKEY) && body.left == key.left &&
            memcmp(body.at, key.at, key.left) == 0)
            return TRUE;
    return FALSE;
}

gboolean sp_key_packets_are_of(GBytes *packets, GBytes *key)
{
    Span all, known, body;
    guint tag = 0;
    all.at = g_bytes_get_data(packets, &all.left);
    known.at = g_bytes_get_data(key, &known.left);
    for (guint keys = 0; next_packet(&all, &tag, &body);)
        if ((tag == PUBLIC_KEY || tag == PUBLIC_SUBKEY) &&
            (keys++ == KEYS_MAX || !has_key(known, body)))
            return FALSE;
    return TRUE;
}
