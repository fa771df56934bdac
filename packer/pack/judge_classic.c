/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grammar.h"
#include "survey.h"

#include <string.h>

static void bad(SpFindings *findings, const char *rule, const char *file, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
static void bad(SpFindings *findings, const char *rule, const char *file, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sp_findings_add_valist(findings, SP_BAD, rule, file, 0, format, args);
    va_end(args);
}

static gboolean is_word(const char *value)
{
    return value[0] != '\0' && value[strspn(value, G_CSET_a_2_z G_CSET_A_2_Z "0123456789_.-")] == 0;
}

/* As it is compared with the output of md5sum, and handed to rpm. */
static gboolean is_file_name(const char *value)
{
    return value[0] != '-' && value[0] != '.' && value[0] != '\0' &&
           value[strspn(value, G_CSET_a_2_z G_CSET_A_2_Z "0123456789_.+-")] == 0;
}

static void judge_needs(const SpClassic *classic, SpFindings *findings)
{
    static const char *const tests[] = {"eq", "ne", "lt", "gt", "le", "ge", NULL};
    for (guint i = 0; i < classic->needs->len; i++) {
        const SpClassicNeed *need = classic->needs->pdata[i];
        if (!is_word(need->originator) || !is_word(need->name) ||
            !g_strv_contains(tests, need->test) || sp_grammar_version(need->version) != NULL)
            bad(findings, "classic-requires", SP_CLASSIC_REPOSITORY,
                "no host understands the requirement '%s:%s %s %s'", need->originator, need->name,
                need->test, need->version);
    }
}

static void judge_identity(const SpSurvey *survey, SpFindings *findings)
{
    const SpClassic *classic = survey->classic;
    const SpUpdate *update = survey->update;
    if (!is_word(classic->originator) || !is_word(classic->name))
        bad(findings, "classic-id", SP_CLASSIC_REPOSITORY,
            "originator and name must be of A-Z a-z 0-9 _ . -");
    /* Compared with the host's brand or its platform, of which there were two. */
    if (strcmp(classic->product, "XenServer") != 0 && strcmp(classic->product, "XCP") != 0)
        bad(findings, "classic-product", SP_CLASSIC_REPOSITORY,
            "no host is of the product '%s', only of XenServer or XCP", classic->product);
    const char *must = sp_grammar_version(classic->version);
    if (must != NULL)
        bad(findings, "classic-version", SP_CLASSIC_REPOSITORY, "version %s", must);
    if (strcmp(classic->name, update->label) != 0 ||
        strcmp(classic->version, update->version) != 0 ||
        strcmp(classic->description, update->description) != 0 ||
        classic->homogeneous != update->homogeneous)
        bad(findings, "classic-identity", SP_CLASSIC_REPOSITORY,
            "says something else than update.xml");
}

/* rpm 4.4.2 of the hosts up to 6.5 must be able to read it (packs.md D). */
static void judge_rpm(const SpClassicPackage *listed, const SpPackage *rpm, SpFindings *findings)
{
    static const char *const known[] = {"CompressedFileNames", "PayloadFilesHavePrefix", NULL};
    if (!rpm->digests_good)
        bad(findings, "rpm-digest", rpm->file, "digests do not match: %s", rpm->problem);
    if (strcmp(rpm->name, listed->label) != 0)
        bad(findings, "classic-label", rpm->file, "'%s' lists it as '%s', it is '%s'",
            SP_CLASSIC_PACKAGES, listed->label, rpm->name);
    if (strcmp(rpm->compressor, "gzip") != 0)
        bad(findings, "rpm-payload", rpm->file, "payload is compressed with %s, not gzip",
            rpm->compressor);
    if (strcmp(rpm->arch, "noarch") != 0)
        bad(findings, "rpm-arch", rpm->file, "architecture is %s; not every host is", rpm->arch);
    for (guint i = 0; rpm->depends != NULL && rpm->depends[i] != NULL; i++)
        if (!sp_rpmlib_known(rpm->depends[i], known))
            bad(findings, "rpm-feature", rpm->file, "needs %s, which rpm 4.4.2 does not have",
                rpm->depends[i]);
    if (rpm->signature->state != SP_SIG_NONE)
        bad(findings, "classic-signature", rpm->file,
            "is signed; rpm 4.4.2 takes only signatures no gpg makes any more");
    for (guint i = 0; i < rpm->files->len; i++) {
        const SpEntry *entry = rpm->files->pdata[i];
        if (g_str_has_prefix(entry->path, "lib/modules/"))
            bad(findings, "classic-modules", rpm->file, "'%s' belongs into a driver-rpm",
                entry->path);
    }
}

static void judge_package(const SpSurvey *survey, const SpClassicPackage *listed,
                          SpFindings *findings)
{
    if (!is_file_name(listed->file) || strcmp(listed->type, "rpm") != 0) {
        bad(findings, "classic-package", SP_CLASSIC_PACKAGES,
            "'%s' of type '%s' is no package every installer knows", listed->file, listed->type);
        return;
    }
    const SpEntry *entry = sp_tree_find(survey->entries, listed->file);
    if (entry == NULL || entry->content == NULL) {
        bad(findings, "classic-package", SP_CLASSIC_PACKAGES, "'%s' is not on the image",
            listed->file);
        return;
    }
    g_autofree char *md5 = g_compute_checksum_for_bytes(G_CHECKSUM_MD5, entry->content);
    if (strcmp(md5, listed->md5) != 0 || (gint64)g_bytes_get_size(entry->content) != listed->size)
        bad(findings, "classic-md5", listed->file, "'%s' has another size or MD5",
            SP_CLASSIC_PACKAGES);
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *rpm = survey->packages->pdata[i];
        if (strcmp(rpm->file, listed->file) == 0)
            judge_rpm(listed, rpm, findings);
    }
}

static void judge_texts(const SpSurvey *survey, SpFindings *findings)
{
    static const char *const texts[] = {SP_CLASSIC_REPOSITORY, SP_CLASSIC_PACKAGES};
    static const char *const programs[] = {"install", "install.sh"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        const SpEntry *entry = sp_tree_find(survey->entries, texts[i]);
        if (entry != NULL && entry->content != NULL)
            sp_classic_check_text(texts[i], entry->content, findings);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        const SpEntry *entry = sp_tree_find(survey->entries, programs[i]);
        gsize size = 0;
        const char *text =
            entry != NULL && entry->content != NULL ? g_bytes_get_data(entry->content, &size) : "";
        if (size < 10 || memcmp(text, "#!/bin/sh\n", 10) != 0)
            bad(findings, "classic-install", programs[i], "there is no such shell script");
    }
}

void sp_survey_judge_classic(const SpSurvey *survey, SpFindings *findings)
{
    if (!sp_classic_is_there(survey->entries))
        return;
    judge_texts(survey, findings);
    const SpClassic *classic = survey->classic;
    if (classic == NULL) {
        bad(findings, "classic", SP_CLASSIC_REPOSITORY, "%s", survey->classic_problem);
        return;
    }
    judge_identity(survey, findings);
    judge_needs(classic, findings);
    if (classic->packages->len == 0)
        bad(findings, "classic-package", SP_CLASSIC_PACKAGES, "lists no package");
    for (guint i = 0; i < classic->packages->len; i++)
        judge_package(survey, classic->packages->pdata[i], findings);
}
