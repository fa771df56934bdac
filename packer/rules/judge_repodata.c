/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"
#include "verify_rules.h"

#include <string.h>

static const char repomd[] = "repodata/repomd.xml";

static void judge_record(const SpSurvey *survey, const SpRepoRecord *record, SpFindings *findings)
{
    SpEntry *entry = sp_tree_look_up(survey->entries, record->href);
    if (entry == NULL || entry->content == NULL) {
        sp_breach(findings, SP_RULE_REPODATA_FILE, record->href, 0,
                  "is named by repomd.xml and is not on the image");
        return;
    }
    if (strcmp(record->sha256, sp_entry_sha256(entry)) != 0 ||
        record->size != (gint64)g_bytes_get_size(entry->content))
        sp_breach(findings, SP_RULE_REPODATA_DIGEST, record->href, 0,
                  "repomd.xml has another size or digest");
    if (record->unpacked_sha256[0] == '\0')
        return;
    if (strcmp(record->open_sha256, record->unpacked_sha256) != 0 ||
        record->open_size != record->unpacked_size)
        sp_breach(findings, SP_RULE_REPODATA_DIGEST, record->href, 0,
                  "does not unpack to what repomd.xml says");
}

static void judge_records(const SpSurvey *survey, SpFindings *findings)
{
    static const char *const needed[] = {"primary", "filelists", "other", "group"};
    const SpRepodata *repodata = survey->repodata;
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
        if (sp_repodata_record(repodata, needed[i]) == NULL)
            sp_breach(findings, SP_RULE_REPODATA_RECORD, repomd, 0, "has no record '%s'",
                      needed[i]);
    for (guint i = 0; i < repodata->records->len; i++)
        judge_record(survey, repodata->records->pdata[i], findings);
    const SpRepoRecord *plain = sp_repodata_record(repodata, "group");
    const SpRepoRecord *packed = sp_repodata_record(repodata, "group_gz");
    if (plain != NULL && packed != NULL && packed->unpacked_sha256[0] != '\0' &&
        strcmp(plain->sha256, packed->unpacked_sha256) != 0)
        sp_breach(findings, SP_RULE_REPODATA_DIGEST, packed->href, 0,
                  "unpacks to another group file than '%s'", plain->href);
}

static gboolean is_list(const char *key)
{
    return strchr(key, ' ') != NULL;
}

/* Scalars must be equal, dependencies be in both; what may be left out may (rpm_traits.c). */
static void judge_values(const SpPackage *package, const SpRepoPackage *listed,
                         SpFindings *findings)
{
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;
    g_hash_table_iter_init(&iter, package->traits);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const char *other = g_hash_table_lookup(listed->traits, key);
        gboolean same = is_list(key) ? other != NULL || strcmp(value, "may") == 0
                                     : strcmp(other != NULL ? other : "", value) == 0;
        if (!same && g_utf8_validate(value, -1, NULL))
            sp_breach(findings, SP_RULE_REPODATA_VALUE, package->file, 0,
                      "primary does not have its '%s' as the RPM has it", (char *)key);
    }
    g_hash_table_iter_init(&iter, listed->traits);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (is_list(key) && !g_hash_table_contains(package->traits, key))
            sp_breach(findings, SP_RULE_REPODATA_VALUE, package->file, 0,
                      "primary says '%s' and the RPM does not", (char *)key);
}

/* How many of `few` are not, or not the same, in `many`. */
static guint missing(GHashTable *few, GHashTable *many)
{
    guint count = 0;
    GHashTableIter iter;
    gpointer path = NULL, kind = NULL;
    g_hash_table_iter_init(&iter, few);
    while (g_hash_table_iter_next(&iter, &path, &kind)) {
        const char *other = g_hash_table_lookup(many, path);
        count += other == NULL || strcmp(other, kind) != 0;
    }
    return count;
}

static void judge_files(const SpPackage *package, const SpRepoPackage *listed, SpFindings *findings)
{
    if (listed->paths == NULL && g_hash_table_size(package->paths) > 0)
        sp_breach(findings, SP_RULE_REPODATA_FILES, package->file, 0, "filelists does not list it");
    else if (listed->paths != NULL && (missing(package->paths, listed->paths) != 0 ||
                                       missing(listed->paths, package->paths) != 0))
        sp_breach(findings, SP_RULE_REPODATA_FILES, package->file, 0,
                  "filelists lists other files than the RPM has");
    if (missing(listed->short_paths, package->paths) != 0)
        sp_breach(findings, SP_RULE_REPODATA_FILES, package->file, 0,
                  "primary lists a file that the RPM has not");
    if (!listed->in_other)
        sp_breach(findings, SP_RULE_REPODATA_FILES, package->file, 0, "other does not list it");
}

static void judge_listed(const SpSurvey *survey, const SpPackage *package, SpFindings *findings)
{
    const SpRepoPackage *listed = sp_repodata_find(survey->repodata, package->file);
    SpEntry *entry = sp_tree_find(survey->entries, package->file);
    if (listed == NULL) {
        sp_breach(findings, SP_RULE_REPODATA_MISSING, package->file, 0,
                  "repodata does not list it");
        return;
    }
    if (listed->size != (gint64)g_bytes_get_size(entry->content) ||
        strcmp(listed->sha256, sp_entry_sha256(entry)) != 0)
        sp_breach(findings, SP_RULE_REPODATA_DIGEST, package->file, 0,
                  "repodata has another size or digest");
    if (strcmp(listed->name, package->name) != 0 ||
        strcmp(listed->version, package->version) != 0 ||
        strcmp(listed->release, package->release) != 0 ||
        strcmp(listed->arch, package->arch) != 0) {
        sp_breach(findings, SP_RULE_REPODATA_IDENTITY, package->file, 0,
                  "repodata has another identity");
        return;
    }
    judge_values(package, listed, findings);
    judge_files(package, listed, findings);
}

static void judge_listing(const SpSurvey *survey, SpFindings *findings)
{
    guint modern = 0;
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (sp_survey_is_classic(survey, package))
            continue;
        modern++;
        judge_listed(survey, package, findings);
    }
    if (survey->repodata->packages->len != modern)
        sp_breach(findings, SP_RULE_REPODATA_COUNT, repomd, 0,
                  "lists %u packages, the image has %u", survey->repodata->packages->len, modern);
    for (guint i = 0; i < survey->repodata->packages->len; i++) {
        const SpRepoPackage *listed = survey->repodata->packages->pdata[i];
        if (sp_tree_look_up(survey->entries, listed->href) == NULL)
            sp_breach(findings, SP_RULE_REPODATA_FILE, listed->href, 0,
                      "is listed by repodata and is not on the image");
    }
}

static gboolean has_member(const GPtrArray *members, const char *name)
{
    for (guint i = 0; i < members->len; i++)
        if (strcmp(members->pdata[i], name) == 0)
            return TRUE;
    return FALSE;
}

void sp_judge_repodata(const SpSurvey *survey, SpFindings *findings)
{
    const SpRepodata *repodata = survey->repodata;
    if (repodata == NULL) {
        if (survey->update != NULL || survey->classic == NULL)
            sp_breach(findings, SP_RULE_REPODATA, "repodata", 0, "there is none");
        return;
    }
    judge_records(survey, findings);
    judge_listing(survey, findings);
    if (survey->update == NULL)
        return;
    g_autofree char *member = g_strconcat("update-", survey->update->label, NULL);
    if (!has_member(repodata->group_members, member))
        sp_breach(findings, SP_RULE_COMPS_MEMBER, "repodata", 0,
                  "group 'update' has no mandatory member '%s'", member);
    if (repodata->has_drivers && !has_member(repodata->driver_members, member))
        sp_breach(findings, SP_RULE_COMPS_MEMBER, "repodata", 0,
                  "group 'drivers' has no mandatory member '%s'", member);
}
