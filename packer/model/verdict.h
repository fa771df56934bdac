/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `verify` keeps of one image once it is judged: who it says it is, and all findings. Small,
 * so that many images are verified in the memory of one. Strings are never NULL. */
#pragma once
#include "survey.h"

typedef struct {
    char *file;    /* as the user named it */
    char *problem; /* why it could not be read as an image; "" when it could */
    char *label;   /* "" when there is no update.xml that can be read, as the next two */
    char *version;
    char *uuid;
    char *signer; /* fingerprint of the primary key that signed update.xml; "" when unknown */
    gboolean is_signed;
    gboolean is_demo;         /* the key on it is the demo key */
    GPtrArray *uncovered;     /* of char *: paths of the files that no good signature covers */
    gboolean against_keyring; /* signatures were checked against keys the user named */
    SpFindings *findings;
} SpVerdict;

/* Nothing known yet. */
SpVerdict *sp_verdict_new(const char *file);
void sp_verdict_free(SpVerdict *verdict);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpVerdict, sp_verdict_free)

/* Takes over what `survey` says; the findings are added by a judge. */
void sp_verdict_fill(SpVerdict *verdict, const SpSurvey *survey);
/* It could be read, and no finding is an error. */
gboolean sp_verdict_is_valid(const SpVerdict *verdict);
/* Valid, and a key that the user named vouches for every file. */
gboolean sp_verdict_is_trusted(const SpVerdict *verdict);
