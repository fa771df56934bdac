/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "survey.h"

#include <string.h>

#define ROOM ((gint64)16 * 1024 * 1024)

static void free_record(gpointer data)
{
    SpRepoRecord *record = data;
    g_free(record->type);
    g_free(record->href);
    g_free(record->sha256);
    g_free(record->open_sha256);
    g_free(record->unpacked_sha256);
    g_free(record);
}

static void free_repo_package(gpointer data)
{
    SpRepoPackage *package = data;
    g_free(package->name);
    g_free(package->arch);
    g_free(package->version);
    g_free(package->release);
    g_free(package->href);
    g_free(package->sha256);
    g_hash_table_unref(package->traits);
    g_hash_table_unref(package->short_paths);
    g_clear_pointer(&package->paths, g_hash_table_unref);
    g_free(package);
}

SpRepodata *sp_repodata_new(void)
{
    SpRepodata *repodata = g_new0(SpRepodata, 1);
    repodata->records = g_ptr_array_new_with_free_func(free_record);
    repodata->packages = g_ptr_array_new_with_free_func(free_repo_package);
    repodata->group_members = g_ptr_array_new_with_free_func(g_free);
    repodata->driver_members = g_ptr_array_new_with_free_func(g_free);
    repodata->revision = g_strdup("");
    repodata->room = ROOM;
    repodata->by_href = g_hash_table_new(g_str_hash, g_str_equal);
    return repodata;
}

void sp_repodata_free(SpRepodata *repodata)
{
    if (repodata == NULL)
        return;
    g_hash_table_unref(repodata->by_href);
    g_ptr_array_unref(repodata->records);
    g_ptr_array_unref(repodata->packages);
    g_ptr_array_unref(repodata->group_members);
    g_ptr_array_unref(repodata->driver_members);
    g_free(repodata->revision);
    g_free(repodata);
}

SpRepoRecord *sp_repodata_add_record(SpRepodata *repodata)
{
    SpRepoRecord *record = g_new0(SpRepoRecord, 1);
    record->type = g_strdup("");
    record->href = g_strdup("");
    record->sha256 = g_strdup("");
    record->open_sha256 = g_strdup("");
    record->unpacked_sha256 = g_strdup("");
    record->size = record->open_size = -1;
    g_ptr_array_add(repodata->records, record);
    return record;
}

SpRepoPackage *sp_repodata_add_package(SpRepodata *repodata)
{
    SpRepoPackage *package = g_new0(SpRepoPackage, 1);
    package->name = g_strdup("");
    package->arch = g_strdup("");
    package->version = g_strdup("");
    package->release = g_strdup("");
    package->href = g_strdup("");
    package->sha256 = g_strdup("");
    package->size = -1;
    package->traits = sp_traits_new();
    package->short_paths = sp_traits_new();
    g_ptr_array_add(repodata->packages, package);
    return package;
}

static void free_package(gpointer data)
{
    sp_package_free(data);
}

SpSurvey *sp_survey_new(const char *file)
{
    SpSurvey *survey = g_new0(SpSurvey, 1);
    survey->file = g_strdup(file);
    survey->volume_id = g_strdup("");
    survey->entries = sp_tree_new();
    survey->packages = g_ptr_array_new_with_free_func(free_package);
    survey->stamp_problem = g_strdup("");
    survey->found = sp_findings_new();
    survey->image_keys = sp_keys_new();
    survey->key_file = g_strdup("");
    survey->key_fingerprint = g_strdup("");
    survey->key_owner = g_strdup("");
    survey->update_signature = sp_signature_new(SP_SIG_NONE);
    survey->repomd_signature = sp_signature_new(SP_SIG_NONE);
    survey->sums_signature = sp_signature_new(SP_SIG_NONE);
    survey->image_signature = sp_signature_new(SP_SIG_NONE);
    survey->sha256 = g_strdup("");
    survey->stated_sha256 = g_strdup("");
    return survey;
}

void sp_survey_free(SpSurvey *survey)
{
    if (survey == NULL)
        return;
    g_free(survey->file);
    g_free(survey->volume_id);
    g_ptr_array_unref(survey->entries);
    g_ptr_array_unref(survey->packages);
    sp_update_free(survey->update);
    sp_update_free(survey->stamp);
    sp_repodata_free(survey->repodata);
    sp_volume_free(survey->volume);
    sp_findings_free(survey->found);
    g_ptr_array_unref(survey->image_keys);
    g_clear_pointer(&survey->keyring, g_ptr_array_unref);
    sp_signature_free(survey->update_signature);
    sp_signature_free(survey->repomd_signature);
    sp_signature_free(survey->sums_signature);
    sp_signature_free(survey->image_signature);
    g_free(survey->sha256);
    g_free(survey->stated_sha256);
    g_free(survey->stamp_problem);
    sp_classic_free(survey->classic);
    g_free(survey->key_file);
    g_free(survey->key_fingerprint);
    g_free(survey->key_owner);
    g_free(survey);
}

gboolean sp_survey_claims_signed(const SpSurvey *survey)
{
    return survey->update_signature->state != SP_SIG_NONE ||
           survey->repomd_signature->state != SP_SIG_NONE ||
           survey->sums_signature->state != SP_SIG_NONE ||
           (survey->update != NULL && survey->update->key[0] != '\0');
}

const SpPackage *sp_survey_package(const SpSurvey *survey, const char *name)
{
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (strcmp(package->name, name) == 0)
            return package;
    }
    return NULL;
}

SpRepoPackage *sp_repodata_find(const SpRepodata *repodata, const char *href)
{
    if (repodata == NULL)
        return NULL;
    gboolean fresh = g_hash_table_size(repodata->by_href) == 0;
    for (guint i = repodata->packages->len; fresh && i > 0; i--) {
        SpRepoPackage *listed = repodata->packages->pdata[i - 1];
        g_hash_table_replace(repodata->by_href, listed->href, listed);
    }
    return g_hash_table_lookup(repodata->by_href, href);
}

const SpRepoRecord *sp_repodata_record(const SpRepodata *repodata, const char *type)
{
    for (guint i = 0; i < repodata->records->len; i++) {
        const SpRepoRecord *record = repodata->records->pdata[i];
        if (strcmp(record->type, type) == 0)
            return record;
    }
    return NULL;
}

gboolean sp_survey_is_classic(const SpSurvey *survey, const SpPackage *package)
{
    return strchr(package->file, '/') == NULL &&
           sp_classic_find(survey->classic, package->file) != NULL &&
           sp_repodata_find(survey->repodata, package->file) == NULL;
}
