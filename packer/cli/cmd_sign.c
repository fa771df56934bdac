/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outside.h"
#include "epoch.h"
#include "image_out.h"
#include "interrupt.h"
#include "progress.h"
#include "side_files.h"
#include "sign_rpm.h"
#include "signing.h"
#include "sums.h"

#include <string.h>
#include <sys/stat.h>

static gboolean sign_packages(SpResign *resign, GError **error)
{
    SpBuild *build = &resign->build;
    build->signer = sp_signing_open(build->run, build->run->options->key, error);
    build->public_key = build->signer != NULL ? sp_signer_public_key(build->signer, error) : NULL;
    if (build->public_key == NULL)
        return FALSE;
    build->fingerprint = g_strdup(sp_signer_fingerprint(build->signer));
    if (!sp_resign_may_name(resign, error))
        return FALSE;
    const SpProgress progress =
        sp_progress_begin(&build->run->log, "signing package", resign->paths->len);
    gboolean good = TRUE;
    for (guint i = 0; i < resign->paths->len && good; i++) {
        sp_progress_tell(&progress, i + 1);
        good =
            sp_interrupt_check(error) && sp_rpm_sign(resign->paths->pdata[i], build->signer, error);
    }
    sp_progress_end(&progress);
    return good;
}

static gboolean add_signature(SpResign *resign, const char *path, GError **error)
{
    SpBuild *build = &resign->build;
    GBytes *content = sp_tree_find(build->image, path)->content;
    g_autoptr(GBytes) armor = build->signer != NULL
                                  ? sp_signer_sign(build->signer, path, content, error)
                                  : sp_outside_armor(build->run->options->attach, path, error);
    if (armor == NULL)
        return FALSE;
    g_autofree char *name = g_strconcat(path, ".asc", NULL);
    sp_tree_add_file(build->image, name, 0644, armor);
    return TRUE;
}

static gboolean add_detached(SpResign *resign, GError **error)
{
    return add_signature(resign, "repodata/repomd.xml", error) &&
           add_signature(resign, "update.xml", error) &&
           (!sp_resign_add_sums(resign) || add_signature(resign, SP_SUMS, error));
}

/* Reads the image back, as build does: signed by that key throughout, and what was meant. */
static gboolean verify(const SpResign *resign, int fd, const char *name, GError **error)
{
    const SpBuild *build = &resign->build;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpSurvey) survey =
        sp_build_read_back(build->run, fd, name, build->image, findings, error);
    if (survey == NULL)
        return FALSE;
    if (findings->bad > 0 || strcmp(survey->key_fingerprint, build->fingerprint) != 0)
        return sp_throw(error, SP_ERROR_KEY, "'%s' is not signed: not every signature is good",
                        resign->file);
    return sp_build_same_tree(build->image, survey->entries, build->epoch, name, error);
}

/* -o; without it the name of the image, less what says that it is unsigned. */
static char *output_path(const SpRun *run, const char *file)
{
    static const char suffix[] = "-unsigned.iso";
    g_autofree char *usual =
        g_str_has_suffix(file, suffix)
            ? g_strdup_printf("%.*s.iso", (int)(strlen(file) - strlen(suffix)), file)
            : g_strdup(file);
    const char *wanted = run->options->output;
    if (wanted == NULL)
        return g_steal_pointer(&usual);
    g_autofree char *base = g_path_get_basename(usual);
    return g_file_test(wanted, G_FILE_TEST_IS_DIR) ? g_build_filename(wanted, base, NULL)
                                                   : g_strdup(wanted);
}

static gboolean write_image(SpResign *resign, GError **error)
{
    const SpRun *run = resign->build.run;
    g_autofree char *path = output_path(run, resign->file);
    g_autofree char *dir = g_path_get_dirname(path), *name = g_path_get_basename(path);
    g_autofree char *sha256 = NULL;
    g_autofree char *volume_id = sp_pack_volume_id(resign->build.pack->label);
    g_autoptr(SpOutset) set = sp_outset_new(dir, run->options->force, error);
    SpOutfile *iso = set != NULL ? sp_outset_add(set, name, error) : NULL;
    SpSideFiles sides;
    gboolean outside = run->options->attach != NULL;
    if (iso == NULL ||
        !sp_side_files_add(&sides, set, name, resign->build.pack->classic, !outside, error) ||
        !(outside ? sp_outside_attach(resign, run->options->attach, error)
                  : sign_packages(resign, error)) ||
        !sp_resign_compose(resign, error) || !add_detached(resign, error) ||
        !sp_image_write(sp_outfile_fd(iso), path, volume_id, resign->build.image,
                        resign->build.epoch, &sha256, error) ||
        !verify(resign, sp_outfile_fd(iso), name, error) ||
        !sp_side_files_write(&sides, iso, name, sha256, resign->build.image, resign->build.signer,
                             error) ||
        !sp_interrupt_check(error) || !sp_outset_publish(set, error))
        return FALSE;
    g_autofree char *line = g_strdup_printf("%s  %s\n", sha256, path);
    return sp_print(line, error);
}

gboolean sp_cmd_sign(const SpRun *run, GError **error)
{
    g_auto(SpResign) resign = {.build.run = run, .file = run->options->operands->pdata[0]};
    if (!sp_resign_open(&resign, error))
        return FALSE;
    return run->options->emit != NULL ? sp_outside_emit(&resign, run->options->emit, error)
                                      : write_image(&resign, error);
}
