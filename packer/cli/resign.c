/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "resign.h"
#include "build_values.h"
#include "carried.h"
#include "cleanup.h"
#include "fileio.h"
#include "judge_whole.h"
#include "repodata.h"
#include "report.h"
#include "signing.h"
#include "sums.h"
#include "survey_in.h"
#include "update_xml.h"
#include "verify_rules.h"

#include <string.h>

void sp_resign_clear(SpResign *resign)
{
    SpBuild *build = &resign->build;
    sp_survey_free(resign->survey);
    g_clear_pointer(&resign->paths, g_ptr_array_unref);
    sp_pack_free(build->pack);
    sp_parts_free(build->parts);
    sp_scratch_free(build->scratch);
    sp_signer_free(build->signer);
    g_clear_pointer(&build->public_key, g_bytes_unref);
    g_clear_pointer(&build->image, g_ptr_array_unref);
    g_free(build->key_name);
    g_free(build->fingerprint);
}

/* What compose makes anew, or leaves out. */
static gboolean is_renewed(const SpResign *resign, const char *path)
{
    static const char *const paths[] = {"update.xml", "update.xml.asc",  "repodata",
                                        SP_SUMS,      SP_SUMS_SIGNATURE, NULL};
    return g_strv_contains(paths, path) || g_str_has_prefix(path, "repodata/") ||
           strcmp(path, resign->survey->key_file) == 0 ||
           g_strcmp0(path, resign->build.key_name) == 0;
}

/* Gone once the image is signed: the sums of what stays have to be right. */
static gboolean is_of_signing(const SpResign *resign, const SpFinding *finding)
{
    static const SpRule sums[] = {SP_RULE_SUMS_GRAMMAR, SP_RULE_SUMS_FILES, SP_RULE_SUMS_DIGEST};
    for (gsize i = 0; i < G_N_ELEMENTS(sums); i++)
        if (strcmp(finding->rule, sp_rule_id(sums[i])) == 0)
            return is_renewed(resign, finding->file);
    return sp_rule_is_of_signing(finding->rule);
}

/* Bad or missing signatures are what this is for; everything else wrong stays wrong. */
static gboolean judge(const SpResign *resign, int fd, GError **error)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    if (!sp_judge_whole(fd, resign->survey, &(SpDemand){0}, findings, error))
        return FALSE;
    guint bad = 0;
    for (guint i = 0; i < findings->all->len; i++) {
        const SpFinding *finding = findings->all->pdata[i];
        if (finding->severity != SP_BAD || is_of_signing(resign, finding))
            continue;
        g_autofree char *text = sp_finding_text(finding);
        sp_log_error(&resign->build.run->log, text);
        bad++;
    }
    bad += findings->unlisted[SP_BAD];
    return bad == 0 || sp_throw(error, SP_ERROR_INPUT, "'%s' is not signed: no host would take it",
                                resign->file);
}

/* README.txt names them. */
static void carry(SpPack *pack, const SpPackage *package)
{
    SpPackage *copy = sp_package_new(package->file);
    copy->name = g_strdup(package->name);
    copy->version = g_strdup(package->version);
    copy->release = g_strdup(package->release);
    sp_carried_add(pack->carried, copy, NULL, NULL);
}

/* The parts of the description that are in the image, for what depends on them. */
static SpPack *pack_of(const SpSurvey *survey)
{
    const SpUpdate *update = survey->update;
    g_auto(GStrv) requires = sp_report_base_requires(survey);
    SpPack *pack = sp_pack_new();
    pack->classic = survey->classic != NULL;
    pack->originator = g_strdup(pack->classic ? survey->classic->originator : "");
    pack->vendor = g_strdup("");
    pack->label = g_strdup(update->label);
    pack->version = g_strdup(update->version);
    pack->description = g_strdup(update->description);
    pack->uuid = g_strdup(update->uuid);
    pack->guidance = g_strdup(update->guidance);
    pack->homogeneous = update->homogeneous;
    pack->base_requires = g_strjoinv(", ", requires);
    pack->bare = TRUE;
    pack->storagelink = sp_tree_find(survey->entries, "storagelink") != NULL;
    g_autofree char *update_name = sp_role_package(SP_UPDATE, pack);
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (sp_survey_is_classic(survey, package) || strcmp(package->name, update->control) == 0)
            continue;
        if (strcmp(package->name, update_name) == 0) {
            g_free(pack->vendor);
            pack->vendor = g_strdup(package->vendor);
        } else if (strcmp(package->name, update->label) == 0) {
            pack->bare = FALSE;
        } else {
            carry(pack, package);
        }
    }
    sp_carried_sort(pack->carried);
    return pack;
}

static gboolean lay_packages(SpResign *resign, GError **error)
{
    g_autofree char *dir = sp_scratch_dir(resign->build.scratch, "sign", error);
    if (dir == NULL)
        return FALSE;
    const GPtrArray *listed = resign->survey->repodata->packages;
    for (guint i = 0; i < listed->len; i++) {
        const char *href = ((const SpRepoPackage *)listed->pdata[i])->href;
        g_autofree char *base = g_path_get_basename(href);
        g_autofree char *name = g_build_filename("sign", base, NULL);
        const SpEntry *entry = sp_tree_find(resign->survey->entries, href);
        char *path = sp_scratch_file(resign->build.scratch, name, entry->content, error);
        if (path == NULL)
            return FALSE;
        g_ptr_array_add(resign->paths, path);
    }
    return TRUE;
}

static gboolean refuse(const SpResign *resign, const char *what, GError **error)
{
    sp_throw(error, SP_ERROR_INPUT, "cannot sign '%s': %s", resign->file, what);
    return sp_hint(error, "suppack build --key signs while it builds");
}

/* What is made anew must be all there is of it. */
static gboolean check_known(const SpResign *resign, GError **error)
{
    static const char *const records[] = {"primary", "filelists", "other",
                                          "group",   "group_gz",  NULL};
    const SpSurvey *survey = resign->survey;
    for (guint i = 0; i < survey->repodata->records->len; i++)
        if (!g_strv_contains(records, ((SpRepoRecord *)survey->repodata->records->pdata[i])->type))
            return refuse(resign, "its repodata has records that suppack does not make", error);
    g_autoptr(GBytes) update = sp_update_write(survey->update, error);
    if (update == NULL)
        return FALSE;
    if (!g_bytes_equal(update, sp_tree_find(survey->entries, "update.xml")->content))
        return refuse(resign, "its update.xml is not as suppack writes it", error);
    return TRUE;
}

gboolean sp_resign_open(SpResign *resign, GError **error)
{
    SpBuild *build = &resign->build;
    const SpEnvironment *environment = build->run->environment;
    resign->paths = g_ptr_array_new_with_free_func(g_free);
    build->parts = sp_parts_read(environment->program, error);
    autofd int fd = build->parts != NULL ? sp_open_path(resign->file, error) : -1;
    resign->survey = fd >= 0 ? sp_survey_read_modern(fd, resign->file, environment->tmpdir,
                                                     &(SpVouched){0}, error)
                             : NULL;
    if (resign->survey == NULL || !judge(resign, fd, error) || !check_known(resign, error))
        return FALSE;
    build->pack = pack_of(resign->survey);
    build->epoch = sp_tree_find(resign->survey->entries, "update.xml")->mtime;
    const char *named = resign->survey->update->key, *wanted = build->run->options->key_name;
    if (wanted != NULL && !sp_key_name_check(wanted, error))
        return FALSE;
    if (wanted != NULL)
        build->key_name = g_strdup(wanted);
    else
        build->key_name = named[0] != '\0' ? g_strdup(named) : sp_pack_key_name(build->pack);
    build->scratch = sp_scratch_new(environment->tmpdir, error);
    return build->scratch != NULL && lay_packages(resign, error);
}

gboolean sp_resign_may_name(const SpResign *resign, GError **error)
{
    const SpBuild *build = &resign->build;
    const SpSurvey *survey = resign->survey;
    if (build->run->options->key_name != NULL || survey->update->key[0] == '\0' ||
        g_strcmp0(build->fingerprint, survey->key_fingerprint) == 0)
        return TRUE;
    sp_throw(error, SP_ERROR_INPUT,
             "cannot sign '%s': it is signed by '%s', whose key hosts have as %s, "
             "and another key under that name takes its place",
             resign->file, survey->key_owner, build->key_name);
    return sp_hint(error,
                   "--key-name RPM-GPG-KEY-<who signs> names the new key; --key-name %s is the "
                   "vendor's own next key",
                   build->key_name);
}

GBytes *sp_resign_update(const SpResign *resign, GError **error)
{
    SpUpdate update = *resign->survey->update; /* all but the key stays the survey's */
    update.key = resign->build.key_name;
    return sp_update_write(&update, error);
}

/* README.txt tells whether and by whom the image is signed. */
static GBytes *readme(const SpResign *resign, const char *key_name, char *fingerprint,
                      GError **error)
{
    SpBuild state = resign->build;
    state.key_name = (char *)key_name;
    state.fingerprint = fingerprint;
    g_autoptr(SpBuildValues) values = sp_build_values_new(&state);
    return sp_template_expand(sp_part_name(SP_PART_README), state.parts->bytes[SP_PART_README],
                              values->values, error);
}

/* The end of the old one is taken over: the image does not tell what it was made of. */
static char *appendix_of(GBytes *readme)
{
    static const char *const headings[] = {"\n" SP_APPENDIX "\n", "\n" SP_APPENDIX_NOTES "\n"};
    gsize size = 0;
    const char *data = g_bytes_get_data(readme, &size);
    g_autofree char *text = g_strndup(data, size);
    for (gsize i = 0; i < G_N_ELEMENTS(headings); i++) {
        const char *at = strstr(text, headings[i]);
        if (at != NULL)
            return g_strndup(at + 1, strlen(at + 1) - (g_str_has_suffix(at, "\n") ? 1 : 0));
    }
    return g_strdup("");
}

static GBytes *new_readme(const SpResign *resign, const SpEntry *old, GError **error)
{
    const SpSurvey *survey = resign->survey;
    g_free(resign->build.pack->appendix);
    resign->build.pack->appendix = appendix_of(old->content);
    gboolean was_signed = survey->update->key[0] != '\0';
    g_autoptr(GBytes) expected =
        readme(resign, survey->update->key, was_signed ? survey->key_fingerprint : NULL, error);
    if (expected == NULL)
        return NULL;
    if (!g_bytes_equal(expected, old->content)) {
        refuse(resign, "its README.txt is not of this version of suppack", error);
        return NULL;
    }
    return readme(resign, resign->build.key_name, resign->build.fingerprint, error);
}

static gboolean carry_over(SpResign *resign, GError **error)
{
    GPtrArray *image = resign->build.image;
    const GPtrArray *entries = resign->survey->entries;
    for (guint i = 0; i < entries->len; i++) {
        const SpEntry *entry = entries->pdata[i];
        if (is_renewed(resign, entry->path))
            continue;
        g_autoptr(GBytes) content = NULL;
        if (strcmp(entry->path, "README.txt") == 0)
            content = new_readme(resign, entry, error);
        else if (!entry->is_dir)
            content = g_bytes_ref(entry->content);
        if (entry->is_dir)
            sp_tree_add_dir(image, entry->path, entry->mode);
        else if (content != NULL)
            sp_tree_add_file(image, entry->path, entry->mode, content);
        else
            return FALSE;
    }
    return TRUE;
}

/* The packages, signed by now, in the place of the old ones, and the repodata that lists them. */
static gboolean add_repository(SpResign *resign, GError **error)
{
    SpBuild *build = &resign->build;
    const SpRepodata *old = resign->survey->repodata;
    g_autofree SpRepoInput *inputs = g_new0(SpRepoInput, old->packages->len);
    GBytes *comps = NULL;
    for (guint i = 0; i < old->packages->len; i++) {
        const char *href = ((const SpRepoPackage *)old->packages->pdata[i])->href;
        SpEntry *entry = sp_tree_find(build->image, href);
        g_autoptr(GBytes) bytes = sp_map_path(resign->paths->pdata[i], NULL, error);
        if (bytes == NULL)
            return FALSE;
        g_bytes_unref(entry->content);
        entry->content = g_bytes_ref(bytes);
        inputs[i] = (SpRepoInput){href, resign->paths->pdata[i], entry};
    }
    for (guint i = 0; i < old->records->len; i++) {
        const SpRepoRecord *record = old->records->pdata[i];
        if (strcmp(record->type, "group") == 0)
            comps = sp_tree_find(resign->survey->entries, record->href)->content;
    }
    return sp_repodata_write(build->scratch, inputs, old->packages->len, comps, build->epoch,
                             build->image, error);
}

gboolean sp_resign_compose(SpResign *resign, GError **error)
{
    SpBuild *build = &resign->build;
    build->image = sp_tree_new();
    g_autoptr(GBytes) update = sp_resign_update(resign, error);
    if (update == NULL || !carry_over(resign, error) || !add_repository(resign, error))
        return FALSE;
    if (build->public_key != NULL)
        sp_tree_add_file(build->image, build->key_name, 0644, build->public_key);
    sp_tree_add_file(build->image, "update.xml", 0644, update);
    return TRUE;
}

gboolean sp_resign_add_sums(SpResign *resign)
{
    if (sp_tree_find(resign->survey->entries, SP_SUMS) == NULL)
        return FALSE;
    g_autoptr(GBytes) sums = sp_sums_write(resign->build.image);
    sp_tree_add_file(resign->build.image, SP_SUMS, 0644, sums);
    return TRUE;
}
