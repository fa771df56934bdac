/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "build.h"
#include "build_values.h"
#include "classic_xml.h"
#include "comps.h"
#include "repodata.h"
#include "update_xml.h"

static gboolean add_signature(SpBuild *build, const char *path, GError **error)
{
    if (build->signer == NULL)
        return TRUE;
    const SpEntry *entry = sp_tree_find(build->image, path);
    g_autoptr(GBytes) armor = sp_signer_sign(build->signer, path, entry->content, error);
    if (armor == NULL)
        return FALSE;
    g_autofree char *name = g_strconcat(path, ".asc", NULL);
    sp_tree_add_file(build->image, name, 0644, armor);
    return TRUE;
}

static gboolean add_texts(SpBuild *build, GError **error)
{
    g_autoptr(SpBuildValues) values = sp_build_values_new(build);
    g_autoptr(GBytes) readme = sp_template_expand(
        sp_part_name(SP_PART_README), build->parts->bytes[SP_PART_README], values->values, error);
    if (readme == NULL)
        return FALSE;
    sp_tree_add_file(build->image, "README.txt", 0644, readme);
    if (build->public_key != NULL)
        sp_tree_add_file(build->image, build->key_name, 0644, build->public_key);
    return TRUE;
}

static gboolean add_repository(SpBuild *build, GError **error)
{
    SpRepoInput inputs[SP_ROLES];
    gsize count = 0;
    g_autoptr(GPtrArray) hrefs = g_ptr_array_new_with_free_func(g_free);
    sp_tree_add_dir(build->image, "Packages", 0755);
    for (SpRole role = SP_PAYLOAD; role < SP_ROLES; role++) {
        if (role == SP_CLASSIC) /* the hosts that read repodata must not see it */
            continue;
        char *href = sp_role_path(role, build->pack);
        g_ptr_array_add(hrefs, href);
        sp_tree_add_file(build->image, href, 0644, build->rpm[role]);
        inputs[count++] = (SpRepoInput){href, build->rpm_path[role], build->rpm[role]};
    }
    g_autoptr(GBytes) comps = sp_comps_write(build->pack, error);
    return comps != NULL && sp_repodata_write(build->scratch, inputs, count, comps, build->epoch,
                                              build->image, error);
}

static gboolean add_update(SpBuild *build, GError **error)
{
    g_autoptr(SpUpdate) update =
        sp_update_from_pack(build->pack, build->installed, build->key_name);
    g_autoptr(GBytes) text = sp_update_write(update, error);
    if (text == NULL)
        return FALSE;
    sp_tree_add_file(build->image, "update.xml", 0644, text);
    return TRUE;
}

static gboolean add_classic(SpBuild *build, GError **error)
{
    if (!sp_role_wanted(SP_CLASSIC, build->pack))
        return TRUE;
    g_autofree char *file = sp_role_path(SP_CLASSIC, build->pack);
    g_autoptr(SpClassic) classic = sp_classic_from_pack(build->pack, file, build->rpm[SP_CLASSIC]);
    g_autoptr(GBytes) repository = sp_classic_write_repository(classic, error);
    g_autoptr(GBytes) packages =
        repository != NULL ? sp_classic_write_packages(classic, error) : NULL;
    if (packages == NULL)
        return FALSE;
    GBytes *const *parts = build->parts->bytes;
    sp_tree_add_file(build->image, SP_CLASSIC_REPOSITORY, 0644, repository);
    sp_tree_add_file(build->image, SP_CLASSIC_PACKAGES, 0644, packages);
    sp_tree_add_file(build->image, "install", 0755, parts[SP_PART_CLASSIC_INSTALL]);
    sp_tree_add_file(build->image, "install.sh", 0755, parts[SP_PART_CLASSIC_INSTALL_SH]);
    sp_tree_add_file(build->image, file, 0644, build->rpm[SP_CLASSIC]);
    return TRUE;
}

/* Each signature is made of bytes that do not change any more. */
gboolean sp_build_image(SpBuild *build, GError **error)
{
    build->image = sp_tree_new();
    return add_texts(build, error) && add_classic(build, error) && add_repository(build, error) &&
           add_signature(build, "repodata/repomd.xml", error) && add_update(build, error) &&
           add_signature(build, "update.xml", error);
}
