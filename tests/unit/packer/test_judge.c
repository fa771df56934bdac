/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helper_pack.h"

#include <string.h>
#include "judge.h"
#include "verify_rules.h"

#define SURVEY     SpSurvey *survey = a_survey()
#define PACKAGE(i) ((SpPackage *)survey->packages->pdata[i])
#define LISTED(i)  ((SpRepoPackage *)survey->repodata->packages->pdata[i])
#define RECORD(i)  ((SpRepoRecord *)survey->repodata->records->pdata[i])

static void set(char **slot, const char *value)
{
    g_free(*slot);
    *slot = g_strdup(value);
}

static SpPackage *add_package(SpSurvey *survey, const char *name, const char *arch)
{
    g_autofree char *file = g_strdup_printf("Packages/%s-1.2-1.%s.rpm", name, arch);
    SpPackage *package = sp_package_new(file);
    package->name = g_strdup(name);
    package->version = g_strdup("1.2");
    package->release = g_strdup("1");
    package->arch = g_strdup(arch);
    package->compressor = g_strdup("gzip");
    package->depends = g_strsplit("/bin/sh|rpmlib(FileDigests) <= 4.6.0-1", "|", -1);
    package->digests_good = package->readable = package->has_sha256 = TRUE;
    package->size = strcmp(name, "acme-mp") == 0 ? 42 : 7;
    package->signature = sp_signature_new(SP_SIG_NONE);
    g_ptr_array_add(survey->packages, package);
    SpEntry *entry = sp_tree_take_text(survey->entries, file, 0644, g_strdup(name));
    SpRepoPackage *listed = sp_repodata_add_package(survey->repodata);
    set(&listed->name, name);
    set(&listed->arch, arch);
    set(&listed->version, "1.2");
    set(&listed->release, "1");
    set(&listed->href, file);
    set(&listed->sha256, sp_entry_sha256(entry));
    listed->size = (gint64)g_bytes_get_size(entry->content);
    listed->in_other = TRUE;
    return package;
}

/* A survey of an image nothing is wrong with. */
static SpSurvey *a_survey(void)
{
    g_autoptr(SpPack) pack = a_pack();
    SpSurvey *survey = sp_survey_new("x.iso");
    survey->update = sp_update_from_pack(pack, 42, NULL);
    survey->stamp = sp_update_from_pack(pack, 42, NULL);
    survey->repodata = sp_repodata_new();
    sp_tree_take_text(survey->entries, "repodata/repomd.xml", 0644, g_strdup("x"));
    const char *types[] = {"primary", "filelists", "other", "group"};
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autofree char *href = g_strdup_printf("repodata/%s", types[i]);
        SpEntry *entry = sp_tree_take_text(survey->entries, href, 0644, g_strdup("x"));
        SpRepoRecord *record = sp_repodata_add_record(survey->repodata);
        set(&record->type, types[i]);
        set(&record->href, href);
        set(&record->sha256, sp_entry_sha256(entry));
        record->size = 1;
    }
    g_ptr_array_add(survey->repodata->group_members, g_strdup("update-acme-mp"));
    add_package(survey, "control-acme-mp", "x86_64");
    add_package(survey, "acme-mp", "x86_64");
    const guint payload = 1;
    SpPackage *update = add_package(survey, "update-acme-mp", "noarch");
    g_array_append_val(update->needs, payload);
    sp_traits_set(update->traits, "requires acme-mp GE 0:1.2-1", "");
    sp_traits_set(LISTED(2)->traits, "requires acme-mp GE 0:1.2-1", "");
    return survey;
}

static const char fingerprint[] = "00112233445566778899AABBCCDDEEFF00112233";

static void sign_one(SpSignature *signature)
{
    signature->state = SP_SIG_GOOD;
    set(&signature->key_id, "ccddeeff00112233");
    set(&signature->fingerprint, fingerprint);
    set(&signature->primary, fingerprint);
    set(&signature->algorithm, "RSA/SHA256");
}

static void sign(SpSurvey *survey)
{
    SpKey *key = sp_key_new();
    set(&key->fingerprint, fingerprint);
    set(&key->algorithm, "RSA");
    key->bits = 2048;
    key->can_sign = TRUE;
    g_ptr_array_add(survey->image_keys, key);
    set(&survey->update->key, "RPM-GPG-KEY-ACME");
    set(&survey->key_fingerprint, fingerprint);
    sign_one(survey->update_signature);
    sign_one(survey->repomd_signature);
    for (guint i = 0; i < survey->packages->len; i++)
        sign_one(((SpPackage *)survey->packages->pdata[i])->signature);
}

static gint by_path(gconstpointer a, gconstpointer b)
{
    return strcmp((*(SpEntry *const *)a)->path, (*(SpEntry *const *)b)->path);
}

static void assert_judged(SpSurvey *survey, const char *rule)
{
    g_ptr_array_sort(survey->entries, by_path); /* as the reader gives them */
    g_autoptr(SpFindings) findings = sp_findings_new();
    sp_survey_judge(survey, &(SpDemand){0}, findings);
    if (rule != NULL)
        assert_only(findings, rule, 0);
    else
        assert_int_equal(findings->all->len, 0);
    sp_survey_free(survey);
}

static void good_images(void **state)
{
    (void)state;
    assert_judged(a_survey(), NULL);
    SURVEY;
    sign(survey);
    assert_judged(survey, NULL);
}

static void packages(void **state)
{
    (void)state;
    {
        SURVEY;
        PACKAGE(0)->digests_good = FALSE;
        assert_judged(survey, "rpm-digest");
    }
    {
        SURVEY;
        set(&PACKAGE(0)->compressor, "zstd");
        assert_judged(survey, "rpm-payload-zstd");
    }
    {
        SURVEY;
        g_strfreev(PACKAGE(1)->depends);
        PACKAGE(1)->depends = g_strsplit("rpmlib(ShortCircuited) <= 4.9.0-1", "|", -1);
        assert_judged(survey, "rpm-feature");
    }
    {
        SURVEY;
        set(&PACKAGE(0)->arch, "aarch64");
        set(&LISTED(0)->arch, "aarch64");
        assert_judged(survey, "rpm-arch");
    }
}

static void repodata(void **state)
{
    (void)state;
    {
        SURVEY;
        sp_repodata_free(survey->repodata);
        survey->repodata = NULL;
        assert_judged(survey, "repodata");
    }
    {
        SURVEY;
        LISTED(2)->size++;
        assert_judged(survey, "repodata-digest");
    }
    {
        SURVEY;
        set(&LISTED(2)->sha256, "0");
        assert_judged(survey, "repodata-digest");
    }
    {
        SURVEY;
        set(&LISTED(2)->version, "1.3");
        assert_judged(survey, "repodata-identity");
    }
    {
        SURVEY;
        set(&sp_repodata_add_package(survey->repodata)->href, PACKAGE(0)->file);
        assert_judged(survey, "repodata-count");
    }
    {
        SURVEY;
        set(&RECORD(1)->type, "updateinfo");
        assert_judged(survey, "repodata-record");
    }
    {
        SURVEY;
        set(&RECORD(1)->href, "repodata/gone");
        assert_judged(survey, "repodata-file");
    }
    {
        SURVEY;
        set(&RECORD(1)->sha256, "0");
        assert_judged(survey, "repodata-digest");
    }
    {
        SURVEY;
        g_ptr_array_set_size(survey->repodata->group_members, 0);
        assert_judged(survey, "comps-member");
    }
}

static void update_document(void **state)
{
    (void)state;
    {
        SURVEY;
        set(&survey->update->guidance, "reboot");
        set(&survey->stamp->guidance, "reboot");
        assert_judged(survey, "guidance-grammar");
    }
    {
        SURVEY;
        set(&survey->update->control, "control-other");
        set(&survey->stamp->control, "control-other");
        assert_judged(survey, "control-package");
    }
    {
        SURVEY;
        set(&survey->stamp->version, "9");
        assert_judged(survey, "stamp");
    }
    {
        SURVEY;
        g_clear_pointer(&survey->stamp, sp_update_free);
        assert_judged(survey, "stamp");
    }
    {
        SURVEY;
        set(&survey->update->uuid, "X");
        set(&survey->stamp->uuid, "X");
        assert_judged(survey, "uuid-grammar");
    }
}

static void signatures_all_or_none(void **state)
{
    (void)state;
    {
        SURVEY;
        sign(survey);
        survey->repomd_signature->state = SP_SIG_EXPIRED;
        assert_judged(survey, "signature");
    }
    {
        SURVEY;
        sign(survey);
        survey->update_signature->state = SP_SIG_NONE;
        assert_judged(survey, "signature");
    }
    {
        SURVEY;
        sign(survey);
        PACKAGE(2)->signature->state = SP_SIG_NONE;
        assert_judged(survey, "rpm-signature");
    }
    {
        SURVEY;
        sign(survey);
        set(&survey->key_fingerprint, "");
        g_ptr_array_set_size(survey->image_keys, 0);
        assert_judged(survey, "key-file");
    }
}

static void any_signature_claims_that_it_is_signed(void **state)
{
    (void)state;
    g_autoptr(SpSurvey) survey = a_survey();
    assert_false(sp_survey_claims_signed(survey));
    SpSigState *const places[] = {&survey->update_signature->state,
                                  &survey->repomd_signature->state, &survey->sums_signature->state};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        *places[i] = SP_SIG_BAD;
        assert_true(sp_survey_claims_signed(survey));
        *places[i] = SP_SIG_NONE;
    }
    PACKAGE(1)->signature->state = SP_SIG_NO_KEY; /* its maker's, on an unsigned image */
    assert_false(sp_survey_claims_signed(survey));
    set(&survey->update->key, "KEY");
    assert_true(sp_survey_claims_signed(survey));
}

static void an_rpm_of_another_maker_on_an_unsigned_image(void **state)
{
    (void)state;
    {
        SURVEY;
        PACKAGE(2)->signature->state = SP_SIG_NO_KEY;
        set(&PACKAGE(2)->signature->algorithm, "DSA/SHA1");
        assert_judged(survey, NULL);
    }
    {
        SURVEY;
        PACKAGE(2)->signature->state = SP_SIG_BAD;
        assert_judged(survey, "rpm-signature");
    }
}

static void modes_and_owners(void **state)
{
    (void)state;
    {
        SURVEY;
        ((SpEntry *)survey->entries->pdata[0])->mode = 0600;
        assert_judged(survey, "image-mode");
    }
    {
        SURVEY;
        ((SpEntry *)survey->entries->pdata[0])->uid = 1000;
        assert_judged(survey, "image-owner");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_images),
        cmocka_unit_test(packages),
        cmocka_unit_test(repodata),
        cmocka_unit_test(update_document),
        cmocka_unit_test(signatures_all_or_none),
        cmocka_unit_test(modes_and_owners),
        cmocka_unit_test(any_signature_claims_that_it_is_signed),
        cmocka_unit_test(an_rpm_of_another_maker_on_an_unsigned_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
