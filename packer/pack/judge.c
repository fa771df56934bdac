/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grammar.h"
#include "survey.h"

#include <string.h>

typedef struct {
    const SpSurvey *survey;
    SpFindings *findings;
} Judge;

static void bad(const Judge *judge, const char *rule, const char *file, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
static void bad(const Judge *judge, const char *rule, const char *file, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sp_findings_add_valist(judge->findings, SP_BAD, rule, file, 0, format, args);
    va_end(args);
}

static const SpPackage *find_package(const SpSurvey *survey, const char *name)
{
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (strcmp(package->name, name) == 0)
            return package;
    }
    return NULL;
}

static void judge_package(const Judge *judge, const SpPackage *package, gboolean must_be_signed)
{
    if (!package->digests_good)
        bad(judge, "rpm-digest", package->file, "digests do not match: %s", package->problem);
    if (strcmp(package->compressor, "gzip") != 0 && strcmp(package->compressor, "xz") != 0)
        bad(judge, "rpm-payload", package->file, "payload is compressed with %s, not gzip or xz",
            package->compressor);
    if (strcmp(package->arch, "x86_64") != 0 && strcmp(package->arch, "noarch") != 0)
        bad(judge, "rpm-arch", package->file, "architecture is %s, not x86_64 or noarch",
            package->arch);
    /* rpm 4.11 of every dom0 from 7.0 to 8 must be able to read it (packs.md D). */
    static const char *const known[] = {"CompressedFileNames", "PayloadFilesHavePrefix",
                                        "FileDigests", NULL};
    for (guint i = 0; package->depends != NULL && package->depends[i] != NULL; i++)
        if (!sp_rpmlib_known(package->depends[i], known))
            bad(judge, "rpm-feature", package->file, "needs %s, which rpm 4.11 does not have",
                package->depends[i]);
    if (must_be_signed && package->signature->state != SP_SIG_GOOD)
        bad(judge, "rpm-signature", package->file, "signature is %s: %s",
            sp_signature_word(package->signature->state), package->problem);
}

static const SpRepoPackage *find_listed(const SpRepodata *repodata, const char *href)
{
    for (guint i = 0; i < repodata->packages->len; i++) {
        const SpRepoPackage *listed = repodata->packages->pdata[i];
        if (strcmp(listed->href, href) == 0)
            return listed;
    }
    return NULL;
}

static void judge_listing(const Judge *judge)
{
    const SpSurvey *survey = judge->survey;
    guint classic = 0;
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (sp_survey_is_classic(survey, package)) {
            classic++;
            continue;
        }
        const SpRepoPackage *listed = find_listed(survey->repodata, package->file);
        SpEntry *entry = sp_tree_find(survey->entries, package->file);
        if (listed == NULL)
            bad(judge, "repodata-missing", package->file, "repodata does not list it");
        else if (listed->size != (gint64)g_bytes_get_size(entry->content) ||
                 strcmp(listed->sha256, sp_entry_sha256(entry)) != 0)
            bad(judge, "repodata-digest", package->file, "repodata has another size or digest");
        else if (strcmp(listed->name, package->name) != 0 ||
                 strcmp(listed->version, package->version) != 0 ||
                 strcmp(listed->release, package->release) != 0 ||
                 strcmp(listed->arch, package->arch) != 0)
            bad(judge, "repodata-identity", package->file, "repodata has another identity");
    }
    guint modern = survey->packages->len - classic;
    if (survey->repodata->packages->len != modern)
        bad(judge, "repodata-count", "repodata/repomd.xml", "lists %u packages, the image has %u",
            survey->repodata->packages->len, modern);
}

static void judge_records(const Judge *judge)
{
    static const char *const needed[] = {"primary", "filelists", "other", "group"};
    const GPtrArray *records = judge->survey->repodata->records;
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
        gboolean found = FALSE;
        for (guint k = 0; k < records->len; k++)
            found = found || strcmp(((SpRepoRecord *)records->pdata[k])->type, needed[i]) == 0;
        if (!found)
            bad(judge, "repodata-record", "repodata/repomd.xml", "has no record '%s'", needed[i]);
    }
    for (guint i = 0; i < records->len; i++) {
        const SpRepoRecord *record = records->pdata[i];
        SpEntry *entry = sp_tree_find(judge->survey->entries, record->href);
        if (entry == NULL || entry->content == NULL)
            bad(judge, "repodata-file", record->href, "named by repomd.xml, not on the image");
        else if (strcmp(record->sha256, sp_entry_sha256(entry)) != 0 ||
                 record->size != (gint64)g_bytes_get_size(entry->content))
            bad(judge, "repodata-digest", record->href, "repomd.xml has another size or digest");
    }
}

static void judge_repodata(const Judge *judge)
{
    const SpSurvey *survey = judge->survey;
    if (survey->repodata == NULL) {
        bad(judge, "repodata", "repodata", "%s",
            survey->repodata_problem[0] != '\0' ? survey->repodata_problem : "there is none");
        return;
    }
    judge_records(judge);
    judge_listing(judge);
    g_autofree char *member = g_strconcat("update-", survey->update->label, NULL);
    gboolean found = FALSE;
    for (guint i = 0; i < survey->repodata->group_members->len; i++)
        found = found || strcmp(survey->repodata->group_members->pdata[i], member) == 0;
    if (!found)
        bad(judge, "comps-member", "repodata", "group 'update' has no mandatory member '%s'",
            member);
}

static void judge_update(const Judge *judge)
{
    const SpSurvey *survey = judge->survey;
    const SpUpdate *update = survey->update;
    const char *must = sp_grammar_uuid(update->uuid);
    if (must != NULL)
        bad(judge, "uuid-grammar", "update.xml", "uuid %s", must);
    must = sp_grammar_label(update->label);
    if (must != NULL)
        bad(judge, "label-grammar", "update.xml", "name-label %s", must);
    if (update->guidance[0] != '\0' && sp_grammar_guidance(update->guidance) != NULL)
        bad(judge, "guidance-grammar", "update.xml", "after-apply-guidance has an unknown token");
    g_autofree char *stamper = g_strconcat("update-", update->label, NULL);
    if (find_package(survey, stamper) == NULL)
        bad(judge, "update-package", "update.xml", "there is no package '%s'", stamper);
    if (update->control[0] == '\0' || find_package(survey, update->control) == NULL)
        bad(judge, "control-package", "update.xml", "there is no control package '%s'",
            update->control);
    /* A malformed stamp breaks resync_host for good (packs.md K.5). */
    if (survey->stamp == NULL)
        bad(judge, "stamp", stamper, "carries no readable stamp: %s", survey->stamp_problem);
    else if (!sp_update_same(survey->stamp, update))
        bad(judge, "stamp", stamper, "its stamp does not say the same as update.xml");
}

static void judge_entries(const Judge *judge)
{
    for (guint i = 0; i < judge->survey->entries->len; i++) {
        const SpEntry *entry = judge->survey->entries->pdata[i];
        guint mode = entry->is_dir || sp_classic_is_program(entry->path) ? 0755 : 0644;
        if (entry->mode != mode || entry->uid != 0 || entry->gid != 0)
            bad(judge, "image-mode", entry->path, "mode %04o owner %u:%u, not %04o 0:0",
                entry->mode, entry->uid, entry->gid, mode);
    }
}

static void judge_signatures(const Judge *judge)
{
    const SpSurvey *survey = judge->survey;
    if (!sp_survey_claims_signed(survey))
        return;
    if (survey->key_fingerprint[0] == '\0')
        bad(judge, "key-file", survey->update->key, "the public key is not on the image");
    const struct {
        const char *file;
        const SpSignature *signature;
    } places[] = {{"update.xml", survey->update_signature},
                  {"repodata/repomd.xml", survey->repomd_signature}};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        if (places[i].signature->state != SP_SIG_GOOD)
            bad(judge, "signature", places[i].file, "signature is %s",
                sp_signature_word(places[i].signature->state));
}

void sp_survey_judge(const SpSurvey *survey, SpFindings *findings)
{
    Judge judge = {survey, findings};
    judge_entries(&judge);
    judge_update(&judge);
    gboolean must_be_signed = sp_survey_claims_signed(survey);
    for (guint i = 0; i < survey->packages->len; i++)
        if (!sp_survey_is_classic(survey, survey->packages->pdata[i]))
            judge_package(&judge, survey->packages->pdata[i], must_be_signed);
    sp_survey_judge_classic(survey, findings);
    judge_repodata(&judge);
    judge_signatures(&judge);
}
