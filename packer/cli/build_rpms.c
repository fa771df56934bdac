/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "build.h"
#include "build_values.h"
#include "fileio.h"
#include "interrupt.h"
#include "rpm_build.h"
#include "sign_rpm.h"
#include "update_xml.h"

#define RPM_LIMIT ((gsize)64 * 1024 * 1024)

static GBytes *expand(const SpBuild *build, SpPart part, GError **error)
{
    g_autoptr(SpBuildValues) values = sp_build_values_new(build);
    return sp_template_expand(sp_part_name(part), build->parts->bytes[part], values->values, error);
}

static gint64 size_of(const GPtrArray *tree)
{
    gint64 total = 0;
    for (guint i = 0; i < tree->len; i++) {
        const SpEntry *entry = tree->pdata[i];
        total += entry->content != NULL ? (gint64)g_bytes_get_size(entry->content) : 0;
    }
    return total;
}

static gboolean lay_out(SpBuild *build, GError **error)
{
    GBytes *hook = build->parts->bytes[SP_PART_HOOK];
    build->layout[SP_PAYLOAD] = sp_layout_payload(build->pack, hook);
    build->installed = size_of(build->layout[SP_PAYLOAD]);
    g_autoptr(SpUpdate) update = sp_update_from_pack(build->pack, build->installed, NULL);
    g_autoptr(GBytes) stamp = sp_update_write(update, error);
    if (stamp == NULL)
        return FALSE;
    build->layout[SP_UPDATE] = sp_layout_update(build->pack, stamp);
    g_autoptr(GBytes) precheck = expand(build, SP_PART_PRECHECK, error);
    g_autoptr(GBytes) remove = precheck != NULL ? expand(build, SP_PART_REMOVE, error) : NULL;
    if (remove == NULL)
        return FALSE;
    GBytes *const scripts[2] = {precheck, remove};
    build->layout[SP_CONTROL] = sp_layout_control(build->pack, hook, scripts);
    GBytes *const hooks[3] = {build->parts->bytes[SP_PART_HOOK_CLASSIC],
                              build->parts->bytes[SP_PART_HOOK_I386], hook};
    if (sp_role_wanted(SP_CLASSIC, build->pack))
        build->layout[SP_CLASSIC] = sp_layout_classic(build->pack, hooks);
    return TRUE;
}

static gboolean build_one(SpBuild *build, SpRpmBuilder *builder, SpRole role, GError **error)
{
    static const SpPart specs[SP_ROLES] = {SP_PART_PAYLOAD_SPEC, SP_PART_UPDATE_SPEC,
                                           SP_PART_CONTROL_SPEC, SP_PART_CLASSIC_SPEC};
    if (!sp_interrupt_check(error))
        return FALSE;
    g_autoptr(GBytes) spec = expand(build, specs[role], error);
    if (spec == NULL)
        return FALSE;
    g_autofree char *file = sp_role_file(role, build->pack);
    build->rpm_path[role] =
        sp_rpm_build(builder, sp_role_name(role), spec, build->layout[role], file, error);
    if (build->rpm_path[role] == NULL)
        return FALSE;
    /* The classic one stays as it is: no classic installer looks at signatures, and those gpg makes
     * are not of the only form rpm 4.4.2 takes (packs.md A.1, D). */
    if (build->signer != NULL && role != SP_CLASSIC &&
        !sp_rpm_sign(build->rpm_path[role], build->run->environment->gnupg_home,
                     sp_signer_fingerprint(build->signer), error))
        return FALSE;
    build->rpm[role] = sp_read_path(build->rpm_path[role], RPM_LIMIT, NULL, error);
    return build->rpm[role] != NULL;
}

gboolean sp_build_rpms(SpBuild *build, GError **error)
{
    if (!lay_out(build, error))
        return FALSE;
    g_autoptr(SpRpmBuilder) builder = sp_rpm_builder_new(build->scratch, build->epoch, error);
    if (builder == NULL)
        return FALSE;
    for (SpRole role = SP_PAYLOAD; role < SP_ROLES; role++)
        if (sp_role_wanted(role, build->pack) && !build_one(build, builder, role, error))
            return FALSE;
    return TRUE;
}
