/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that can be read from a pack image: filled by read/, judged here, shown by cli/. */
#pragma once
#include "classic.h"
#include "finding.h"
#include "package.h"
#include "update.h"

typedef struct {
    char *type; /* "primary" */
    char *href; /* path in the image */
    char *sha256;
    char *open_sha256; /* of the uncompressed content; "" when not given */
    gint64 size;       /* -1 when not given, as the next */
    gint64 open_size;
} SpRepoRecord;

typedef struct {
    char *name, *arch, *version, *release, *href, *sha256;
    gint64 size;
} SpRepoPackage;

typedef struct {
    GPtrArray *records;       /* of SpRepoRecord */
    GPtrArray *packages;      /* of SpRepoPackage, from primary */
    GPtrArray *group_members; /* of char *: mandatory members of the comps group `update` */
    char *revision;
} SpRepodata;

typedef struct {
    char *file; /* as the user named it */
    char *volume_id;
    gint64 size;
    GPtrArray *entries; /* of SpEntry, sorted by path */
    SpUpdate *update;
    SpUpdate *stamp;      /* of the update- package; NULL when there is none */
    char *stamp_problem;  /* why it could not be read; "" */
    SpRepodata *repodata; /* NULL when there is none, or it could not be read */
    char *repodata_problem;
    SpClassic *classic;            /* NULL when there is none, or it could not be read */
    char *classic_problem;         /* "" when it is whole or not there at all */
    GPtrArray *packages;           /* of SpPackage, in order of path */
    SpSignature *update_signature; /* of update.xml */
    SpSignature *repomd_signature; /* of repodata/repomd.xml */
    char *key_file;                /* path of the public key in the image; "" */
    char *key_fingerprint;         /* "" when there is no key, or it is no key */
    char *key_owner;               /* its user id */
} SpSurvey;

SpRepodata *sp_repodata_new(void);
void sp_repodata_free(SpRepodata *repodata);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpRepodata, sp_repodata_free)
SpRepoRecord *sp_repodata_add_record(SpRepodata *repodata);
SpRepoPackage *sp_repodata_add_package(SpRepodata *repodata);

SpSurvey *sp_survey_new(const char *file);
void sp_survey_free(SpSurvey *survey);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpSurvey, sp_survey_free)

/* TRUE for a package of the classic half: XS-PACKAGES lists it, repodata does not. */
gboolean sp_survey_is_classic(const SpSurvey *survey, const SpPackage *package);
/* TRUE when the image carries any signature or names a key. */
gboolean sp_survey_claims_signed(const SpSurvey *survey);
/* Adds what would keep an installer from taking the image (checklist: packs.md H). */
void sp_survey_judge(const SpSurvey *survey, SpFindings *findings);
/* The part of it that is about the classic half; nothing when there is none. */
void sp_survey_judge_classic(const SpSurvey *survey, SpFindings *findings);
