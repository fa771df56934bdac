/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One RPM, as read back: identity, what it needs, its files and the state of its digests and
 * signature. Strings are never NULL. And the packages a pack consists of.
 * Traits are a set of "key" -> "value" (summary, build-time, header-start ...) and, for lists, of
 * "requires name op version" -> "", in the words repodata's primary has for them. */
#pragma once
#include "entry.h"
#include "pack.h"
#include "signature.h"

/* The classic one is the payload for XenServer 5.6 to 7.0; the others are the modern half. */
typedef enum { SP_PAYLOAD, SP_UPDATE, SP_CONTROL, SP_CLASSIC, SP_ROLES } SpRole;

typedef struct {
    char *file; /* path in the image, or on disk */
    char *name;
    char *version;
    char *release;
    char *arch;
    char *vendor;
    char *compressor; /* of the payload: "gzip" */
    gboolean is_source;
    GStrv depends;       /* Requires, "name op version" */
    GStrv weak;          /* Recommends and the like, which rpm 4.11 ignores */
    gint64 size;         /* installed, bytes */
    guint file_digest;   /* RFC 4880 number of the files' digests: 1 MD5, 8 SHA-256; 0 none */
    gboolean has_sha256; /* the header's own digest */
    gboolean readable;   /* there is a header at all */
    gboolean digests_good;
    char *sha256;    /* of the whole file; NULL until it was checked */
    char *known;     /* the same of a file that somebody vouches for, if this may be it */
    gboolean copied; /* while it was digested, see SpRpmCopy */
    char *problem;   /* librpm's words when digests or signature are not good, else "" */
    SpSignature *signature;
    /* of SpEntry: the payload's content, or what the header lists, without content */
    GPtrArray *files;
    GHashTable *traits; /* what repodata repeats of the header: traits */
    GHashTable *paths;  /* path -> "", "dir" or "ghost" */
    /* Requires, looked up among the packages beside it: */
    GPtrArray *open;  /* of char *: nobody there provides it */
    GPtrArray *clash; /* of char *: only another version is there */
    GArray *needs;    /* of guint: the packages that provide something, by position */
} SpPackage;

GHashTable *sp_traits_new(void);
void sp_traits_set(GHashTable *traits, const char *key, const char *value);

SpPackage *sp_package_new(const char *file);
void sp_package_free(SpPackage *package);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpPackage, sp_package_free)

/* name-version-release.arch; the caller frees. */
char *sp_package_nevra(const SpPackage *package);
/* "update-<label>" and so on; the caller frees. */
char *sp_role_package(SpRole role, const SpPack *pack);
/* "osnexus-..-1.0.0-1.x86_64.rpm" of a role; the caller frees. */
char *sp_role_file(SpRole role, const SpPack *pack);
/* The same with its folder on the image: "Packages/", the root for the classic one. */
char *sp_role_path(SpRole role, const SpPack *pack);
/* Whether this pack has a package of that role. */
gboolean sp_role_wanted(SpRole role, const SpPack *pack);
/* "payload", "update", "control", "classic": also the name of its spec template. */
const char *sp_role_name(SpRole role);
/* TRUE for what rpm 4.11 unpacks: "gzip", "bzip2", "xz", "lzma". */
gboolean sp_payload_known(const char *compressor);
/* The rpmlib() features of rpm 4.11, which every dom0 from 7.0 to 8 has (its lib/rpmds.c;
 * packs.md D); ends with NULL. */
extern const char *const sp_rpmlib_4_11[];
/* TRUE unless it is an rpmlib() feature that is not among `known` (names, ends with NULL). */
gboolean sp_rpmlib_known(const char *requirement, const char *const *known);
/* What a package of that role lays down, in a list of SpEntry: directories it owns, and files.
 * `hook` is the x86_64 program, `stamp` the update document, `scripts` may hold NULL. xapi runs
 * precheck before, remove is the way back, plugin answers host.call_plugin (clients-2.md 20). */
enum { SP_CONTROL_PRECHECK, SP_CONTROL_REMOVE, SP_CONTROL_PLUGIN, SP_CONTROL_SCRIPTS };
GPtrArray *sp_layout_payload(const SpPack *pack, GBytes *hook);
GPtrArray *sp_layout_update(const SpPack *pack, GBytes *stamp);
GPtrArray *sp_layout_control(const SpPack *pack, GBytes *hook,
                             GBytes *const scripts[SP_CONTROL_SCRIPTS]);
/* What the payload and the classic one have for people besides: under /usr/share/doc, and what a
 * Server Status Report collects, /etc/xensource/bugtool (clients-2.md 16; xen-bugtool's
 * doc/plugins.md). */
enum { SP_DOC_README, SP_DOC_MANUAL, SP_DOC_BUGTOOL, SP_DOC_BUGTOOL_COLLECT, SP_DOCS };
void sp_layout_documents(GPtrArray *tree, const SpPack *pack, GBytes *const documents[SP_DOCS]);
/* `hooks`: the script that picks one, the i386 and the x86_64 program. */
GPtrArray *sp_layout_classic(const SpPack *pack, GBytes *const hooks[3]);
