/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update.h"

#include <string.h>

void sp_update_free(SpUpdate *update)
{
    if (update == NULL)
        return;
    g_free(update->label);
    g_free(update->version);
    g_free(update->uuid);
    g_free(update->description);
    g_free(update->guidance);
    g_free(update->key);
    g_free(update->control);
    g_free(update);
}

SpUpdate *sp_update_from_pack(const SpPack *pack, gint64 installation_size, const char *key)
{
    SpUpdate *update = g_new0(SpUpdate, 1);
    update->label = g_strdup(pack->label);
    update->version = g_strdup(pack->version);
    update->uuid = g_strdup(pack->uuid);
    update->description = g_strdup(pack->description);
    update->guidance = g_strdup(pack->guidance);
    update->key = g_strdup(key != NULL ? key : "");
    /* Always one: dnf 4 fails on host-installer's empty target (packs.md B.4). */
    update->control = g_strconcat("control-", pack->label, NULL);
    update->installation_size = installation_size;
    update->homogeneous = pack->homogeneous;
    return update;
}

gboolean sp_update_same(const SpUpdate *a, const SpUpdate *b)
{
    return strcmp(a->label, b->label) == 0 && strcmp(a->version, b->version) == 0 &&
           strcmp(a->uuid, b->uuid) == 0 && strcmp(a->description, b->description) == 0 &&
           strcmp(a->guidance, b->guidance) == 0 && strcmp(a->control, b->control) == 0 &&
           a->installation_size == b->installation_size && a->homogeneous == b->homogeneous;
}
