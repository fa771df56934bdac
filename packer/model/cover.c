/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cover.h"
#include "sums.h"

#include <string.h>

typedef struct {
    const SpSurvey *survey;
    GHashTable *files;   /* path -> SpEntry */
    GHashTable *covered; /* of their paths */
} Cover;

/* `sha256` NULL: whatever it is. */
static void cover(Cover *cover, const char *path, const char *sha256)
{
    SpEntry *entry = g_hash_table_lookup(cover->files, path);
    if (entry != NULL && (sha256 == NULL || g_strcmp0(sp_entry_sha256(entry), sha256) == 0))
        g_hash_table_add(cover->covered, entry->path);
}

static gboolean is_covered(const Cover *cover, const char *path)
{
    return g_hash_table_contains(cover->covered, path);
}

static void cover_signed(Cover *all)
{
    const SpSurvey *survey = all->survey;
    const struct {
        const char *path, *armor;
        const SpSignature *signature;
    } places[] = {{"update.xml", "update.xml.asc", survey->update_signature},
                  {"repodata/repomd.xml", "repodata/repomd.xml.asc", survey->repomd_signature},
                  {SP_SUMS, SP_SUMS_SIGNATURE, survey->sums_signature}};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        if (places[i].signature->state == SP_SIG_GOOD) {
            cover(all, places[i].path, NULL);
            cover(all, places[i].armor, NULL);
        }
}

static void cover_listed(Cover *all)
{
    const SpEntry *text = g_hash_table_lookup(all->files, SP_SUMS);
    if (text == NULL || text->content == NULL || !is_covered(all, SP_SUMS))
        return;
    g_auto(SpSums) sums;
    sp_sums_open(&sums, text->content);
    while (sp_sums_next(&sums))
        cover(all, sums.path->str, sums.digest);
}

/* repomd.xml -> primary -> packages. */
static void cover_repodata(Cover *all)
{
    const SpRepodata *repodata = all->survey->repodata;
    if (repodata == NULL || !is_covered(all, "repodata/repomd.xml"))
        return;
    for (guint i = 0; i < repodata->records->len; i++) {
        const SpRepoRecord *record = repodata->records->pdata[i];
        cover(all, record->href, record->sha256);
    }
    const SpRepoRecord *primary = sp_repodata_record(repodata, "primary");
    if (primary == NULL || !is_covered(all, primary->href))
        return;
    for (guint i = 0; i < repodata->packages->len; i++) {
        const SpRepoPackage *package = repodata->packages->pdata[i];
        cover(all, package->href, package->sha256);
    }
}

static void cover_key(Cover *all)
{
    const SpSurvey *survey = all->survey;
    const SpKey *key = survey->image_keys->len == 1 ? survey->image_keys->pdata[0] : NULL;
    if (key != NULL && !survey->has_strange_key &&
        (survey->keyring == NULL || sp_keys_find(survey->keyring, key->fingerprint) != NULL))
        cover(all, survey->key_file, NULL);
}

GPtrArray *sp_survey_uncovered(const SpSurvey *survey)
{
    GPtrArray *out = g_ptr_array_new();
    if (survey->image_signature->state == SP_SIG_GOOD)
        return out;
    g_autoptr(GHashTable) files = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) covered = g_hash_table_new(g_str_hash, g_str_equal);
    Cover all = {survey, files, covered};
    for (guint i = 0; i < survey->entries->len; i++) {
        SpEntry *entry = survey->entries->pdata[i];
        if (!entry->is_dir)
            g_hash_table_insert(files, entry->path, entry);
    }
    cover_signed(&all);
    cover_listed(&all);
    cover_repodata(&all);
    cover_key(&all);
    for (guint i = 0; i < survey->entries->len; i++) {
        const SpEntry *entry = survey->entries->pdata[i];
        if (!entry->is_dir && !is_covered(&all, entry->path))
            g_ptr_array_add(out, entry->path);
    }
    return out;
}
