/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The update document (update.xml, and the stamp under /var/update/applied): what xapi knows of a
 * pack. Strings are never NULL, "" = attribute absent. Format: packs.md B.2. */
#pragma once
#include "pack.h"

typedef struct {
    char *label;
    char *version;
    char *uuid;
    char *description;
    char *guidance;
    char *key;     /* base name of the public key file; absent in an unsigned pack and the stamp */
    char *control; /* name of the control package */
    gint64 installation_size; /* bytes */
    gboolean homogeneous;
} SpUpdate;

void sp_update_free(SpUpdate *update);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpUpdate, sp_update_free)

/* `key` is NULL or "" for an unsigned pack. */
SpUpdate *sp_update_from_pack(const SpPack *pack, gint64 installation_size, const char *key);
/* TRUE when all but `key` is the same. */
gboolean sp_update_same(const SpUpdate *a, const SpUpdate *b);
