/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that can be read from a pack image: filled by read/, judged here, shown by cli/. */
#pragma once
#include "classic.h"
#include "finding.h"
#include "key.h"
#include "package.h"
#include "update.h"
#include "volume.h"

typedef struct {
    char *type; /* "primary" */
    char *href; /* path in the image */
    char *sha256;
    char *open_sha256; /* of the uncompressed content; "" when not given */
    gint64 size;       /* -1 when not given, as the next */
    gint64 open_size;
    char *unpacked_sha256; /* of the content when it is packed and could be unpacked; else "" */
    gint64 unpacked_size;
} SpRepoRecord;

typedef struct {
    char *name, *arch, *version, *release, *href, *sha256;
    gint64 size;
    GHashTable *traits;      /* of primary, as SpPackage's */
    GHashTable *short_paths; /* of primary: the files dependencies ask for most */
    GHashTable *paths;       /* of filelists; NULL when it does not list the package */
    gboolean in_other;
} SpRepoPackage;

typedef struct {
    GPtrArray *records;       /* of SpRepoRecord */
    GPtrArray *packages;      /* of SpRepoPackage, from primary */
    GPtrArray *group_members; /* of char *: mandatory members of the comps group `update` */
    gboolean has_drivers;
    GPtrArray *driver_members; /* of char *: the same of the group `drivers` */
    char *revision;
    gint64 room;         /* bytes of memory that more packages may take */
    GHashTable *by_href; /* SpRepoPackage, the first of each; filled by sp_repodata_find */
} SpRepodata;

typedef struct {
    char *file; /* as the user named it */
    char *volume_id;
    gint64 size;
    GPtrArray *entries;   /* of SpEntry, sorted by path */
    SpVolume *volume;     /* what the image's own records say */
    SpFindings *found;    /* what the readers met on their way; the judge's from the start */
    SpUpdate *update;     /* NULL when there is none, or none that xapi could read */
    SpUpdate *stamp;      /* of the update- package; NULL when there is none */
    char *stamp_problem;  /* why it could not be read; "" */
    SpRepodata *repodata; /* NULL when there is none */
    SpClassic *classic;   /* NULL when there is none; else as much of it as could be read */
    GPtrArray *packages;  /* of SpPackage, in order of path */
    SpSignature *update_signature; /* of update.xml */
    SpSignature *repomd_signature; /* of repodata/repomd.xml */
    SpSignature *sums_signature;   /* of SHA256SUMS */
    SpSignature *image_signature;  /* of all of the image, in the file .asc beside it */
    char *sha256;             /* of all of the image; "" when nobody had to know, as the next */
    char *stated_sha256;      /* in the file .sha256 beside it; "?" when that is no digest */
    char *key_file;           /* path of the public key in the image; "" */
    char *key_fingerprint;    /* "" when there is no key, or it is no key */
    char *key_owner;          /* its user id */
    GPtrArray *image_keys;    /* of SpKey, what is in that file */
    gboolean has_strange_key; /* it has a key or subkey that gpg does not take */
    GPtrArray *keyring;       /* of SpKey: whom the user trusts; NULL when nobody was named */
} SpSurvey;

/* The listing of that name, or NULL. Once this was asked `packages` must not change. */
SpRepoPackage *sp_repodata_find(const SpRepodata *repodata, const char *href);
const SpRepoRecord *sp_repodata_record(const SpRepodata *repodata, const char *type);

SpRepodata *sp_repodata_new(void);
void sp_repodata_free(SpRepodata *repodata);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpRepodata, sp_repodata_free)
SpRepoRecord *sp_repodata_add_record(SpRepodata *repodata);
SpRepoPackage *sp_repodata_add_package(SpRepodata *repodata);

SpSurvey *sp_survey_new(const char *file);
void sp_survey_free(SpSurvey *survey);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpSurvey, sp_survey_free)

/* TRUE when the image carries a signature of its own or names a key. Its RPMs may bear their
 * makers' without that. */
gboolean sp_survey_claims_signed(const SpSurvey *survey);
/* The package of that name, or NULL. */
const SpPackage *sp_survey_package(const SpSurvey *survey, const char *name);
/* TRUE for a package of the classic half: in the root, XS-PACKAGES lists it, repodata does not. */
gboolean sp_survey_is_classic(const SpSurvey *survey, const SpPackage *package);
