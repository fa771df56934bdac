/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "survey_in.h"
#include "armor_in.h"
#include "classic_in.h"
#include "image_in.h"
#include "key_packets.h"
#include "repodata_in.h"
#include "rpmfile.h"
#include "sums.h"
#include "update_xml_in.h"
#include "verify_rules.h"

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

static gboolean read_update(SpSurvey *survey, GError **error)
{
    GBytes *text = content_of(survey, "update.xml");
    if (text == NULL)
        return content_of(survey, SP_CLASSIC_REPOSITORY) != NULL ||
               sp_throw(error, SP_ERROR_INPUT, "'%s' is not a pack: there is no update.xml in it",
                        survey->file);
    g_autoptr(GError) cause = NULL;
    survey->update = sp_update_read("update.xml", text, &cause);
    if (survey->update == NULL)
        sp_breach(survey->found, SP_RULE_UPDATE_XML, "update.xml", 0, "%s", cause->message);
    sp_update_review("update.xml", text, survey->found);
    return TRUE;
}

/* The key `key=` names; without one, whatever key file there is. */
static GBytes *find_key(SpSurvey *survey)
{
    const char *key = survey->update != NULL ? survey->update->key : "";
    for (guint i = 0; i < survey->entries->len; i++) {
        const SpEntry *entry = survey->entries->pdata[i];
        gboolean named = key[0] != '\0' ? strcmp(entry->path, key) == 0
                                        : g_str_has_prefix(entry->path, "RPM-GPG-KEY-");
        if (!named || entry->content == NULL)
            continue;
        g_free(survey->key_file);
        survey->key_file = g_strdup(entry->path);
        return entry->content;
    }
    return NULL;
}

/* FALSE, and said, when gpg is not to be asked about it. */
static gboolean is_armor(SpSurvey *survey, SpRule rule, const char *file, GBytes *text,
                         SpArmorKind kind)
{
    const char *problem = sp_armor_check(text, kind);
    if (problem != NULL)
        sp_breach(survey->found, rule, file, 0, "is not one strict ASCII armor: %s", problem);
    return problem == NULL;
}

/* Whether there is a key in the file that gpg does not take for this one or a part of it. */
static gboolean has_strange_key(GBytes *text, const SpKey *key)
{
    static const char kind[] = "PGP PUBLIC KEY BLOCK";
    g_autoptr(GBytes) file = NULL, known = NULL;
    return sp_armor_open(text, kind, &file) != NULL ||
           sp_armor_open(key->armor, kind, &known) != NULL || !sp_key_packets_are_of(file, known);
}

static gboolean read_keys(SpSurvey *survey, SpVerifier *verifier, GBytes *keyring, GError **error)
{
    if (keyring != NULL) {
        survey->keyring = sp_verifier_learn(verifier, keyring, TRUE, error);
        if (survey->keyring == NULL)
            return FALSE;
        if (survey->keyring->len == 0)
            return sp_throw(error, SP_ERROR_INPUT, "there is no public key in the keyring");
    }
    GBytes *text = find_key(survey);
    if (text == NULL || !is_armor(survey, SP_RULE_KEY_ARMOR, survey->key_file, text, SP_ARMOR_KEY))
        return TRUE;
    GPtrArray *keys = sp_verifier_learn(verifier, text, keyring == NULL, error);
    if (keys == NULL)
        return FALSE;
    g_ptr_array_unref(survey->image_keys);
    survey->image_keys = keys;
    if (keys->len != 1)
        return TRUE;
    const SpKey *key = keys->pdata[0];
    survey->has_strange_key = has_strange_key(text, key);
    g_free(survey->key_fingerprint);
    g_free(survey->key_owner);
    survey->key_fingerprint = g_strdup(key->fingerprint);
    survey->key_owner = g_strdup(key->owner);
    return TRUE;
}

static gboolean read_signatures(SpSurvey *survey, SpVerifier *verifier, GError **error)
{
    const struct {
        const char *data;
        const char *armor;
        SpSignature **slot;
    } places[] = {{"update.xml", "update.xml.asc", &survey->update_signature},
                  {"repodata/repomd.xml", "repodata/repomd.xml.asc", &survey->repomd_signature},
                  {SP_SUMS, SP_SUMS_SIGNATURE, &survey->sums_signature}};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        GBytes *data = content_of(survey, places[i].data);
        GBytes *armor = content_of(survey, places[i].armor);
        if (armor == NULL)
            continue;
        if (data == NULL || !is_armor(survey, SP_RULE_SIGNATURE_ARMOR, places[i].armor, armor,
                                      SP_ARMOR_SIGNATURE)) {
            (*places[i].slot)->state = SP_SIG_BAD;
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

static gboolean teach(SpRpmReader *reader, const GPtrArray *keys, GError **error)
{
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const SpKey *key = keys->pdata[i];
        g_autoptr(GError) cause = NULL;
        /* librpm knows fewer kinds of keys than gpg: what they sign is then by nobody it knows. */
        if (!sp_rpm_reader_learn(reader, key->armor, &cause) && cause->code != SP_ERROR_INPUT) {
            g_propagate_error(error, g_steal_pointer(&cause));
            return FALSE;
        }
    }
    return TRUE;
}

/* The content of what is carried is nobody's business here, and may be gigabytes. */
static gboolean is_own(const SpSurvey *survey, const SpPackage *package)
{
    const SpUpdate *update = survey->update;
    if (update == NULL)
        return TRUE;
    g_autofree char *stamper = g_strconcat("update-", update->label, NULL);
    return strcmp(package->name, update->label) == 0 || strcmp(package->name, stamper) == 0 ||
           strcmp(package->name, update->control) == 0;
}

/* What is really on the disk: a hostile image cannot take more than a multiple of itself. */
static gint64 size_on_disk(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 ? (gint64)st.st_blocks * 512 : 0;
}

/* repodata, where the lists in it are those the signer meant; else NULL. */
static const SpRepodata *signed_lists(const SpSurvey *survey)
{
    const SpRepoRecord *primary =
        survey->repodata != NULL ? sp_repodata_record(survey->repodata, "primary") : NULL;
    SpEntry *entry = primary != NULL ? sp_tree_find(survey->entries, primary->href) : NULL;
    gboolean meant = survey->repomd_signature->state == SP_SIG_GOOD && entry != NULL &&
                     entry->content != NULL && strcmp(sp_entry_sha256(entry), primary->sha256) == 0;
    return meant ? survey->repodata : NULL;
}

/* Which of two is meant nobody can say. */
static gboolean is_there_twice(const GPtrArray *entries, guint i)
{
    const char *path = ((const SpEntry *)entries->pdata[i])->path;
    return (i > 0 && strcmp(((const SpEntry *)entries->pdata[i - 1])->path, path) == 0) ||
           (i + 1 < entries->len &&
            strcmp(((const SpEntry *)entries->pdata[i + 1])->path, path) == 0);
}

static void vouch(const SpSurvey *survey, const GPtrArray *checked, const SpRepodata *lists,
                  SpPackage *package)
{
    const SpEntry *before = checked != NULL ? sp_tree_find(checked, package->file) : NULL;
    const SpRepoPackage *listed =
        lists != NULL && !is_own(survey, package) ? sp_repodata_find(lists, package->file) : NULL;
    if (before != NULL && before->checked)
        package->known = g_strdup(before->sha256);
    else if (listed != NULL)
        package->known = g_strdup(listed->sha256);
}

static void finish_package(const SpSurvey *survey, SpRpmReader *reader, SpPackage *package,
                           SpEntry *entry)
{
    SpSignature *signature = package->signature;
    if (entry->sha256 == NULL)
        entry->sha256 = g_strdup(package->sha256);
    entry->copied = package->copied;
    entry->checked = package->digests_good && g_strcmp0(package->known, package->sha256) == 0;
    if (is_own(survey, package))
        sp_rpm_unpack(reader, entry->content, package);
    if (signature->state == SP_SIG_GOOD) {
        g_free(signature->signer);
        signature->signer = g_strdup(survey->key_owner);
    }
}

static gboolean read_packages(SpSurvey *survey, int fd, const SpVouched *vouched, GError **error)
{
    const SpRepodata *lists = vouched->copy != NULL ? signed_lists(survey) : NULL;
    g_autoptr(GPtrArray) theirs = g_ptr_array_new(); /* the entries of the packages */
    g_autoptr(SpRpmReader) reader = sp_rpm_reader_new();
    sp_rpm_reader_allow(reader, size_on_disk(fd));
    sp_rpm_reader_copy(reader, vouched->copy, vouched->data);
    if (!teach(reader, survey->keyring, error) || !teach(reader, survey->image_keys, error))
        return FALSE;
    for (guint i = 0; i < survey->entries->len; i++) {
        SpEntry *entry = survey->entries->pdata[i];
        if (entry->content == NULL || !g_str_has_suffix(entry->path, ".rpm"))
            continue;
        SpPackage *package = sp_rpm_describe(reader, entry->path, entry->content, error);
        if (package == NULL)
            return FALSE;
        g_ptr_array_add(survey->packages, package);
        g_ptr_array_add(theirs, entry);
        if (!is_there_twice(survey->entries, i))
            vouch(survey, vouched->checked, lists, package);
    }
    if (!sp_rpm_check(reader, error))
        return FALSE;
    for (guint i = 0; i < theirs->len; i++)
        finish_package(survey, reader, survey->packages->pdata[i], theirs->pdata[i]);
    sp_rpm_resolve(reader, survey->packages);
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

static gboolean read_image(SpSurvey *survey, int fd, GError **error)
{
    GPtrArray *entries = sp_image_read(fd, survey->file, &survey->volume, survey->found, error);
    if (entries == NULL)
        return FALSE;
    g_ptr_array_unref(survey->entries);
    survey->entries = entries;
    g_free(survey->volume_id);
    survey->volume_id = g_strdup(survey->volume->id);
    survey->size = survey->volume->size;
    return TRUE;
}

static SpSurvey *survey_read(int fd, const char *name, SpVerifier *verifier, GBytes *keyring,
                             const SpVouched *vouched, GError **error)
{
    g_autoptr(SpSurvey) survey = sp_survey_new(name);
    if (!read_image(survey, fd, error))
        return NULL;
    survey->classic = sp_classic_read(survey->entries, survey->found);
    if (!read_update(survey, error) || !read_keys(survey, verifier, keyring, error) ||
        !read_signatures(survey, verifier, error))
        return NULL;
    survey->repodata = sp_repodata_read(survey->entries, survey->found);
    if (!read_packages(survey, fd, vouched, error))
        return NULL;
    if (survey->update != NULL)
        read_stamp(survey);
    return g_steal_pointer(&survey);
}

SpSurvey *sp_survey_read(int fd, const char *name, SpVerifier *verifier, GBytes *keyring,
                         GError **error)
{
    return survey_read(fd, name, verifier, keyring, &(SpVouched){0}, error);
}

SpSurvey *sp_survey_read_modern(int fd, const char *name, const char *tmpdir,
                                const SpVouched *vouched, GError **error)
{
    g_autoptr(SpVerifier) verifier = sp_verifier_new(tmpdir);
    g_autoptr(SpSurvey) survey = survey_read(fd, name, verifier, NULL, vouched, error);
    if (survey == NULL || survey->update != NULL)
        return g_steal_pointer(&survey);
    sp_update_free(sp_update_find(name, survey->entries, error)); /* says why there is none */
    return NULL;
}
