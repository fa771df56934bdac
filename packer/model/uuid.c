/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "uuid.h"

#include <string.h>

/* Drawn once at random; changing it would change the identity of every pack ever built. */
static const guint8 namespace_bytes[16] = {0xd9, 0x25, 0xb8, 0x4e, 0x03, 0xd2, 0x4e, 0x3a,
                                           0x80, 0xa1, 0xc6, 0x5b, 0xf1, 0xfc, 0xaf, 0x3a};

char *sp_uuid_derive(const char *originator, const char *label, const char *version)
{
    g_autofree char *name = g_strdup_printf("%s:%s:%s", originator, label, version);
    g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sha1, namespace_bytes, sizeof(namespace_bytes));
    g_checksum_update(sha1, (const guchar *)name, (gssize)strlen(name));
    guint8 b[20];
    gsize size = sizeof(b);
    g_checksum_get_digest(sha1, b, &size);
    b[6] = (guint8)((b[6] & 0x0f) | 0x50);
    b[8] = (guint8)((b[8] & 0x3f) | 0x80);
    return g_strdup_printf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                           b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
                           b[12], b[13], b[14], b[15]);
}

gboolean sp_uuid_is_valid(const char *text)
{
    gboolean zero = TRUE;
    for (gsize i = 0; i < 36; i++) {
        gboolean dash = i == 8 || i == 13 || i == 18 || i == 23;
        char c = text[i];
        if (dash ? c != '-' : !(g_ascii_isdigit(c) || (c >= 'a' && c <= 'f')))
            return FALSE;
        zero = zero && (dash || c == '0');
    }
    return text[36] == '\0' && !zero;
}
