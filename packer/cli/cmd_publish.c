/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "buildroot.h"
#include "cleanup.h"
#include "fileio.h"
#include "grammar.h"
#include "interrupt.h"
#include "judge_whole.h"
#include "outdir.h"
#include "repo_file.h"
#include "survey_in.h"

#include <string.h>

#define FILE_MODE 0644

/* What --force may replace: a folder with nothing in it but what this command puts there. */
static gboolean is_repository(const char *dir, GError **error)
{
    g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
    const char *name = NULL;
    while (open != NULL && (name = g_dir_read_name(open)) != NULL)
        if (strcmp(name, "repodata") != 0 && strcmp(name, "Packages") != 0 &&
            !g_str_has_prefix(name, "RPM-GPG-KEY-") && !g_str_has_suffix(name, ".repo"))
            return sp_throw(error, SP_ERROR_SYSTEM,
                            "'%s' is not replaced: '%s' in it is of no published pack", dir, name);
    return TRUE;
}

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

static gboolean add(GPtrArray *tree, const SpSurvey *survey, const char *path, GError **error)
{
    const SpEntry *entry = sp_tree_find(survey->entries, path);
    if (entry == NULL)
        return sp_throw(error, SP_ERROR_INPUT, "'%s' is not published: '%s' is not on the image",
                        survey->file, path);
    if (entry->is_dir)
        sp_tree_add_dir(tree, path, 0755);
    else
        sp_tree_add_file(tree, path, FILE_MODE, entry->copied ? NULL : entry->content);
    return TRUE;
}

/* The repository part of the image: metadata, the packages it lists, the key. */
static GPtrArray *collect(const SpSurvey *survey, GError **error)
{
    g_autoptr(GPtrArray) tree = sp_tree_new();
    for (guint i = 0; i < survey->entries->len; i++) {
        const SpEntry *entry = survey->entries->pdata[i];
        gboolean wanted = strcmp(entry->path, "repodata") == 0 ||
                          g_str_has_prefix(entry->path, "repodata/") ||
                          strcmp(entry->path, survey->key_file) == 0;
        if (wanted && !add(tree, survey, entry->path, error))
            return NULL;
    }
    for (guint i = 0; i < survey->repodata->packages->len; i++) {
        const SpRepoPackage *package = survey->repodata->packages->pdata[i];
        g_autofree char *folder = g_path_get_dirname(package->href);
        gboolean known = strcmp(folder, ".") == 0 || sp_tree_find(tree, folder) != NULL;
        if ((!known && !add(tree, survey, folder, error)) ||
            !add(tree, survey, package->href, error))
            return NULL;
    }
    return g_steal_pointer(&tree);
}

static gboolean publish(const SpSurvey *survey, SpOutdir *out, const char *dir, const char *url,
                        GError **error)
{
    g_autoptr(GPtrArray) tree = collect(survey, error);
    g_autoptr(GBytes) repo =
        tree != NULL ? sp_repo_file_write(survey->update->label, url, survey->key_file, error)
                     : NULL;
    if (repo == NULL)
        return FALSE;
    g_autofree char *name = g_strconcat(survey->update->label, ".repo", NULL);
    sp_tree_add_file(tree, name, FILE_MODE, repo);
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
    if (run->options->force && !is_repository(dir, error))
        return FALSE;
    autofd int fd = sp_open_path(path, error);
    g_autoptr(SpOutdir) out = fd >= 0 ? sp_outdir_new(dir, run->options->force, error) : NULL;
    /* What is copied is not published before all of the image was judged. */
    g_autoptr(SpSurvey) survey =
        out != NULL ? sp_survey_read_modern(fd, path, run->environment->tmpdir,
                                            &(SpVouched){.copy = copy, .data = out}, error)
                    : NULL;
    return survey != NULL && check(run, fd, survey, error) && publish(survey, out, dir, url, error);
}
