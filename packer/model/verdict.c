/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict.h"
#include "cover.h"

SpVerdict *sp_verdict_new(const char *file)
{
    SpVerdict *verdict = g_new0(SpVerdict, 1);
    verdict->file = g_strdup(file);
    verdict->problem = g_strdup("");
    verdict->label = g_strdup("");
    verdict->version = g_strdup("");
    verdict->uuid = g_strdup("");
    verdict->signer = g_strdup("");
    verdict->uncovered = g_ptr_array_new_with_free_func(g_free);
    verdict->findings = sp_findings_new();
    return verdict;
}

void sp_verdict_free(SpVerdict *verdict)
{
    if (verdict == NULL)
        return;
    g_free(verdict->file);
    g_free(verdict->problem);
    g_free(verdict->label);
    g_free(verdict->version);
    g_free(verdict->uuid);
    g_free(verdict->signer);
    g_ptr_array_unref(verdict->uncovered);
    sp_findings_free(verdict->findings);
    g_free(verdict);
}

static void set(char **slot, const char *value)
{
    g_free(*slot);
    *slot = g_strdup(value);
}

void sp_verdict_fill(SpVerdict *verdict, const SpSurvey *survey)
{
    if (survey->update != NULL) {
        set(&verdict->label, survey->update->label);
        set(&verdict->version, survey->update->version);
        set(&verdict->uuid, survey->update->uuid);
    }
    set(&verdict->signer, survey->update_signature->primary);
    g_autoptr(GPtrArray) uncovered = sp_survey_uncovered(survey);
    for (guint i = 0; i < uncovered->len; i++)
        g_ptr_array_add(verdict->uncovered, g_strdup(uncovered->pdata[i]));
    verdict->is_signed = sp_survey_claims_signed(survey);
    for (guint i = 0; i < survey->image_keys->len; i++)
        verdict->is_demo =
            verdict->is_demo || ((const SpKey *)survey->image_keys->pdata[i])->is_demo;
    verdict->against_keyring = survey->keyring != NULL;
}

gboolean sp_verdict_is_valid(const SpVerdict *verdict)
{
    return verdict->problem[0] == '\0' && verdict->findings->bad == 0;
}

gboolean sp_verdict_is_trusted(const SpVerdict *verdict)
{
    return sp_verdict_is_valid(verdict) && verdict->against_keyring && verdict->uncovered->len == 0;
}
