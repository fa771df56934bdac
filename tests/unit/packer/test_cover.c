/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cover.h"
#include "helper.h"
#include "sums.h"

static const char fingerprint[] = "00112233445566778899AABBCCDDEEFF00112233";

static void add_key(GPtrArray *keys)
{
    SpKey *key = sp_key_new();
    g_free(key->fingerprint);
    key->fingerprint = g_strdup(fingerprint);
    g_ptr_array_add(keys, key);
}

/* What build-update makes, and one file more; nothing is signed yet. */
static SpSurvey *a_survey(void)
{
    SpSurvey *survey = sp_survey_new("x.iso");
    static const char *const files[] = {"KEY",
                                        "Packages/a.rpm",
                                        "extra",
                                        "repodata/primary",
                                        "repodata/repomd.xml",
                                        "repodata/repomd.xml.asc",
                                        "update.xml",
                                        "update.xml.asc"};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        sp_tree_take_text(survey->entries, files[i], 0644, g_strdup(files[i]));
    sp_tree_add_dir(survey->entries, "zz", 0755);
    survey->repodata = sp_repodata_new();
    SpRepoRecord *record = sp_repodata_add_record(survey->repodata);
    SpRepoPackage *package = sp_repodata_add_package(survey->repodata);
    g_free(record->type);
    record->type = g_strdup("primary");
    g_free(record->href);
    record->href = g_strdup("repodata/primary");
    g_free(record->sha256);
    record->sha256 = g_strdup(sp_entry_sha256(sp_tree_find(survey->entries, record->href)));
    g_free(package->href);
    package->href = g_strdup("Packages/a.rpm");
    g_free(package->sha256);
    package->sha256 = g_strdup(sp_entry_sha256(sp_tree_find(survey->entries, package->href)));
    g_free(survey->key_file);
    survey->key_file = g_strdup("KEY");
    add_key(survey->image_keys);
    survey->keyring = sp_keys_new();
    add_key(survey->keyring);
    return survey;
}

static void assert_uncovered(const SpSurvey *survey, const char *wanted)
{
    g_autoptr(GPtrArray) uncovered = sp_survey_uncovered(survey);
    g_autoptr(GString) found = g_string_new(NULL);
    for (guint i = 0; i < uncovered->len; i++)
        g_string_append_printf(found, "%s ", (const char *)uncovered->pdata[i]);
    assert_string_equal(found->str, wanted);
}

static void by_the_metadata(void **state)
{
    (void)state;
    g_autoptr(SpSurvey) survey = a_survey();
    assert_uncovered(survey, "Packages/a.rpm extra repodata/primary repodata/repomd.xml "
                             "repodata/repomd.xml.asc update.xml update.xml.asc ");
    survey->update_signature->state = SP_SIG_GOOD;
    assert_uncovered(survey, "Packages/a.rpm extra repodata/primary repodata/repomd.xml "
                             "repodata/repomd.xml.asc ");
    survey->repomd_signature->state = SP_SIG_GOOD;
    assert_uncovered(survey, "extra ");
    survey->repomd_signature->state = SP_SIG_NO_KEY;
    assert_uncovered(survey, "Packages/a.rpm extra repodata/primary repodata/repomd.xml "
                             "repodata/repomd.xml.asc ");
}

/* A link of the chain that is broken covers nothing behind it. */
static void by_the_digests_alone(void **state)
{
    (void)state;
    g_autoptr(SpSurvey) survey = a_survey();
    survey->update_signature->state = survey->repomd_signature->state = SP_SIG_GOOD;
    SpRepoPackage *package = survey->repodata->packages->pdata[0];
    package->sha256[0] = 'x';
    assert_uncovered(survey, "Packages/a.rpm extra ");
    package->sha256[0] = '\0'; /* not given */
    assert_uncovered(survey, "Packages/a.rpm extra ");
    ((SpRepoRecord *)survey->repodata->records->pdata[0])->sha256[0] = 'x';
    assert_uncovered(survey, "Packages/a.rpm extra repodata/primary ");
}

static void the_key_where_it_is_trusted(void **state)
{
    (void)state;
    g_autoptr(SpSurvey) survey = a_survey();
    survey->update_signature->state = survey->repomd_signature->state = SP_SIG_GOOD;
    ((SpKey *)survey->keyring->pdata[0])->fingerprint[0] = 'F';
    assert_uncovered(survey, "KEY extra ");
    g_clear_pointer(&survey->keyring, g_ptr_array_unref);
    assert_uncovered(survey, "extra ");
    add_key(survey->image_keys);
    assert_uncovered(survey, "KEY extra ");
}

static void by_the_list(void **state)
{
    (void)state;
    g_autoptr(SpSurvey) survey = a_survey();
    g_autoptr(GBytes) sums = sp_sums_write(survey->entries);
    sp_tree_take_text(survey->entries, "SHA256SUMS.asc", 0644, g_strdup("x"));
    sp_tree_take_text(survey->entries, "added", 0644, g_strdup("x"));
    sp_tree_add_file(survey->entries, SP_SUMS, 0644, sums);
    survey->sums_signature->state = SP_SIG_GOOD;
    assert_uncovered(survey, "added ");
    SpEntry *extra = sp_tree_find(survey->entries, "extra");
    extra->sha256[0] = 'x'; /* another one than was listed */
    assert_uncovered(survey, "extra added ");
    survey->sums_signature->state = SP_SIG_BAD;
    assert_uncovered(survey, "Packages/a.rpm extra repodata/primary repodata/repomd.xml "
                             "repodata/repomd.xml.asc update.xml update.xml.asc SHA256SUMS.asc "
                             "added SHA256SUMS ");
    survey->image_signature->state = SP_SIG_GOOD;
    assert_uncovered(survey, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_the_metadata),
        cmocka_unit_test(by_the_digests_alone),
        cmocka_unit_test(the_key_where_it_is_trusted),
        cmocka_unit_test(by_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
