/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "buildroot.h"
#include "cleanup.h"
#include "fileio.h"
#include "grammar.h"
#include "interrupt.h"
#include "judge_whole.h"
#include "manifest.h"
#include "outdir.h"
#include "repo_file.h"
#include "survey_in.h"

#include <string.h>

#define FILE_MODE 0644

/* Signed, and such that hosts take it: nothing else is handed out. Carried packages are taken at
 * the word of the metadata, whose signer listed their digests; `verify` looks into them as well. */
static gboolean check(const SpRun *run, int fd, const SpSurvey *survey, GError **error)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    if (!sp_judge_whole(fd, survey, &(SpDemand){0}, findings, error))
        return FALSE;
    sp_say_findings(&run->log, findings);
    if (findings->bad > 0)
        return sp_throw(error, SP_ERROR_INPUT, "'%s' is not published: no host would take it",
                        survey->file);
    if (!sp_survey_claims_signed(survey)) {
        sp_throw(error, SP_ERROR_INPUT, "'%s' is not published: it is not signed", survey->file);
        return sp_hint(error, "suppack sign");
    }
    return TRUE;
}

static gboolean copy(gpointer out, const char *file, GBytes *rpm, SpSha256 *digest, GError **error)
{
    return sp_interrupt_check(error) &&
           sp_buildroot_lay_file(sp_outdir_path(out), file, FILE_MODE, rpm, digest, error);
}

typedef struct {
    const SpSurvey *survey;
    GPtrArray *tree;
    GString *list; /* manifest.h */
} Repository;

static gboolean add(const Repository *repository, const char *path, GError **error)
{
    const SpSurvey *survey = repository->survey;
    GPtrArray *tree = repository->tree;
    SpEntry *entry = sp_tree_find(survey->entries, path);
    if (entry == NULL)
        return sp_throw(error, SP_ERROR_INPUT, "'%s' is not published: '%s' is not on the image",
                        survey->file, path);
    if (entry->is_dir) {
        sp_tree_add_dir(tree, path, 0755);
        return TRUE;
    }
    sp_tree_add_file(tree, path, FILE_MODE, entry->copied ? NULL : entry->content);
    sp_manifest_add(repository->list, sp_entry_sha256(entry), path);
    return TRUE;
}

/* The repository part of the image: metadata, the packages it lists, the key. */
static gboolean collect(const Repository *repository, GError **error)
{
    const SpSurvey *survey = repository->survey;
    for (guint i = 0; i < survey->entries->len; i++) {
        const SpEntry *entry = survey->entries->pdata[i];
        gboolean wanted = strcmp(entry->path, "repodata") == 0 ||
                          g_str_has_prefix(entry->path, "repodata/") ||
                          strcmp(entry->path, survey->key_file) == 0;
        if (wanted && !add(repository, entry->path, error))
            return FALSE;
    }
    g_autoptr(GHashTable) folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(folders, g_strdup("."));
    g_hash_table_add(folders, g_strdup("repodata"));
    for (guint i = 0; i < survey->repodata->packages->len; i++) {
        const SpRepoPackage *package = survey->repodata->packages->pdata[i];
        char *folder = g_path_get_dirname(package->href);
        gboolean known = g_hash_table_contains(folders, folder);
        gboolean good = known || add(repository, folder, error);
        g_hash_table_add(folders, folder);
        if (!good || !add(repository, package->href, error))
            return FALSE;
    }
    return TRUE;
}

/* What suppack itself puts beside it: how hosts find it, and what of the folder is its own. */
static gboolean add_own(const Repository *repository, const char *name, const char *url,
                        GError **error)
{
    const SpSurvey *survey = repository->survey;
    g_autoptr(GBytes) repo =
        sp_repo_file_write(survey->update->label, url, survey->key_file, error);
    if (repo == NULL)
        return FALSE;
    SpEntry *entry = sp_tree_add_file(repository->tree, name, FILE_MODE, repo);
    sp_manifest_add(repository->list, sp_entry_sha256(entry), name);
    sp_tree_take_text(repository->tree, SP_MANIFEST, FILE_MODE, g_strdup(repository->list->str));
    return TRUE;
}

static gboolean publish(const SpSurvey *survey, SpOutdir *out, const char *dir, const char *url,
                        GError **error)
{
    g_autoptr(GPtrArray) tree = sp_tree_new();
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *name = g_strconcat(survey->update->label, ".repo", NULL);
    const Repository repository = {survey, tree, list};
    if (!collect(&repository, error) || !add_own(&repository, name, url, error))
        return FALSE;
    gint64 when = sp_tree_find(survey->entries, "update.xml")->mtime;
    if (!sp_buildroot_lay(sp_outdir_path(out), tree, when, error) || !sp_interrupt_check(error) ||
        !sp_outdir_publish(out, error))
        return FALSE;
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *line = g_strconcat(path, "\n", NULL);
    return sp_print(line, error);
}

gboolean sp_cmd_publish(const SpRun *run, GError **error)
{
    const char *path = run->options->operands->pdata[0], *dir = run->options->operands->pdata[1];
    g_autofree char *absolute = g_canonicalize_filename(dir, NULL);
    g_autofree char *local = g_filename_to_uri(absolute, NULL, NULL);
    const char *url = run->options->base_url != NULL ? run->options->base_url : local;
    const char *must = sp_grammar_url(url);
    if (must != NULL)
        return sp_throw(error, SP_ERROR_USAGE, "--base-url '%s' %s", url, must);
    if (run->options->force && !sp_manifest_check(dir, dir, error))
        return FALSE;
    autofd int fd = sp_open_path(path, error);
    g_autoptr(SpOutdir) out = fd >= 0 ? sp_outdir_new(dir, run->options->force, error) : NULL;
    if (out != NULL)
        sp_outdir_ask(out, sp_manifest_check);
    /* What is copied is not published before all of the image was judged. */
    g_autoptr(SpSurvey) survey =
        out != NULL ? sp_survey_read_modern(fd, path, run->environment->tmpdir,
                                            &(SpVouched){.copy = copy, .data = out}, error)
                    : NULL;
    return survey != NULL && check(run, fd, survey, error) && publish(survey, out, dir, url, error);
}
