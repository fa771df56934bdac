/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stages of `build` and what they hand on. Owned by cmd_build.c, which frees it. */
#pragma once
#include "commands.h"
#include "package.h"
#include "parts.h"
#include "scratch.h"
#include "sign_detached.h"
#include "survey.h"

typedef struct {
    const SpRun *run;
    SpPack *pack;
    SpPartFiles *parts;
    gint64 epoch;
    SpScratch *scratch;
    SpSigner *signer;            /* NULL: unsigned */
    GBytes *public_key;          /* with it */
    char *key_name;              /* "" without it */
    char *fingerprint;           /* of the key, also one that signs elsewhere; NULL: unsigned */
    GPtrArray *layout[SP_ROLES]; /* NULL for a role this pack has not, as the next are */
    char *rpm_path[SP_ROLES];    /* in scratch */
    GBytes *rpm[SP_ROLES];       /* signed already */
    gint64 installed;            /* bytes the payload and what is carried take */
    GPtrArray *image;            /* what goes onto the image, folders first */
} SpBuild;

/* Builds, signs and loads the RPMs. */
gboolean sp_build_rpms(SpBuild *build, GError **error) SP_MUST_CHECK;
/* Composes image: README, key, the classic half, update.xml, repodata, Packages, and the detached
 * signatures. */
gboolean sp_build_image(SpBuild *build, GError **error) SP_MUST_CHECK;
/* Whether an image or package has just these entries, all of one time; SP_ERROR_SYSTEM says what
 * is not so, in `where`. */
gboolean sp_build_same_tree(const GPtrArray *meant, const GPtrArray *found, gint64 epoch,
                            const char *where, GError **error) SP_MUST_CHECK;
/* The image just written as `meant`, read by other libraries and judged; what is wrong is logged.
 * Unreadable: SP_ERROR_SYSTEM. The caller frees. */
SpSurvey *sp_build_read_back(const SpRun *run, int fd, const char *name, const GPtrArray *meant,
                             SpFindings *findings, GError **error) SP_MUST_CHECK;
/* Reads the written image back with other libraries and compares all of it with what was meant;
 * SP_ERROR_SYSTEM when it is not what a host would take. */
gboolean sp_build_verify(const SpBuild *build, int fd, const char *name,
                         GError **error) SP_MUST_CHECK;
