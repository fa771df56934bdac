/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pack is: the checked description plus the texts it names. Every string obeys its rule of
 * rules.h, none is NULL ("" = not given). The struct owns all it points to. */
#pragma once
#include <glib.h>

typedef enum { SP_EL5, SP_EL7, SP_EL10, SP_DIALECTS } SpDialect;

typedef struct {
    char *originator;
    char *vendor;
    char *label; /* also the RPM name */
    char *version;
    char *description;
    char *uuid;          /* lower case, 8-4-4-4-12 */
    char *guidance;      /* comma list without blanks */
    char *base_requires; /* as RPM wants it: "name op version, ..." */
    char *on_conflict;   /* keep, replace or fail */
    gboolean homogeneous;
    gboolean classic; /* with the half for XenServer 5.6 to 7.0 */
    char *eula_path;  /* relative to the description's folder, as the next are */
    char *stanza_path[SP_DIALECTS];
    GBytes *eula;                 /* or NULL */
    GBytes *dialect[SP_DIALECTS]; /* device blocks for each dialect; NULL until derived */
} SpPack;

SpPack *sp_pack_new(void);
void sp_pack_free(SpPack *pack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpPack, sp_pack_free)

/* "el5", "el7", "el10" */
const char *sp_dialect_name(SpDialect dialect);
/* "XenServer 5.5 to 6.5" */
const char *sp_dialect_hosts(SpDialect dialect);
/* TRUE when `token` is one of the guidance list. */
gboolean sp_pack_has_guidance(const SpPack *pack, const char *token);
/* "RPM-GPG-KEY-<VENDOR>", the name `key=` of update.xml and the key file share; caller frees. */
char *sp_pack_key_name(const SpPack *pack);
/* ISO 9660 volume identifier from the label: upper case, A-Z 0-9 _, at most 32; caller frees. */
char *sp_pack_volume_id(const SpPack *pack);
/* pack.conf of the hook: lines key=value; caller frees. */
char *sp_pack_conf(const SpPack *pack);
