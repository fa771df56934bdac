/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a finished pack image and everything in it. What is wrong with a part is recorded in the
 * survey; SP_ERROR_INPUT is only what makes it no pack: no ISO 9660 image, neither update.xml nor
 * XS-REPOSITORY. `fd` stays the caller's; `name` is what people call it. */
#pragma once
#include "error.h"
#include "rpmfile.h"
#include "signature_in.h"
#include "survey.h"

/* `keyring`: the public keys the user trusts; NULL = nobody was named, so the key on the image is
 * all there is. SP_ERROR_INPUT when there is no key in it. */
SpSurvey *sp_survey_read(int fd, const char *name, SpVerifier *verifier, GBytes *keyring,
                         GError **error) SP_MUST_CHECK;
/* Which packages are told by their digest, with a signature of the header at most. */
typedef struct {
    const GPtrArray *checked; /* entries of these (NULL: none) that are `checked`; then those of the
                                 image are, too */
    SpRpmCopy copy; /* of what repodata lists, its signature being good, but the pack's own;
                       NULL: none */
    gpointer data;  /* for copy */
} SpVouched;
/* The same without a keyring, for those who need an update.xml: without one that can be read it is
 * no pack to them. `tmpdir` holds the temporary GNUPGHOME. */
SpSurvey *sp_survey_read_modern(int fd, const char *name, const char *tmpdir,
                                const SpVouched *vouched, GError **error) SP_MUST_CHECK;
