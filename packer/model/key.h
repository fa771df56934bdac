/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A public key as gpg describes it. Strings are never NULL. */
#pragma once
#include <glib.h>

typedef struct {
    char *fingerprint; /* of the primary key, upper case */
    char *owner;       /* its first user id */
    char *algorithm;   /* of the primary key: "RSA" */
    guint bits;
    gint64 expires;      /* seconds; 0 = never */
    gboolean is_dead;    /* expired, revoked or invalid already */
    gboolean can_sign;   /* the primary key itself */
    gboolean has_signer; /* a subkey that can sign */
    gboolean is_weak;    /* no user id is bound with SHA-2: key_packets.h */
    gboolean is_demo;    /* the one that ci/pack makes */
    GBytes *armor;       /* the key by itself */
} SpKey;

/* In a user id of the key that ci/pack makes for trying out. The domain is nobody's (RFC 2606). */
#define SP_KEY_DEMO "<demo@invalid>"

/* All strings empty. */
SpKey *sp_key_new(void);
void sp_key_free(SpKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpKey, sp_key_free)
/* An empty list that owns its keys. */
GPtrArray *sp_keys_new(void);
/* NULL when no key of the list has that fingerprint. */
const SpKey *sp_keys_find(const GPtrArray *keys, const char *fingerprint);
