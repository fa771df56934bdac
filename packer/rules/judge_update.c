/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grammar.h"
#include "judge.h"
#include "uuid.h"
#include "verify_rules.h"

#include <string.h>

static const char place[] = "update.xml";

static void judge_values(const SpUpdate *update, SpFindings *findings)
{
    const char *must = sp_grammar_uuid(update->uuid);
    if (must != NULL)
        sp_breach(findings, SP_RULE_UUID_GRAMMAR, place, 0, "uuid %s", must);
    must = sp_grammar_label(update->label);
    if (must != NULL)
        sp_breach(findings, SP_RULE_LABEL_GRAMMAR, place, 0, "name-label %s", must);
    gboolean blank = strpbrk(update->guidance, " \t\n") != NULL;
    if (update->guidance[0] != '\0' && (blank || sp_grammar_guidance(update->guidance) != NULL))
        sp_breach(findings, SP_RULE_GUIDANCE_GRAMMAR, place, 0,
                  "after-apply-guidance has a token xapi does not know, so it drops them all");
    gsize plain = strspn(update->version, "0123456789.+-_~"
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (update->version[plain] != '\0')
        sp_breach(findings, SP_RULE_VERSION_GRAMMAR, place, 0,
                  "version must be made of letters, digits and . + - _ ~");
}

/* Everything installing `package` pulls in from the image, itself included. */
static void mark(const SpSurvey *survey, guint package, gboolean *marked)
{
    if (marked[package])
        return;
    marked[package] = TRUE;
    const GArray *needs = ((const SpPackage *)survey->packages->pdata[package])->needs;
    for (guint i = 0; i < needs->len; i++)
        mark(survey, g_array_index(needs, guint, i), marked);
}

static gboolean is_payload(const SpSurvey *survey, const SpPackage *package, const char *stamper)
{
    return package->readable && !sp_survey_is_classic(survey, package) &&
           strcmp(package->name, stamper) != 0 && !g_str_has_prefix(package->name, "control-") &&
           strcmp(package->name, survey->update->control) != 0;
}

/* Requires of the payload that name this version of it: without, dnf 4 upgrades nothing (K.6). */
static gboolean pins(const SpPackage *stamper, const SpPackage *payload)
{
    static const char *const words[] = {"EQ", "GE"};
    const char *epoch = g_hash_table_lookup(payload->traits, "epoch");
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *full =
            g_strdup_printf("requires %s %s %s:%s-%s", payload->name, words[i],
                            epoch != NULL ? epoch : "0", payload->version, payload->release);
        g_autofree char *brief = g_strndup(full, strlen(full) - strlen(payload->release) - 1);
        if (g_hash_table_contains(stamper->traits, full) ||
            g_hash_table_contains(stamper->traits, brief))
            return TRUE;
    }
    return FALSE;
}

static void judge_payload(const SpSurvey *survey, const char *stamper, SpFindings *findings)
{
    g_autofree gboolean *marked = g_new0(gboolean, survey->packages->len + 1);
    const SpPackage *update = sp_survey_package(survey, stamper);
    gint64 total = 0;
    for (guint i = 0; i < survey->packages->len; i++)
        if (survey->packages->pdata[i] == update)
            mark(survey, i, marked);
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (!is_payload(survey, package, stamper))
            continue;
        total += package->size;
        if (!marked[i])
            sp_breach(findings, SP_RULE_UPDATE_REQUIRES, package->file, 0,
                      "is never installed: '%s' does not require it", stamper);
        else if (!pins(update, package))
            sp_breach(findings, SP_RULE_UPDATE_LOOSE, package->file, 0,
                      "'%s' does not require this version of it, so an upgrade may leave it out",
                      stamper);
    }
    if (total != survey->update->installation_size)
        sp_breach(findings, SP_RULE_INSTALLATION_SIZE, place, 0,
                  "installation-size is %" G_GINT64_FORMAT ", the payload takes %" G_GINT64_FORMAT,
                  survey->update->installation_size, total);
}

/* An RPM's version has no + and -, which build-update replaces (packs.md B.3). */
static void judge_stamper(const SpSurvey *survey, const char *stamper, SpFindings *findings)
{
    const SpPackage *package = sp_survey_package(survey, stamper);
    if (package == NULL) {
        sp_breach(findings, SP_RULE_UPDATE_PACKAGE, place, 0, "there is no package '%s'", stamper);
        return;
    }
    g_autofree char *version = g_strdelimit(g_strdup(survey->update->version), "+-", '.');
    if (strcmp(package->version, version) != 0)
        sp_breach(findings, SP_RULE_UPDATE_VERSION, package->file, 0,
                  "has version '%s', the pack '%s'", package->version, survey->update->version);
    judge_payload(survey, stamper, findings);
}

static void judge_script(const SpSurvey *survey, const SpPackage *package, const SpEntry *entry,
                         SpFindings *findings)
{
    g_auto(GStrv) parts = g_strsplit(entry->path, "/", 6); /* var/update/<uuid>/precheck */
    gboolean script = g_strv_length(parts) == 4 && g_str_has_prefix(entry->path, "var/update/") &&
                      (strcmp(parts[3], "precheck") == 0 || strcmp(parts[3], "remove") == 0);
    if (!script)
        return;
    if (strcmp(parts[2], survey->update->uuid) != 0)
        sp_breach(findings, SP_RULE_CONTROL_SCRIPT, package->file, 0,
                  "lays '%s' where xapi does not look: the uuid is '%s'", entry->path,
                  survey->update->uuid);
    if (entry->is_dir || (entry->mode & 0777) != 0755)
        sp_breach(findings, SP_RULE_CONTROL_SCRIPT, package->file, 0,
                  "'%s' has mode %04o and cannot be run as it is, not 0755", entry->path,
                  entry->mode);
}

static void judge_control(const SpSurvey *survey, SpFindings *findings)
{
    const SpPackage *control = sp_survey_package(survey, survey->update->control);
    if (survey->update->control[0] == '\0' || control == NULL) {
        sp_breach(findings, SP_RULE_CONTROL_PACKAGE, place, 0, "there is no control package '%s'",
                  survey->update->control);
        return;
    }
    for (guint i = 0; i < control->files->len; i++)
        judge_script(survey, control, control->files->pdata[i], findings);
}

/* A malformed or foreign stamp breaks resync_host for good (packs.md B.3, K.5). */
static void judge_stamp(const SpSurvey *survey, const char *stamper, SpFindings *findings)
{
    static const char folder[] = "var/update/applied/";
    if (survey->stamp == NULL)
        sp_breach(findings, SP_RULE_STAMP, stamper, 0, "carries no readable stamp: %s",
                  survey->stamp_problem);
    else if (!sp_update_same(survey->stamp, survey->update))
        sp_breach(findings, SP_RULE_STAMP, stamper, 0,
                  "its stamp does not say the same as update.xml");
    if (survey->stamp != NULL && survey->stamp->key[0] != '\0')
        sp_breach(findings, SP_RULE_STAMP_KEY, stamper, 0, "its stamp names the key '%s'",
                  survey->stamp->key);
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        for (guint k = 0; k < package->files->len; k++) {
            const SpEntry *entry = package->files->pdata[k];
            const char *name = g_str_has_prefix(entry->path, folder) && !entry->is_dir
                                   ? entry->path + strlen(folder)
                                   : survey->update->uuid;
            if (strcmp(name, survey->update->uuid) != 0 && sp_uuid_is_valid(name))
                sp_breach(findings, SP_RULE_STAMP, package->file, 0,
                          "carries the stamp of another update, '%s'", name);
        }
    }
}

void sp_judge_update(const SpSurvey *survey, SpFindings *findings)
{
    if (survey->update == NULL)
        return;
    g_autofree char *stamper = g_strconcat("update-", survey->update->label, NULL);
    judge_values(survey->update, findings);
    judge_stamper(survey, stamper, findings);
    judge_control(survey, findings);
    judge_stamp(survey, stamper, findings);
}
