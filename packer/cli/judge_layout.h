/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays the files of an image out again, as `build` would, and has the image held against that. */
#pragma once
#include "error.h"
#include "survey.h"

/* Adds what is not as it would be. Costs as much as the image has records, whatever its files have.
 * `fd` is the image the survey is of. FALSE: the system failed. */
gboolean sp_judge_layout(int fd, const SpSurvey *survey, SpFindings *findings,
                         GError **error) SP_MUST_CHECK;
