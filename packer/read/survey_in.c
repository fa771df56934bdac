/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "survey_in.h"
#include "classic_in.h"
#include "image_in.h"
#include "repodata_in.h"
#include "rpmfile.h"
#include "signature_in.h"
#include "update_xml_in.h"

#include <string.h>
#include <sys/stat.h>

static GBytes *content_of(const SpSurvey *survey, const char *path)
{
    const SpEntry *entry = sp_tree_find(survey->entries, path);
    return entry != NULL ? entry->content : NULL;
}

/* `*slot` gets the message of `cause`, which is consumed. */
static void record(char **slot, GError **cause)
{
    g_free(*slot);
    *slot = g_strdup((*cause)->message);
    g_clear_error(cause);
}

/* The key `key=` names; without one, whatever key file there is. */
static GBytes *find_key(SpSurvey *survey)
{
    for (guint i = 0; i < survey->entries->len; i++) {
        const SpEntry *entry = survey->entries->pdata[i];
        gboolean named = survey->update->key[0] != '\0'
                             ? strcmp(entry->path, survey->update->key) == 0
                             : g_str_has_prefix(entry->path, "RPM-GPG-KEY-");
        if (!named || entry->content == NULL)
            continue;
        g_free(survey->key_file);
        survey->key_file = g_strdup(entry->path);
        return entry->content;
    }
    return NULL;
}

/* Without a key to check with, a signature is still shown: there, by whom unknown. */
static void keyless(SpSignature *signature, GBytes *armor)
{
    signature->state = armor != NULL ? SP_SIG_NO_KEY : SP_SIG_NONE;
}

static gboolean read_signatures(SpSurvey *survey, GBytes *key, const char *tmpdir, GError **error)
{
    const struct {
        const char *data;
        const char *armor;
        SpSignature **slot;
    } places[] = {{"update.xml", "update.xml.asc", &survey->update_signature},
                  {"repodata/repomd.xml", "repodata/repomd.xml.asc", &survey->repomd_signature}};
    g_autoptr(GError) cause = NULL;
    g_autoptr(SpVerifier) verifier = key != NULL ? sp_verifier_new(tmpdir, key, &cause) : NULL;
    if (key != NULL && verifier == NULL && !g_error_matches(cause, SP_ERROR, SP_ERROR_INPUT)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (verifier != NULL) {
        g_free(survey->key_fingerprint);
        g_free(survey->key_owner);
        survey->key_fingerprint = g_strdup(sp_verifier_fingerprint(verifier));
        survey->key_owner = g_strdup(sp_verifier_owner(verifier));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        GBytes *data = content_of(survey, places[i].data);
        GBytes *armor = content_of(survey, places[i].armor);
        if (verifier == NULL || data == NULL) {
            keyless(*places[i].slot, armor);
            continue;
        }
        SpSignature *found = sp_verifier_check(verifier, data, armor, error);
        if (found == NULL)
            return FALSE;
        sp_signature_free(*places[i].slot);
        *places[i].slot = found;
    }
    return TRUE;
}

static gboolean read_packages(SpSurvey *survey, GBytes *key, GError **error)
{
    GBytes *usable = survey->key_fingerprint[0] != '\0' ? key : NULL;
    g_autoptr(SpRpmReader) reader = sp_rpm_reader_new(usable, error);
    if (reader == NULL)
        return FALSE;
    for (guint i = 0; i < survey->entries->len; i++) {
        const SpEntry *entry = survey->entries->pdata[i];
        if (entry->content == NULL || !g_str_has_suffix(entry->path, ".rpm"))
            continue;
        SpPackage *package = sp_rpm_read(reader, entry->path, entry->content, error);
        if (package == NULL)
            return FALSE;
        g_ptr_array_add(survey->packages, package);
        SpSignature *signature = package->signature;
        if (signature->state == SP_SIG_GOOD) {
            g_free(signature->signer);
            signature->signer = g_strdup(survey->key_owner);
        }
    }
    return TRUE;
}

static void read_stamp(SpSurvey *survey)
{
    g_autofree char *path = g_strconcat("var/update/applied/", survey->update->uuid, NULL);
    g_autoptr(GError) cause = NULL;
    for (guint i = 0; i < survey->packages->len && survey->stamp == NULL; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        const SpEntry *entry = sp_tree_find(package->files, path);
        if (entry == NULL || entry->content == NULL)
            continue;
        survey->stamp = sp_update_read(path, entry->content, &cause);
        if (survey->stamp == NULL) {
            record(&survey->stamp_problem, &cause);
            return;
        }
    }
}

static void read_classic(SpSurvey *survey)
{
    g_autoptr(GError) cause = NULL;
    if (!sp_classic_is_there(survey->entries))
        return;
    survey->classic = sp_classic_read(survey->entries, &cause);
    if (survey->classic == NULL)
        record(&survey->classic_problem, &cause);
}

SpSurvey *sp_survey_read(int fd, const char *name, const char *tmpdir, GError **error)
{
    g_autoptr(SpSurvey) survey = sp_survey_new(name);
    g_autofree char *volume_id = NULL;
    g_autoptr(GPtrArray) entries = sp_image_read(fd, name, &volume_id, error);
    if (entries == NULL)
        return NULL;
    g_ptr_array_unref(survey->entries);
    survey->entries = g_steal_pointer(&entries);
    g_free(survey->volume_id);
    survey->volume_id = g_steal_pointer(&volume_id);
    struct stat st;
    survey->size = fstat(fd, &st) == 0 ? st.st_size : 0;
    survey->update = sp_update_find(name, survey->entries, error);
    if (survey->update == NULL)
        return NULL;
    GBytes *key = find_key(survey);
    if (!read_signatures(survey, key, tmpdir, error) || !read_packages(survey, key, error))
        return NULL;
    read_stamp(survey);
    read_classic(survey);
    g_autoptr(GError) cause = NULL;
    survey->repodata = sp_repodata_read(survey->entries, &cause);
    if (survey->repodata == NULL)
        record(&survey->repodata_problem, &cause);
    return g_steal_pointer(&survey);
}
