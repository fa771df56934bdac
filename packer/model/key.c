/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "key.h"

SpKey *sp_key_new(void)
{
    SpKey *key = g_new0(SpKey, 1);
    key->fingerprint = g_strdup("");
    key->owner = g_strdup("");
    key->algorithm = g_strdup("");
    return key;
}

void sp_key_free(SpKey *key)
{
    if (key == NULL)
        return;
    g_free(key->fingerprint);
    g_free(key->owner);
    g_free(key->algorithm);
    g_clear_pointer(&key->armor, g_bytes_unref);
    g_free(key);
}

static void free_item(gpointer key)
{
    sp_key_free(key);
}

GPtrArray *sp_keys_new(void)
{
    return g_ptr_array_new_with_free_func(free_item);
}

const SpKey *sp_keys_find(const GPtrArray *keys, const char *fingerprint)
{
    for (guint i = 0; i < keys->len; i++) {
        const SpKey *key = keys->pdata[i];
        if (g_ascii_strcasecmp(key->fingerprint, fingerprint) == 0)
            return key;
    }
    return NULL;
}
