/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "build.h"
#include "commit_time.h"
#include "description.h"
#include "epoch.h"
#include "image_out.h"
#include "interrupt.h"
#include "side_files.h"
#include "signing.h"

#include <string.h>

static void free_build(SpBuild *build)
{
    sp_pack_free(build->pack);
    sp_parts_free(build->parts);
    sp_scratch_free(build->scratch);
    sp_signer_free(build->signer);
    g_clear_pointer(&build->public_key, g_bytes_unref);
    g_free(build->key_name);
    g_free(build->fingerprint);
    for (SpRole role = SP_PAYLOAD; role < SP_ROLES; role++) {
        g_clear_pointer(&build->layout[role], g_ptr_array_unref);
        g_clear_pointer(&build->rpm[role], g_bytes_unref);
        g_free(build->rpm_path[role]);
    }
    g_clear_pointer(&build->image, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SpBuild, free_build)

/* Every time in the image. The newest file's is the last resort: it differs from clone to clone. */
static gint64 choose_time(const SpBuild *build, const char *description, gint64 newest)
{
    const SpLog *log = &build->run->log;
    if (build->run->environment->epoch >= 0)
        return build->run->environment->epoch;
    if (build->pack->date >= 0)
        return build->pack->date;
    gint64 committed = build->run->options->ddk == NULL ? sp_commit_time(description) : -1;
    if (committed >= 0) {
        sp_log_info(log, "the time is that of the commit of '%s'", description);
        return committed;
    }
    sp_log_warning(log, "the time in the image is that of the newest file, and another copy of the "
                        "files gives another image: set date in [pack], or SOURCE_DATE_EPOCH");
    return newest;
}

static gboolean read_input(SpBuild *build, GError **error)
{
    const SpOptions *options = build->run->options;
    const char *path = options->ddk != NULL ? SP_DDK_PLACE : options->operands->pdata[0];
    build->parts = sp_parts_read(build->run->environment->program, error);
    if (build->parts == NULL)
        return FALSE;
    g_autoptr(SpFindings) findings = sp_findings_new();
    gint64 newest = build->parts->newest;
    g_autoptr(GPtrArray) rpms = g_ptr_array_new();
    for (guint i = 1; i < options->operands->len; i++)
        g_ptr_array_add(rpms, options->operands->pdata[i]);
    build->pack = options->ddk != NULL ? sp_ddk_pack(options->ddk, findings, &newest, error)
                                       : sp_description_read(path, rpms, options->no_classic,
                                                             findings, &newest, error);
    sp_say_findings(&build->run->log, findings);
    if (build->pack == NULL)
        return findings->bad > 0 ? sp_throw(error != NULL && *error != NULL ? NULL : error,
                                            SP_ERROR_INPUT, "'%s' is refused: %u problem%s", path,
                                            findings->bad, findings->bad == 1 ? "" : "s")
                                 : FALSE;
    if (options->no_classic) /* of a DDK's words, too */
        build->pack->classic = FALSE;
    build->epoch = choose_time(build, path, newest);
    return TRUE;
}

static gboolean open_signer(SpBuild *build, GError **error)
{
    const SpLog *log = &build->run->log;
    build->key_name = g_strdup("");
    const SpDdk *ddk = build->run->options->ddk;
    const char *key = ddk != NULL ? ddk->key : build->run->options->key;
    if (key == NULL) {
        sp_log_warning(log, "UNSIGNED: no host takes this image through xapi");
        return TRUE;
    }
    build->signer = sp_signing_open(build->run, key, error);
    if (build->signer == NULL)
        return FALSE;
    build->fingerprint = g_strdup(sp_signer_fingerprint(build->signer));
    build->public_key =
        ddk != NULL && ddk->keyfile != NULL
            ? sp_ddk_public_key(ddk, build->run->environment, build->fingerprint, error)
            : sp_signer_public_key(build->signer, error);
    if (build->public_key == NULL)
        return FALSE;
    g_free(build->key_name);
    build->key_name = sp_pack_key_name(build->pack);
    if (sp_signer_expires(build->signer) != 0) {
        g_autofree char *when = sp_epoch_iso8601(sp_signer_expires(build->signer));
        sp_log_warning(log, "the key expires on %s; hosts refuse the pack from then on", when);
    }
    return TRUE;
}

static gboolean write_outputs(SpBuild *build, SpOutset *set, const char *name, GError **error)
{
    SpSideFiles sides;
    SpOutfile *iso = sp_outset_add(set, name, error);
    if (iso == NULL ||
        !sp_side_files_add(&sides, set, name, build->pack->classic, build->signer != NULL, error) ||
        !sp_build_rpms(build, error) || !sp_build_image(build, error) || !sp_interrupt_check(error))
        return FALSE;
    g_autofree char *volume_id = sp_pack_volume_id(build->pack->label);
    g_autofree char *sha256 = NULL;
    if (!sp_image_write(sp_outfile_fd(iso), sp_outfile_path(iso), volume_id, build->image,
                        build->epoch, &sha256, error) ||
        !sp_build_verify(build, sp_outfile_fd(iso), name, error) ||
        !sp_side_files_write(&sides, iso, name, sha256, build->image, build->signer, error) ||
        !sp_interrupt_check(error) || !sp_outset_publish(set, error))
        return FALSE;
    g_autofree char *line = g_strdup_printf("%s  %s\n", sha256, sp_outfile_path(iso));
    return sp_print(line, error);
}

gboolean sp_cmd_build(const SpRun *run, GError **error)
{
    g_auto(SpBuild) build = {.run = run};
    if (!read_input(&build, error) || !open_signer(&build, error))
        return FALSE;
    g_autofree char *when = sp_epoch_iso8601(build.epoch);
    sp_log_info(&run->log, "pack uuid %s, every time stamp %s", build.pack->uuid, when);
    build.scratch = sp_scratch_new(run->environment->tmpdir, error);
    if (build.scratch == NULL)
        return FALSE;
    const SpDdk *ddk = run->options->ddk;
    g_autofree char *dir = NULL, *name = NULL;
    if (ddk != NULL) {
        dir = g_path_get_dirname(ddk->output);
        name = g_path_get_basename(ddk->output);
    } else {
        dir = g_strdup(run->options->output != NULL ? run->options->output : ".");
        name = g_strdup_printf("%s-%s%s.iso", build.pack->label, build.pack->version,
                               build.signer != NULL ? "" : "-unsigned");
    }
    /* build-update replaces what is there, and its Makefiles know no --force */
    g_autoptr(SpOutset) set = sp_outset_new(dir, run->options->force || ddk != NULL, error);
    return set != NULL && write_outputs(&build, set, name, error);
}
