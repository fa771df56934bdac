/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "build.h"
#include "build_values.h"
#include "carried.h"
#include "children.h"
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

/* The scripts that were given, or our own. */
static gboolean lay_out_control(SpBuild *build, GBytes *hook, GError **error)
{
    const SpPack *pack = build->pack;
    g_autoptr(GBytes) precheck = pack->precheck != NULL ? g_bytes_ref(pack->precheck) : NULL;
    g_autoptr(GBytes) remove = pack->remove != NULL ? g_bytes_ref(pack->remove) : NULL;
    /* Without settings there is nothing a precheck could refuse that its Requires do not. */
    if (precheck == NULL && !pack->bare)
        precheck = expand(build, SP_PART_PRECHECK, error);
    if (precheck == NULL && !pack->bare)
        return FALSE;
    if (remove == NULL)
        remove = expand(build, SP_PART_REMOVE, error);
    if (remove == NULL)
        return FALSE;
    GBytes *const scripts[2] = {precheck, remove};
    build->layout[SP_CONTROL] = sp_layout_control(pack, hook, scripts);
    return TRUE;
}

static gboolean lay_out(SpBuild *build, GError **error)
{
    GBytes *hook = build->parts->bytes[SP_PART_HOOK];
    if (sp_role_wanted(SP_PAYLOAD, build->pack)) {
        build->layout[SP_PAYLOAD] = sp_layout_payload(build->pack, hook);
        build->installed = size_of(build->layout[SP_PAYLOAD]);
    }
    for (guint i = 0; i < build->pack->carried->len; i++)
        build->installed += ((SpCarried *)build->pack->carried->pdata[i])->package->size;
    g_autoptr(SpUpdate) update = sp_update_from_pack(build->pack, build->installed, NULL);
    g_autoptr(GBytes) stamp = sp_update_write(update, error);
    if (stamp == NULL)
        return FALSE;
    build->layout[SP_UPDATE] = sp_layout_update(build->pack, stamp);
    if (!lay_out_control(build, hook, error))
        return FALSE;
    GBytes *const hooks[3] = {build->parts->bytes[SP_PART_HOOK_CLASSIC],
                              build->parts->bytes[SP_PART_HOOK_I386], hook};
    if (sp_role_wanted(SP_CLASSIC, build->pack))
        build->layout[SP_CLASSIC] = sp_layout_classic(build->pack, hooks);
    return TRUE;
}

typedef struct {
    SpBuild *build;
    SpRpmBuilder *builder;
    SpRole role;
} One;

static gboolean build_one(gpointer data, GError **error)
{
    const One *one = data;
    SpBuild *build = one->build;
    SpRole role = one->role;
    static const SpPart specs[SP_ROLES] = {SP_PART_PAYLOAD_SPEC, SP_PART_UPDATE_SPEC,
                                           SP_PART_CONTROL_SPEC, SP_PART_CLASSIC_SPEC};
    if (!sp_interrupt_check(error))
        return FALSE;
    g_autoptr(GBytes) spec = expand(build, specs[role], error);
    if (spec == NULL)
        return FALSE;
    g_autofree char *file = sp_role_file(role, build->pack);
    g_autofree char *path =
        sp_rpm_build(one->builder, sp_role_name(role), spec, build->layout[role], file, error);
    if (path == NULL)
        return FALSE;
    /* The classic one stays as it is: no classic installer looks at signatures, and those gpg makes
     * are not of the only form rpm 4.4.2 takes (packs.md A.1, D). */
    return build->signer == NULL || role == SP_CLASSIC ||
           sp_rpm_sign(path, build->run->environment->gnupg_home,
                       sp_signer_fingerprint(build->signer), error);
}

/* Side by side, in processes of their own: librpm's state is the process'. */
static gboolean build_all(SpBuild *build, SpRpmBuilder *builder, GError **error)
{
    One all[SP_ROLES];
    gpointer wanted[SP_ROLES];
    guint count = 0;
    for (SpRole role = SP_PAYLOAD; role < SP_ROLES; role++) {
        all[role] = (One){build, builder, role};
        if (sp_role_wanted(role, build->pack))
            wanted[count++] = &all[role];
    }
    if (!sp_children_run(build_one, wanted, count, error))
        return FALSE;
    for (guint i = 0; i < count; i++) {
        SpRole role = ((const One *)wanted[i])->role;
        g_autofree char *file = sp_role_file(role, build->pack);
        build->rpm_path[role] = sp_rpm_built(builder, file);
        build->rpm[role] = sp_read_path(build->rpm_path[role], RPM_LIMIT, NULL, error);
        if (build->rpm[role] == NULL)
            return FALSE;
    }
    return TRUE;
}

/* A host that checks signatures checks those of all RPMs against one key (packs.md B.6), so what is
 * carried gets that key's signature as well, in a copy. */
static gboolean sign_carried(SpBuild *build, GError **error)
{
    if (build->signer == NULL || build->pack->carried->len == 0)
        return TRUE;
    g_autofree char *dir = sp_scratch_dir(build->scratch, "carried", error);
    for (guint i = 0; dir != NULL && i < build->pack->carried->len; i++) {
        SpCarried *carried = build->pack->carried->pdata[i];
        g_autofree char *href = sp_carried_href(carried->package);
        g_autofree char *base = g_path_get_basename(href);
        g_autofree char *name = g_build_filename("carried", base, NULL);
        g_autofree char *path = sp_scratch_file(build->scratch, name, carried->bytes, error);
        if (path == NULL || !sp_interrupt_check(error) ||
            !sp_rpm_sign(path, build->run->environment->gnupg_home,
                         sp_signer_fingerprint(build->signer), error))
            return FALSE;
        GBytes *bytes = sp_map_path(path, NULL, error);
        if (bytes == NULL)
            return FALSE;
        g_bytes_unref(carried->bytes);
        carried->bytes = bytes;
        g_free(carried->path);
        carried->path = g_steal_pointer(&path);
    }
    return dir != NULL;
}

gboolean sp_build_rpms(SpBuild *build, GError **error)
{
    if (!lay_out(build, error))
        return FALSE;
    g_autoptr(SpRpmBuilder) builder = sp_rpm_builder_new(build->scratch, build->epoch, error);
    if (builder == NULL)
        return FALSE;
    return build_all(build, builder, error) && sign_carried(build, error);
}
