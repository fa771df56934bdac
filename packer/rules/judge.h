/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with an image under the rules of verify_rules.h: the same for every command, and
 * for `build`, which holds its own image against them before it publishes it. Pure. */
#pragma once
#include "survey.h"

typedef struct {
    gboolean for_hosts; /* will a host take it, and from whom is it: unsigned counts then, and what
                           is required and not on it */
    gint64 now;         /* seconds, to tell keys that expire soon; 0 = do not */
} SpDemand;

/* Adds all findings at once: what the readers met, then what the rules say. */
void sp_survey_judge(const SpSurvey *survey, const SpDemand *demand, SpFindings *findings);

/* The judges of the parts; each is called by sp_survey_judge. */
void sp_judge_image(const SpSurvey *survey, SpFindings *findings);
void sp_judge_volume(const SpSurvey *survey, SpFindings *findings);
void sp_judge_names(const SpVolume *volume, SpFindings *findings);
void sp_judge_update(const SpSurvey *survey, SpFindings *findings);
void sp_judge_packages(const SpSurvey *survey, const SpDemand *demand, SpFindings *findings);
void sp_judge_repodata(const SpSurvey *survey, SpFindings *findings);
void sp_judge_signatures(const SpSurvey *survey, const SpDemand *demand, SpFindings *findings);
void sp_judge_sums(const SpSurvey *survey, SpFindings *findings);
void sp_judge_classic(const SpSurvey *survey, SpFindings *findings);
