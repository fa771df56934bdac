/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"

void sp_survey_judge(const SpSurvey *survey, const SpDemand *demand, SpFindings *findings)
{
    sp_findings_copy(findings, survey->found);
    sp_judge_image(survey, findings);
    sp_judge_update(survey, findings);
    sp_judge_packages(survey, demand, findings);
    sp_judge_repodata(survey, findings);
    sp_judge_signatures(survey, demand, findings);
    sp_judge_sums(survey, findings);
    sp_judge_classic(survey, findings);
}
