/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "cleanup.h"
#include "fileio.h"
#include "judge_whole.h"
#include "report.h"
#include "survey_in.h"

gboolean sp_cmd_inspect(const SpRun *run, GError **error)
{
    const char *path = run->options->operands->pdata[0];
    autofd int fd = sp_open_path(path, error);
    if (fd < 0)
        return FALSE;
    g_autoptr(SpSurvey) survey =
        sp_survey_read_modern(fd, path, run->environment->tmpdir, &(SpVouched){0}, error);
    if (survey == NULL)
        return FALSE;
    g_autoptr(SpFindings) findings = sp_findings_new();
    if (!sp_judge_whole(fd, survey, &(SpDemand){0}, findings, error))
        return FALSE;
    g_autofree char *text =
        run->options->json ? sp_report_json(survey, findings) : sp_report_text(survey, findings);
    return sp_print(text, error);
}
