/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A finished image that gets (other) signatures: taken apart, and put together again as build would
 * have made it with that key. What no signature touches is carried over byte for byte. */
#pragma once
#include "build.h"
#include "survey.h"

typedef struct {
    SpBuild build;    /* run, pack (as far as the image tells), parts, epoch, scratch, key; image */
    const char *file; /* as the user named it */
    SpSurvey *survey; /* of it */
    GPtrArray *paths; /* of char *: the listed packages in scratch, in the order of repodata */
} SpResign;

/* Reads and judges it and lays its packages into scratch. SP_ERROR_INPUT when no host would take
 * it for other reasons than signatures, or when it holds more than suppack knows to renew. */
gboolean sp_resign_open(SpResign *resign, GError **error) SP_MUST_CHECK;
void sp_resign_clear(SpResign *resign);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SpResign, sp_resign_clear)

/* Whether hosts may look for build.fingerprint (NULL: a key not known yet) under build.key_name.
 * Not where that is the name of another's key: each host would lose that one. SP_ERROR_INPUT. */
gboolean sp_resign_may_name(const SpResign *resign, GError **error) SP_MUST_CHECK;
/* update.xml as it is to be signed: it names the key. */
GBytes *sp_resign_update(const SpResign *resign, GError **error) SP_MUST_CHECK;
/* Composes build.image of the packages as they lie in scratch, with build.public_key and
 * build.fingerprint; all but the detached signatures. */
gboolean sp_resign_compose(SpResign *resign, GError **error) SP_MUST_CHECK;
/* Adds SHA256SUMS once its own signature is all that is missing. FALSE: the image has none (as
 * build-update made it), and gets none. */
gboolean sp_resign_add_sums(SpResign *resign);
