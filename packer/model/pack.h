/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pack is: the checked description plus the texts it names. Every string obeys its rule of
 * rules.h, none is NULL ("" = not given). The struct owns all it points to. */
#pragma once
#include "delivery.h"
#include "range.h"

/* The texts a description may name: the vendor's, and those written by hand for some hosts. */
typedef enum { SP_STANZA, SP_STANZA_EL7, SP_STANZA_EL10, SP_STANZAS } SpStanzaKey;

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
    char *settings;      /* deliver or omit: what stands beside the devices */
    gboolean homogeneous;
    gint64 date;          /* of every time stamp, in seconds; -1: none was given */
    gboolean classic;     /* with the half for XenServer 5.6 to 7.0 */
    gboolean bare;        /* no stanza: no payload with the hook, carried RPMs only */
    gboolean drivers;     /* a driver disk: the host installer offers it as one (packs.md B.5) */
    gboolean storagelink; /* with the half for StorageLink servers, on Windows; then the next: */
    char *storagelink_vendor, *storagelink_product; /* as INQUIRY has them */
    char *storagelink_path;                         /* of storagelink_entry */
    GBytes *storagelink_entry;                      /* or NULL */
    char *storagelink_program_path;                 /* of storagelink_program */
    GBytes *storagelink_program; /* our program with the vendor's Authenticode; or NULL */
    char *globs; /* of the ready RPMs to carry, blanks between; below the same folder */
    char *base_provides_path; /* what dom0 has, one capability a line */
    GPtrArray *carried;       /* of SpCarried, by name */
    /* Where the ready-made is given in the place of what suppack makes, as build-update's options
     * do; NULL where it is not: */
    GBytes *precheck, *remove; /* scripts of the control package */
    GBytes *comps;             /* the repository's groups */
    char *key_file;            /* the name of the public key */
    gboolean as_ddk;           /* nothing but what build-update makes: no README.txt */
    char *eula_path;           /* relative to the description's folder, as the next are */
    char *notes_path;
    char *stanza_path[SP_STANZAS];
    GBytes *eula;             /* or NULL, as the next is */
    GBytes *notes;            /* of the vendor, for README.txt */
    char *appendix;           /* the end of README.txt; NULL: made of delivery and notes */
    GBytes *text[SP_PARSERS]; /* what each parser gets; NULL until derived */
    GPtrArray *ranges;        /* of SpRange: releases with a text of their own, in file order */
    SpDelivery *delivery;     /* what became of each line of the vendor's text */
} SpPack;

SpPack *sp_pack_new(void);
void sp_pack_free(SpPack *pack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpPack, sp_pack_free)

/* The first parser of the hosts the pack is for: by its halves, and by the platform-version that
 * base_requires asks for. */
SpParser sp_pack_first_parser(const SpPack *pack);
/* The first parser whose text is the same as this one's: equal texts are one file. */
SpParser sp_pack_text_owner(const SpPack *pack, SpParser parser);
/* "multipath-0.4.9-31.conf", the file of a parser's text; the caller frees. */
char *sp_pack_text_file(const SpPack *pack, SpParser parser);
/* Calls `add` with each file of texts, once: its name and what is in it. */
void sp_pack_texts(const SpPack *pack, void (*add)(const char *file, GBytes *text, gpointer to),
                   gpointer to);
/* TRUE when `token` is one of the guidance list. */
gboolean sp_pack_has_guidance(const SpPack *pack, const char *token);
/* "RPM-GPG-KEY-<VENDOR>" or key_file, the name `key=` of update.xml and the key file share; caller
 * frees. */
char *sp_pack_key_name(const SpPack *pack);
/* The version as RPM takes it: '+' and '-' become '.' (packs.md B.3); the caller frees. */
char *sp_pack_rpm_version(const SpPack *pack);
/* ISO 9660 volume identifier from a label: upper case, A-Z 0-9 _, at most 32; caller frees. */
char *sp_pack_volume_id(const char *label);
/* storagelink.conf, the same of storagelink-hook, with the line ends of Windows; caller frees. */
char *sp_pack_storagelink_conf(const SpPack *pack);
/* pack.conf of the hook: lines key=value; then a line `stanza=PARSER FILE` for each parser from
 * which on another text is to be taken, oldest first; last, those of the ranges; caller frees. */
char *sp_pack_conf(const SpPack *pack);
