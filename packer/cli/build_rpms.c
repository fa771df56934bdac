/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "build.h"
#include "build_values.h"
#include "carried.h"
#include "children.h"
#include "fileio.h"
#include "interrupt.h"
#include "progress.h"
#include "rpm_out.h"
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

/* The scripts that were given, or our own. Without settings there is nothing a precheck could
 * refuse that its Requires do not, and nothing a plugin could tell. */
static gboolean lay_out_control(SpBuild *build, GBytes *hook, GError **error)
{
    const SpPack *pack = build->pack;
    const struct {
        GBytes *given;
        SpPart part;
        gboolean wanted;
    } kinds[SP_CONTROL_SCRIPTS] = {
        [SP_CONTROL_PRECHECK] = {pack->precheck, SP_PART_PRECHECK, !pack->bare},
        [SP_CONTROL_REMOVE] = {pack->remove, SP_PART_REMOVE, TRUE},
        [SP_CONTROL_PLUGIN] = {NULL, SP_PART_XAPI_PLUGIN, !pack->bare},
    };
    GBytes *scripts[SP_CONTROL_SCRIPTS] = {NULL};
    gboolean done = TRUE;
    for (gsize i = 0; done && i < SP_CONTROL_SCRIPTS; i++) {
        if (kinds[i].given != NULL)
            scripts[i] = g_bytes_ref(kinds[i].given);
        else if (kinds[i].wanted)
            done = (scripts[i] = expand(build, kinds[i].part, error)) != NULL;
    }
    if (done)
        build->layout[SP_CONTROL] = sp_layout_control(pack, hook, scripts);
    for (gsize i = 0; i < SP_CONTROL_SCRIPTS; i++)
        g_clear_pointer(&scripts[i], g_bytes_unref);
    return done;
}

/* Told to people on the host. Nothing of it depends on who signs: the package is the same then. */
static gboolean add_documents(const SpBuild *build, GPtrArray *tree, GError **error)
{
    static const SpPart parts[SP_DOCS] = {SP_PART_HOST_README, SP_PART_HOST_MANUAL, SP_PART_BUGTOOL,
                                          SP_PART_BUGTOOL_COLLECT};
    GBytes *documents[SP_DOCS] = {NULL};
    gboolean good = TRUE;
    for (gsize i = 0; i < SP_DOCS && good; i++) {
        documents[i] = parts[i] == SP_PART_HOST_MANUAL
                           ? g_bytes_ref(build->parts->bytes[SP_PART_HOST_MANUAL])
                           : expand(build, parts[i], error);
        good = documents[i] != NULL;
    }
    if (good)
        sp_layout_documents(tree, build->pack, documents);
    for (gsize i = 0; i < SP_DOCS; i++)
        g_clear_pointer(&documents[i], g_bytes_unref);
    return good;
}

static gboolean lay_out(SpBuild *build, GError **error)
{
    GBytes *hook = build->parts->bytes[SP_PART_HOOK];
    if (sp_role_wanted(SP_PAYLOAD, build->pack)) {
        build->layout[SP_PAYLOAD] = sp_layout_payload(build->pack, hook);
        if (!add_documents(build, build->layout[SP_PAYLOAD], error))
            return FALSE;
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
    if (!sp_role_wanted(SP_CLASSIC, build->pack))
        return TRUE;
    build->layout[SP_CLASSIC] = sp_layout_classic(build->pack, hooks);
    return add_documents(build, build->layout[SP_CLASSIC], error);
}

static GBytes *build_one(const SpBuild *build, SpRole role, GError **error)
{
    static const SpPart specs[SP_ROLES] = {SP_PART_PAYLOAD_SPEC, SP_PART_UPDATE_SPEC,
                                           SP_PART_CONTROL_SPEC, SP_PART_CLASSIC_SPEC};
    g_autoptr(GBytes) text = expand(build, specs[role], error);
    g_autoptr(SpRpmSpec) spec =
        text != NULL ? sp_rpm_spec_parse(sp_part_name(specs[role]), text, error) : NULL;
    return spec != NULL ? sp_rpm_write(spec, build->layout[role], build->epoch, error) : NULL;
}

typedef struct {
    const SpBuild *build;
    char *path;
    guint number; /* from 1 */
    const SpProgress *progress;
} ToSign;

static gboolean sign_one(gpointer data, GError **error)
{
    const ToSign *one = data;
    sp_progress_tell(one->progress, one->number);
    return sp_interrupt_check(error) && sp_rpm_sign(one->path, one->build->signer, error);
}

static void free_to_sign(gpointer data)
{
    ToSign *one = data;
    g_free(one->path);
    g_free(one);
}

static gboolean copy_to_sign(const SpBuild *build, const SpCarried *carried,
                             const SpProgress *progress, GPtrArray *all, GError **error)
{
    g_autofree char *href = sp_carried_href(carried->package);
    g_autofree char *base = g_path_get_basename(href);
    g_autofree char *name = g_build_filename("carried", base, NULL);
    ToSign *one = g_new0(ToSign, 1);
    g_ptr_array_add(all, one);
    *one = (ToSign){.build = build,
                    .path = sp_scratch_file(build->scratch, name, carried->bytes, error),
                    .number = all->len,
                    .progress = progress};
    return one->path != NULL;
}

/* A host that checks signatures checks those of all RPMs against one key (packs.md B.6), so what is
 * carried gets that key's signature as well, in a copy. */
static gboolean sign_carried(SpBuild *build, GError **error)
{
    GPtrArray *carried = build->pack->carried;
    if (carried->len == 0)
        return TRUE;
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_to_sign);
    g_autofree char *dir = sp_scratch_dir(build->scratch, "carried", error);
    const SpProgress progress =
        sp_progress_begin(&build->run->log, "signing carried package", carried->len);
    for (guint i = 0; dir != NULL && i < carried->len; i++)
        if (!sp_interrupt_check(error) ||
            !copy_to_sign(build, carried->pdata[i], &progress, all, error))
            return FALSE;
    gboolean good = dir != NULL && sp_children_run(sign_one, all->pdata, all->len, error);
    sp_progress_end(&progress);
    if (!good)
        return FALSE;
    for (guint i = 0; i < all->len; i++) {
        SpCarried *one = carried->pdata[i];
        char *path = g_steal_pointer(&((ToSign *)all->pdata[i])->path);
        g_free(one->path);
        one->path = path;
        g_clear_pointer(&one->bytes, g_bytes_unref);
        one->bytes = sp_map_path(path, NULL, error);
        if (one->bytes == NULL)
            return FALSE;
    }
    return TRUE;
}

/* Those that are wanted, unsigned, as files in scratch. */
static gboolean build_all(SpBuild *build, GError **error)
{
    g_autofree char *dir = sp_scratch_dir(build->scratch, "rpms", error);
    for (SpRole role = SP_PAYLOAD; dir != NULL && role < SP_ROLES; role++) {
        if (!sp_role_wanted(role, build->pack))
            continue;
        g_autofree char *base = sp_role_file(role, build->pack);
        g_autofree char *name = g_build_filename("rpms", base, NULL);
        build->rpm[role] = sp_interrupt_check(error) ? build_one(build, role, error) : NULL;
        if (build->rpm[role] == NULL)
            return FALSE;
        build->rpm_path[role] = sp_scratch_file(build->scratch, name, build->rpm[role], error);
        if (build->rpm_path[role] == NULL)
            return FALSE;
    }
    return dir != NULL;
}

/* The classic one stays as it is: no classic installer looks at signatures, and those gpg makes are
 * not of the only form rpm 4.4.2 takes (packs.md A.1, D). The others side by side: most of the time
 * is gpg's. */
static gboolean sign_all(SpBuild *build, GError **error)
{
    static const SpRole roles[] = {SP_PAYLOAD, SP_UPDATE, SP_CONTROL};
    ToSign all[G_N_ELEMENTS(roles)];
    gpointer wanted[G_N_ELEMENTS(roles)];
    guint count = 0;
    const SpProgress progress =
        sp_progress_begin(&build->run->log, "signing package", G_N_ELEMENTS(roles));
    for (gsize i = 0; i < G_N_ELEMENTS(roles); i++) {
        all[i] = (ToSign){build, build->rpm_path[roles[i]], (guint)i + 1, &progress};
        if (sp_role_wanted(roles[i], build->pack))
            wanted[count++] = &all[i];
    }
    gboolean good = sp_children_run(sign_one, wanted, count, error);
    sp_progress_end(&progress);
    if (!good)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(roles); i++) {
        SpRole role = roles[i];
        if (build->rpm[role] == NULL)
            continue;
        g_bytes_unref(build->rpm[role]);
        build->rpm[role] = sp_read_path(build->rpm_path[role], RPM_LIMIT, NULL, error);
        if (build->rpm[role] == NULL)
            return FALSE;
    }
    return TRUE;
}

gboolean sp_build_rpms(SpBuild *build, GError **error)
{
    if (!lay_out(build, error) || !build_all(build, error))
        return FALSE;
    return build->signer == NULL || (sign_all(build, error) && sign_carried(build, error));
}
