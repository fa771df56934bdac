/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "build.h"
#include "fileio.h"
#include "judge_whole.h"
#include "survey_in.h"

#include <string.h>

static gboolean differs(GError **error, const char *what, const char *problem)
{
    return sp_throw(error, SP_ERROR_SYSTEM, "the image read back is not what was written: '%s' %s",
                    what, problem);
}

static gboolean same_entry(const SpEntry *meant, const SpEntry *found, const char *where,
                           GError **error)
{
    if (found == NULL)
        return differs(error, where, "is missing");
    if (found->is_dir != meant->is_dir || found->mode != meant->mode)
        return differs(error, where, "has another kind or mode");
    if (!meant->is_dir && (found->content == NULL ||
                           !(found->checked || sp_bytes_same(found->content, meant->content))))
        return differs(error, where, "has another content");
    return TRUE;
}

gboolean sp_build_same_tree(const GPtrArray *meant, const GPtrArray *found, gint64 epoch,
                            const char *where, GError **error)
{
    for (guint i = 0; i < meant->len; i++) {
        const SpEntry *entry = meant->pdata[i];
        const SpEntry *other = sp_tree_find(found, entry->path);
        if (!same_entry(entry, other, entry->path, error))
            return FALSE;
        if (other->mtime != epoch)
            return differs(error, entry->path, "has another time stamp");
    }
    return meant->len == found->len || differs(error, where, "has entries that were not asked for");
}

/* What is neither the stamp nor the checks is what installing costs. */
static gboolean same_size(const SpBuild *build, const SpSurvey *survey, GError **error)
{
    g_autofree char *update = sp_role_package(SP_UPDATE, build->pack);
    g_autofree char *control = sp_role_package(SP_CONTROL, build->pack);
    gint64 installed = 0;
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (!sp_survey_is_classic(survey, package) && strcmp(package->name, update) != 0 &&
            strcmp(package->name, control) != 0)
            installed += package->size;
    }
    return installed == build->installed ||
           differs(error, "update.xml", "has another installed size than the packages");
}

static gboolean same_packages(const SpBuild *build, const SpSurvey *survey, GError **error)
{
    for (SpRole role = SP_PAYLOAD; role < SP_ROLES; role++) {
        if (!sp_role_wanted(role, build->pack))
            continue;
        g_autofree char *href = sp_role_path(role, build->pack);
        const SpPackage *package = NULL;
        for (guint i = 0; i < survey->packages->len; i++) {
            const SpPackage *candidate = survey->packages->pdata[i];
            if (strcmp(candidate->file, href) == 0)
                package = candidate;
        }
        if (package == NULL)
            return differs(error, href, "is missing");
        if (!sp_build_same_tree(build->layout[role], package->files, build->epoch, href, error))
            return sp_prefix(error, "%s", href);
    }
    return same_size(build, survey, error);
}

SpSurvey *sp_build_read_back(const SpRun *run, int fd, const char *name, const GPtrArray *meant,
                             SpFindings *findings, GError **error)
{
    g_autoptr(SpSurvey) survey = sp_survey_read_modern(fd, name, run->environment->tmpdir,
                                                       &(SpVouched){.checked = meant}, error);
    if (survey == NULL) {
        if (error != NULL && *error != NULL)
            (*error)->code = SP_ERROR_SYSTEM; /* our own output, so nobody's wrong input */
        sp_prefix(error, "cannot read the image back");
        return NULL;
    }
    if (!sp_judge_whole(fd, survey, &(SpDemand){0}, findings, error))
        return NULL;
    sp_say_findings(&run->log, findings);
    return g_steal_pointer(&survey);
}

static gboolean same_signer(const SpBuild *build, const SpSurvey *survey, GError **error)
{
    gboolean is_signed = build->signer != NULL;
    if (sp_survey_claims_signed(survey) != is_signed)
        return differs(error, survey->file, is_signed ? "is not signed" : "is signed");
    if (is_signed && strcmp(survey->key_fingerprint, sp_signer_fingerprint(build->signer)) != 0)
        return differs(error, build->key_name, "is another key");
    return TRUE;
}

static gboolean same_halves(const SpBuild *build, const SpSurvey *survey, GError **error)
{
    gboolean found = survey->classic != NULL;
    if (found == build->pack->classic)
        return TRUE;
    return differs(error, "the classic half", found ? "is there" : "is missing");
}

gboolean sp_build_verify(const SpBuild *build, int fd, const char *name, GError **error)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpSurvey) survey =
        sp_build_read_back(build->run, fd, name, build->image, findings, error);
    if (survey == NULL ||
        !sp_build_same_tree(build->image, survey->entries, build->epoch, name, error))
        return FALSE;
    if (findings->bad > 0)
        return sp_throw(error, SP_ERROR_SYSTEM, "the image read back would not be taken by a host");
    if (!same_packages(build, survey, error) || !same_signer(build, survey, error) ||
        !same_halves(build, survey, error))
        return FALSE;
    g_autoptr(SpUpdate) meant = sp_update_from_pack(build->pack, build->installed, build->key_name);
    if (!sp_update_same(meant, survey->update) || strcmp(meant->key, survey->update->key) != 0)
        return differs(error, "update.xml", "says something else");
    return TRUE;
}
