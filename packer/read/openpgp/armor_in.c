/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "armor_in.h"
#include "key_packets.h"

#include <string.h>

#define LINE_MAX_LENGTH 76
#define ARMOR_MAX       ((gsize)256 * 1024)

/* RFC 4880 section 6.1. */
static guint32 crc24(const guchar *data, gsize size)
{
    guint32 crc = 0xb704ce;
    for (gsize i = 0; i < size; i++) {
        crc ^= (guint32)data[i] << 16;
        for (int bit = 0; bit < 8; bit++) {
            crc <<= 1;
            if ((crc & 0x1000000) != 0)
                crc ^= 0x1864cfb;
        }
    }
    return crc & 0xffffff;
}

/* Decoded, when it is the one way to write those bytes in base64. */
static guchar *decode(const char *text, gsize *size)
{
    g_autofree guchar *data = g_base64_decode(text, size);
    g_autofree char *again = g_base64_encode(data, *size);
    return strcmp(again, text) == 0 ? g_steal_pointer(&data) : NULL;
}

static const char *check_checksum(const char *body, const char *checksum, GBytes **packets)
{
    gsize size = 0, crc_size = 0;
    g_autofree guchar *data = decode(body, &size);
    g_autofree guchar *crc = decode(checksum, &crc_size);
    if (data == NULL || crc == NULL || size == 0 || crc_size != 3)
        return "its base64 text is garbled";
    guint32 said = (guint32)crc[0] << 16 | (guint32)crc[1] << 8 | crc[2];
    if (said != crc24(data, size))
        return "its checksum is wrong";
    *packets = g_bytes_new_take(g_steal_pointer(&data), size);
    return NULL;
}

/* Lines from *at on, joined, up to the checksum line. */
static char *take_body(GStrv lines, guint *at)
{
    GString *body = g_string_new(NULL);
    for (; lines[*at] != NULL && lines[*at][0] != '=' && lines[*at][0] != '-'; (*at)++) {
        if (lines[*at][0] == '\0' || strlen(lines[*at]) > LINE_MAX_LENGTH)
            g_string_append_c(body, '!'); /* no letter of base64 */
        g_string_append(body, lines[*at]);
    }
    return g_string_free(body, FALSE);
}

const char *sp_armor_open(GBytes *text, const char *kind, GBytes **packets)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    if (size > ARMOR_MAX)
        return "it has more than 256 KiB";
    g_autofree char *copy = g_strndup(size > 0 ? data : "", size);
    g_autofree char *begin = g_strdup_printf("-----BEGIN %s-----", kind);
    g_autofree char *end = g_strdup_printf("-----END %s-----", kind);
    if (strlen(copy) != size)
        return "there is a NUL byte in it";
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
        if (g_str_has_suffix(lines[i], "\r"))
            lines[i][strlen(lines[i]) - 1] = '\0';
    guint at = 0;
    if (lines[0] == NULL || strcmp(lines[at++], begin) != 0)
        return "it does not start with its BEGIN line";
    while (lines[at] != NULL && strstr(lines[at], ": ") != NULL)
        at++;
    if (lines[at] == NULL || lines[at++][0] != '\0')
        return "there is no empty line after its BEGIN line";
    g_autofree char *body = take_body(lines, &at);
    const char *checksum = lines[at] != NULL && lines[at][0] == '=' ? lines[at++] + 1 : "";
    if (lines[at] == NULL || strcmp(lines[at++], end) != 0)
        return "it does not end with its END line";
    if (lines[at] == NULL || lines[at][0] != '\0' || lines[at + 1] != NULL)
        return "its END line is not the last";
    return check_checksum(body, checksum, packets);
}

const char *sp_armor_check(GBytes *text, SpArmorKind kind)
{
    static const char *const kinds[] = {"PGP SIGNATURE", "PGP PUBLIC KEY BLOCK"};
    g_autoptr(GBytes) packets = NULL;
    const char *problem = sp_armor_open(text, kinds[kind], &packets);
    if (problem != NULL)
        return problem;
    if (kind == SP_ARMOR_SIGNATURE && !sp_packets_are_signatures(packets))
        return "it holds something other than signatures of a file's bytes";
    if (kind == SP_ARMOR_KEY && !sp_packets_are_keys(packets))
        return "it holds something other than public keys";
    return NULL;
}
