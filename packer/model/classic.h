/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The classic half of an image, for XenServer 5.6 to 7.0: what XS-REPOSITORY (who the pack is, what
 * it needs) and XS-PACKAGES (its packages in order) say. Strings are never NULL; "" when it is not
 * said. Lines are those of the file, from 1; 0 in what was not read from one. Format: packs.md
 * A.3. */
#pragma once
#include "entry.h"
#include "pack.h"

#define SP_CLASSIC_REPOSITORY "XS-REPOSITORY"
#define SP_CLASSIC_PACKAGES   "XS-PACKAGES"

typedef struct {
    char *originator, *name, *product, *test, *version;
    int line;
} SpClassicNeed;

typedef struct {
    char *label; /* %{NAME} */
    char *type;  /* "rpm" */
    char *file;  /* bare name, in the root of the image */
    char *md5;
    char *kernel; /* of a driver-rpm: what uname -r says, or "any" */
    gint64 size;  /* bytes; -1 when it is no number */
    int line;
} SpClassicPackage;

typedef struct {
    char *originator, *name, *product, *version, *description;
    gboolean homogeneous;
    int line;            /* of <repository>; 0 when that could not be read */
    GPtrArray *needs;    /* of SpClassicNeed */
    GPtrArray *packages; /* of SpClassicPackage */
} SpClassic;

SpClassic *sp_classic_new(void);
void sp_classic_free(SpClassic *classic);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpClassic, sp_classic_free)
SpClassicNeed *sp_classic_add_need(SpClassic *classic);
SpClassicPackage *sp_classic_add_package(SpClassic *classic);

/* `rpm` is the content of its one package, which lies in the root under the name `file`. */
SpClassic *sp_classic_from_pack(const SpPack *pack, const char *file, GBytes *rpm);
/* NULL when that package is not one of them. */
const SpClassicPackage *sp_classic_find(const SpClassic *classic, const char *file);
/* "osnexus:label", by which a host knows the pack; the caller frees. */
char *sp_classic_id(const SpClassic *classic);
/* Any of the files a classic installer looks for is in the tree. */
gboolean sp_classic_is_there(const GPtrArray *entries);
/* TRUE for the two programs, which are 0755 on the image and nothing else is. */
gboolean sp_classic_is_program(const char *path);
/* Hexadecimal MD5 of XS-REPOSITORY and XS-PACKAGES in a row, which the host installer shows and
 * .metadata.md5 holds. NULL when one is missing; the caller frees. */
char *sp_classic_metadata_md5(const GPtrArray *entries);
