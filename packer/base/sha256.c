/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sha256.h"
#include "fileio.h"

#include <nettle/sha2.h>

struct SpSha256 {
    struct sha256_ctx state;
};

SpSha256 *sp_sha256_new(void)
{
    SpSha256 *digest = g_new(SpSha256, 1);
    sha256_init(&digest->state);
    return digest;
}

void sp_sha256_free(SpSha256 *digest)
{
    g_free(digest);
}

void sp_sha256_add(SpSha256 *digest, const void *data, gsize size)
{
    sha256_update(&digest->state, size, data);
}

char *sp_hex(const guint8 *bytes, gsize size)
{
    GString *hex = g_string_sized_new(2 * size);
    for (gsize i = 0; i < size; i++)
        g_string_append_printf(hex, "%02x", bytes[i]);
    return g_string_free(hex, FALSE);
}

char *sp_sha256_end(SpSha256 *digest)
{
    guint8 bytes[SHA256_DIGEST_SIZE];
    sha256_digest(&digest->state, sizeof(bytes), bytes);
    return sp_hex(bytes, sizeof(bytes));
}

char *sp_sha256_data(const void *data, gsize size)
{
    g_autoptr(SpSha256) digest = sp_sha256_new();
    sp_sha256_add(digest, data, size);
    return sp_sha256_end(digest);
}

void sp_sha256_add_bytes(SpSha256 *digest, GBytes *bytes)
{
    const void *data = NULL;
    gsize at = 0;
    for (gsize n; (n = sp_piece(bytes, at, &data)) > 0; at += n)
        sp_sha256_add(digest, data, n);
}

char *sp_sha256(GBytes *bytes)
{
    g_autoptr(SpSha256) digest = sp_sha256_new();
    sp_sha256_add_bytes(digest, bytes);
    return sp_sha256_end(digest);
}
