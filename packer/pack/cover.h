/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files of an image a good signature covers: one of the whole image beside it; SHA256SUMS; or
 * update.xml's own, and repomd.xml's through the digests in it and in primary. Pure. */
#pragma once
#include "survey.h"

/* Paths of the files that none does, in their order; empty: all are covered. A signature that is
 * good needs none. The key on the image needs none where the user trusts it: its fingerprint is
 * what is trusted. The strings are the survey's. */
GPtrArray *sp_survey_uncovered(const SpSurvey *survey);
