/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files of an image a good signature covers: one of the whole image beside it; SHA256SUMS; or
 * update.xml's own, and repomd.xml's through the digests in it and in primary. Pure. */
#pragma once
#include "survey.h"

/* Paths of the files that none does, in their order; empty: all are covered. A signature that is
 * good needs none, and neither does the key on the image where it is what was checked with: it is
 * in the keyring, or there is none. The strings are the survey's. */
GPtrArray *sp_survey_uncovered(const SpSurvey *survey);
