/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"

void sp_survey_judge(const SpSurvey *survey, const SpDemand *demand, SpFindings *findings)
{
    for (guint i = 0; i < survey->found->all->len; i++) {
        const SpFinding *met = survey->found->all->pdata[i];
        sp_findings_add(findings, met->severity, met->rule, met->file, met->line, "%s", met->text);
    }
    sp_judge_image(survey, findings);
    sp_judge_update(survey, findings);
    sp_judge_packages(survey, demand, findings);
    sp_judge_repodata(survey, findings);
    sp_judge_signatures(survey, demand, findings);
    sp_judge_sums(survey, findings);
    sp_judge_classic(survey, findings);
}
