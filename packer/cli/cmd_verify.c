/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cleanup.h"
#include "commands.h"
#include "fileio.h"
#include "interrupt.h"
#include "judge_whole.h"
#include "report.h"
#include "sides_in.h"
#include "survey_in.h"

#define KEYRING_LIMIT ((gsize)1024 * 1024)

static void free_verdict(gpointer verdict)
{
    sp_verdict_free(verdict);
}

/* What one image teaches gpg must not vouch for the next: each gets a keyring of its own. */
static gboolean judge_image(const SpRun *run, GBytes *keys, SpVerdict *verdict, GError **error)
{
    const SpDemand demand = {.for_hosts = TRUE, .now = run->environment->now};
    autofd int fd = sp_open_path(verdict->file, error);
    if (fd < 0)
        return FALSE;
    g_autoptr(SpVerifier) verifier = sp_verifier_new(run->environment->tmpdir);
    g_autoptr(SpSurvey) survey = sp_survey_read(fd, verdict->file, verifier, keys, error);
    if (survey == NULL || !sp_sides_read(survey, fd, verifier, error))
        return FALSE;
    sp_verdict_fill(verdict, survey);
    return sp_judge_whole(fd, survey, &demand, verdict->findings, error);
}

/* NULL when the system failed. An image that cannot be read is a verdict too. */
static SpVerdict *verify(const SpRun *run, const char *path, GBytes *keys, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(SpVerdict) verdict = sp_verdict_new(path);
    if (judge_image(run, keys, verdict, &cause))
        return g_steal_pointer(&verdict);
    if (cause->code != SP_ERROR_INPUT) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return NULL;
    }
    g_free(verdict->problem);
    verdict->problem = g_strdup(cause->message);
    return g_steal_pointer(&verdict);
}

/* As text each as soon as it is known: the next image may take a while. */
static gboolean tell(const SpRun *run, const SpVerdict *verdict, GError **error)
{
    if (verdict->problem[0] != '\0')
        sp_log_error(&run->log, verdict->problem);
    if (verdict->problem[0] != '\0' || run->options->json)
        return TRUE;
    g_autofree char *text = sp_report_verify_text(verdict);
    return sp_print(text, error);
}

/* The gravest of all: 3 when one is no pack, else 1 when one is not valid. */
static gboolean conclude(const GPtrArray *verdicts, GError **error)
{
    guint unread = 0, invalid = 0;
    for (guint i = 0; i < verdicts->len; i++) {
        const SpVerdict *verdict = verdicts->pdata[i];
        unread += verdict->problem[0] != '\0' ? 1 : 0;
        invalid += sp_verdict_is_valid(verdict) ? 0 : 1;
    }
    return invalid == 0 ||
           sp_throw(error, unread > 0 ? SP_ERROR_INPUT : SP_ERROR_NO, "not valid: %u of %u image%s",
                    invalid, verdicts->len, verdicts->len == 1 ? "" : "s");
}

gboolean sp_cmd_verify(const SpRun *run, GError **error)
{
    const GPtrArray *paths = run->options->operands;
    const char *keyring = run->options->keyring;
    g_autoptr(GPtrArray) verdicts = g_ptr_array_new_with_free_func(free_verdict);
    g_autoptr(GBytes) keys =
        keyring != NULL ? sp_read_path(keyring, KEYRING_LIMIT, NULL, error) : NULL;
    if (keyring != NULL && keys == NULL)
        return FALSE;
    for (guint i = 0; i < paths->len; i++) {
        SpVerdict *verdict =
            sp_interrupt_check(error) ? verify(run, paths->pdata[i], keys, error) : NULL;
        if (verdict == NULL)
            return FALSE;
        g_ptr_array_add(verdicts, verdict);
        if (!tell(run, verdict, error))
            return FALSE;
    }
    g_autofree char *json =
        run->options->json ? sp_report_verify_json(verdicts, keyring) : g_strdup("");
    return sp_print(json, error) && conclude(verdicts, error);
}
