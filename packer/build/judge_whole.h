/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that is wrong with an image: under the rules, and beside how `build` would lay its files out.
 * FALSE: the system failed. `fd` is the image the survey is of. */
#pragma once
#include "error.h"
#include "judge.h"

/* What sp_survey_judge() and sp_judge_layout() find. */
gboolean sp_judge_whole(int fd, const SpSurvey *survey, const SpDemand *demand,
                        SpFindings *findings, GError **error) SP_MUST_CHECK;

/* Adds what is not as it would be. Costs as much as the image has records, whatever its files have.
 */
gboolean sp_judge_layout(int fd, const SpSurvey *survey, SpFindings *findings,
                         GError **error) SP_MUST_CHECK;
