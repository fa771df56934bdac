/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helper_pack.h"
#include "judge.h"
#include "verify_rules.h"

#define FILE_NAME "acme-mp-1.2-1.noarch.rpm"

static void set(char **slot, const char *value)
{
    g_free(*slot);
    *slot = g_strdup(value);
}

static void add_rpm(SpSurvey *survey)
{
    SpPackage *rpm = sp_package_new(FILE_NAME);
    rpm->name = g_strdup("acme-mp");
    rpm->version = g_strdup("1.2");
    rpm->release = g_strdup("1");
    rpm->arch = g_strdup("noarch");
    rpm->compressor = g_strdup("gzip");
    rpm->depends = g_strsplit("/bin/sh|rpmlib(CompressedFileNames) <= 3.0.4-1", "|", -1);
    rpm->readable = rpm->digests_good = TRUE;
    rpm->file_digest = 1;
    rpm->signature = sp_signature_new(SP_SIG_NONE);
    g_ptr_array_add(survey->packages, rpm);
}

/* An image whose classic half nothing is wrong with; the modern one plays no part here. */
static SpSurvey *a_survey(void)
{
    g_autoptr(SpPack) pack = a_pack();
    SpSurvey *survey = sp_survey_new("x.iso");
    survey->update = sp_update_from_pack(pack, 42, NULL);
    const char *texts[][2] = {{"XS-REPOSITORY", "<repository a=\"b\">\n"},
                              {"XS-PACKAGES", "<packages>\n"},
                              {"install", "#!/bin/sh\n"},
                              {"install.sh", "#!/bin/sh\nexit 0\n"}};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        sp_tree_take_text(survey->entries, texts[i][0], 0644, g_strdup(texts[i][1]));
    sp_tree_find(survey->entries, "install")->mode = 0755;
    sp_tree_find(survey->entries, "install.sh")->mode = 0755;
    SpEntry *entry = sp_tree_take_text(survey->entries, FILE_NAME, 0644, g_strdup("abc"));
    survey->classic = sp_classic_from_pack(pack, FILE_NAME, entry->content);
    survey->classic->line = 1;
    add_rpm(survey);
    return survey;
}

static void assert_judged(SpSurvey *survey, const char *rule, int line)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_judge_classic(survey, findings);
    if (rule != NULL)
        assert_only(findings, rule, line);
    else
        assert_int_equal(findings->all->len, 0);
    sp_survey_free(survey);
}

/* Changes one thing of a good survey and wants that one finding. */
#define CHANGED(rule, line, change)                                                                \
    do {                                                                                           \
        SpSurvey *survey = a_survey();                                                             \
        SpClassic *classic = survey->classic;                                                      \
        (void)classic;                                                                             \
        change;                                                                                    \
        assert_judged(survey, rule, line);                                                         \
    } while (0)
#define NEED    ((SpClassicNeed *)classic->needs->pdata[0])
#define LISTED  ((SpClassicPackage *)classic->packages->pdata[0])
#define PACKAGE ((SpPackage *)survey->packages->pdata[0])

static void rewrite(SpSurvey *survey, const char *path, const char *text)
{
    SpEntry *entry = sp_tree_find(survey->entries, path);
    g_bytes_unref(entry->content);
    entry->content = bytes_of(text);
}

static void good_ones(void **state)
{
    (void)state;
    assert_judged(a_survey(), NULL, 0);
    CHANGED(NULL, 0, g_clear_pointer(&survey->classic, sp_classic_free)); /* a modern pack */
    CHANGED(NULL, 0, survey->update->homogeneous = classic->homogeneous = TRUE);
}

static void texts(void **state)
{
    (void)state;
    CHANGED("classic-line", 2, rewrite(survey, "XS-REPOSITORY", "<a>\n<b\n"));
    CHANGED("classic-character", 1, rewrite(survey, "XS-PACKAGES", "&amp;\n"));
    CHANGED("classic-script", 0, rewrite(survey, "install", "exit 0\n"));
    CHANGED("classic-script", 0, rewrite(survey, "install.sh", ""));
    CHANGED("classic-script", 0, sp_tree_find(survey->entries, "install")->mode = 0644);
    CHANGED("classic-script", 0, set(&sp_tree_find(survey->entries, "install")->path, "other"));
}

static void identity(void **state)
{
    (void)state;
    CHANGED("classic-name", 1, set(&classic->originator, "acme:mp"));
    CHANGED(NULL, 0, set(&classic->product, "XCP"));
    CHANGED("classic-product", 1, set(&classic->product, "Xenserver"));
    CHANGED("classic-identity", 1, set(&classic->name, "other"));
    CHANGED("classic-identity", 1, set(&classic->version, "1.3"));
    CHANGED("classic-identity", 1, set(&classic->description, "Other"));
    CHANGED("classic-identity", 1, classic->homogeneous = TRUE);
    CHANGED("classic-version", 1, {
        set(&classic->version, "1.0rc1");
        set(&survey->update->version, "1.0rc1");
    });
    CHANGED("classic-requires", 0, set(&NEED->test, "="));
    CHANGED("classic-version", 0, set(&NEED->version, "6.x"));
    /* Read from an image without update.xml it is nobody's twin; unread, the reader has told. */
    CHANGED(NULL, 0, g_clear_pointer(&survey->update, sp_update_free));
    CHANGED(NULL, 0, {
        set(&classic->name, "");
        classic->line = 0;
    });
}

static void packages(void **state)
{
    (void)state;
    CHANGED("classic-file", 0, g_ptr_array_set_size(classic->packages, 0));
    CHANGED("classic-file", 0, set(&LISTED->file, "gone.rpm"));
    CHANGED("classic-file", 0, set(&LISTED->file, "./" FILE_NAME));
    CHANGED("classic-file", 0, set(&LISTED->file, "a b.rpm"));
    CHANGED("classic-type", 0, set(&LISTED->type, "driver"));
    CHANGED("classic-md5", 0, set(&LISTED->md5, "900150983CD24FB0D6963F7D28E17F72"));
    CHANGED("classic-md5", 0, LISTED->size++);
    CHANGED("classic-label", 0, set(&LISTED->label, "acme"));
}

static void what_rpm_4_4_2_cannot_read(void **state)
{
    (void)state;
    CHANGED("classic-rpm-feature", 0, set(&PACKAGE->compressor, "xz"));
    CHANGED("classic-rpm-feature", 0, PACKAGE->file_digest = 8);
    CHANGED("classic-arch", 0, set(&PACKAGE->arch, "x86_64"));
    CHANGED("classic-rpm-signature", 0, PACKAGE->signature->state = SP_SIG_GOOD);
    CHANGED("classic-rpm-feature", 0, set(&PACKAGE->depends[1], "rpmlib(FileDigests) <= 4.6.0-1"));
    CHANGED("classic-path", 0, sp_traits_set(PACKAGE->paths, "/lib/modules/2.6/extra/x.ko", ""));
    CHANGED(NULL, 0, { /* for 7.0 alone */
                       set(&NEED->version, "7.0");
                       set(&PACKAGE->arch, "x86_64");
                       set(&PACKAGE->compressor, "xz");
                       PACKAGE->file_digest = 8;
    });
}

static void what_only_some_hosts_have(void **state)
{
    (void)state;
    g_autoptr(SpSurvey) survey = a_survey();
    g_autoptr(SpFindings) findings = sp_findings_new();
    SpClassic *classic = survey->classic;
    set(&NEED->name, "linux");
    sp_judge_classic(survey, findings);
    assert_int_equal(findings->all->len, 1);
    assert_int_equal(find_rule(findings, "classic-unresolved")->severity, SP_WARNING);
}

/* What a driver-rpm for one kernel, and for any, may lay down. */
static void drivers(void **state)
{
    (void)state;
#define DRIVER(rule, of, path)                                                                     \
    CHANGED(rule, 0, {                                                                             \
        set(&LISTED->type, "driver-rpm");                                                          \
        set(&LISTED->kernel, of);                                                                  \
        sp_traits_set(PACKAGE->paths, path, "");                                                   \
    })
    DRIVER(NULL, "3.10.0+2", "/lib/modules/3.10.0+2/extra/x.ko");
    DRIVER(NULL, "3.10.0+2", "/lib/modules/3.10.0+2/updates/x.ko");
    DRIVER("classic-path", "3.10.0+2", "/lib/modules/3.10.0+2/kernel/x.ko");
    DRIVER("classic-path", "3.10.0+2", "/lib/modules/3.10.0+3/extra/x.ko");
    DRIVER(NULL, "any", "/lib/firmware/x.bin");
    DRIVER("classic-path", "any", "/opt/x");
}

/* The other half's rules do not apply to its package, which repodata must not list. */
static void not_among_the_modern_packages(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpSurvey) survey = a_survey();
    survey->repodata = sp_repodata_new();
    assert_true(sp_survey_is_classic(survey, survey->packages->pdata[0]));
    sp_survey_judge(survey, &(SpDemand){0}, findings);
    assert_null(find_rule(findings, "repodata-missing"));
    assert_null(find_rule(findings, "repodata-count"));
    assert_non_null(find_rule(findings, "update-package"));
    /* Being listed in XS-PACKAGES does not take a package of the other half out of its rules. */
    SpPackage *rpm = survey->packages->pdata[0];
    set(&rpm->file, "Packages/" FILE_NAME);
    set(&((SpClassicPackage *)survey->classic->packages->pdata[0])->file, rpm->file);
    assert_false(sp_survey_is_classic(survey, rpm));
    /* Nor does it when repodata lists it. */
    set(&rpm->file, FILE_NAME);
    set(&((SpClassicPackage *)survey->classic->packages->pdata[0])->file, FILE_NAME);
    SpRepoPackage *listed = sp_repodata_add_package(survey->repodata);
    set(&listed->href, FILE_NAME);
    assert_false(sp_survey_is_classic(survey, rpm));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ones),
        cmocka_unit_test(texts),
        cmocka_unit_test(identity),
        cmocka_unit_test(packages),
        cmocka_unit_test(what_rpm_4_4_2_cannot_read),
        cmocka_unit_test(what_only_some_hosts_have),
        cmocka_unit_test(drivers),
        cmocka_unit_test(not_among_the_modern_packages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
