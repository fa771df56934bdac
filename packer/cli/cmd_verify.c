/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cleanup.h"
#include "commands.h"
#include "fileio.h"
#include "judge.h"
#include "report.h"
#include "survey_in.h"

#define KEYRING_LIMIT ((gsize)16 * 1024 * 1024)

static SpSurvey *read_image(const SpRun *run, const char *path, GError **error)
{
    const char *keyring = run->options->keyring;
    g_autoptr(GBytes) keys = NULL;
    if (keyring != NULL) {
        keys = sp_read_path(keyring, KEYRING_LIMIT, NULL, error);
        if (keys == NULL)
            return NULL;
    }
    autofd int fd = sp_open_path(path, error);
    if (fd < 0)
        return NULL;
    g_autoptr(SpVerifier) verifier = sp_verifier_new(run->environment->tmpdir, error);
    return verifier != NULL ? sp_survey_read(fd, path, verifier, keys, error) : NULL;
}

gboolean sp_cmd_verify(const SpRun *run, GError **error)
{
    const char *path = run->options->operands->pdata[0], *keyring = run->options->keyring;
    g_autoptr(SpSurvey) survey = read_image(run, path, error);
    if (survey == NULL)
        return FALSE;
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_survey_judge(survey, &(SpDemand){.for_hosts = TRUE, .now = run->environment->now}, findings);
    g_autofree char *text = run->options->json ? sp_report_verify_json(survey, keyring, findings)
                                               : sp_report_verify_text(survey, findings);
    if (!sp_print(text, error))
        return FALSE;
    return findings->bad == 0 || sp_throw(error, SP_ERROR_NO, "'%s' is not valid: %u error%s", path,
                                          findings->bad, findings->bad == 1 ? "" : "s");
}
