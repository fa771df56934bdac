/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "build.h"
#include "build_values.h"
#include "carried.h"
#include "classic_xml.h"
#include "comps.h"
#include "repodata.h"
#include "signed_exe_in.h"
#include "sums.h"
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

/* For StorageLink servers: what lies there is seen through Joliet. */
static gboolean add_storagelink(SpBuild *build, GError **error)
{
    const SpPack *pack = build->pack;
    if (!pack->storagelink)
        return TRUE;
    GBytes *const *parts = build->parts->bytes;
    g_autoptr(SpBuildValues) values = sp_build_values_new(build);
    g_autoptr(GBytes) readme =
        sp_template_expand(sp_part_name(SP_PART_STORAGELINK_README),
                           parts[SP_PART_STORAGELINK_README], values->values, error);
    if (readme == NULL)
        return FALSE;
    gsize size = 0;
    const char *text = g_bytes_get_data(readme, &size);
    GString *lines = g_string_new_len(text, (gssize)size);
    g_string_replace(lines, "\n", "\r\n", 0);
    sp_tree_add_dir(build->image, "storagelink", 0755);
    sp_tree_take_text(build->image, "storagelink/README.txt", 0644, g_string_free(lines, FALSE));
    sp_tree_take_text(build->image, "storagelink/storagelink.conf", 0644,
                      sp_pack_storagelink_conf(pack));
    if (pack->storagelink_entry != NULL)
        sp_tree_add_file(build->image, "storagelink/entry.xml", 0644, pack->storagelink_entry);
    GBytes *ours = parts[SP_PART_STORAGELINK_HOOK];
    GBytes *program = pack->storagelink_program != NULL ? pack->storagelink_program : ours;
    sp_tree_add_file(build->image, "storagelink/storagelink-hook.exe", 0755, program);
    return program == ours ||
           sp_signed_exe_check(pack->storagelink_program_path, program, ours, error);
}

static gboolean add_readme(SpBuild *build, GError **error)
{
    g_autoptr(SpBuildValues) values = sp_build_values_new(build);
    g_autoptr(GBytes) readme = sp_template_expand(
        sp_part_name(SP_PART_README), build->parts->bytes[SP_PART_README], values->values, error);
    if (readme != NULL)
        sp_tree_add_file(build->image, "README.txt", 0644, readme);
    return readme != NULL;
}

static gboolean add_texts(SpBuild *build, GError **error)
{
    if (!build->pack->as_ddk && !add_readme(build, error))
        return FALSE;
    if (build->public_key != NULL)
        sp_tree_add_file(build->image, build->key_name, 0644, build->public_key);
    return TRUE;
}

/* Onto the image and into what repodata is made of; `href` is taken by `hrefs`. */
static SpEntry *list_rpm(SpBuild *build, GArray *inputs, GPtrArray *hrefs, char *href,
                         const char *path, GBytes *bytes)
{
    SpRepoInput input = {href, path, sp_tree_add_file(build->image, href, 0644, bytes)};
    g_ptr_array_add(hrefs, href);
    g_array_append_val(inputs, input);
    return input.entry;
}

/* What was signed since it was read is another file. */
static void list_carried(SpBuild *build, GArray *inputs, GPtrArray *hrefs, const SpCarried *one)
{
    SpEntry *entry =
        list_rpm(build, inputs, hrefs, sp_carried_href(one->package), one->path, one->bytes);
    entry->checked = build->signer == NULL && one->package->digests_good;
    if (entry->checked)
        entry->sha256 = g_strdup(one->package->sha256);
}

static gboolean add_repository(SpBuild *build, GError **error)
{
    GPtrArray *carried = build->pack->carried;
    g_autoptr(GArray) inputs = g_array_new(FALSE, FALSE, sizeof(SpRepoInput));
    g_autoptr(GPtrArray) hrefs = g_ptr_array_new_with_free_func(g_free);
    sp_tree_add_dir(build->image, "Packages", 0755);
    for (SpRole role = SP_PAYLOAD; role < SP_ROLES; role++)
        /* the hosts that read repodata must not see the classic one */
        if (role != SP_CLASSIC && sp_role_wanted(role, build->pack))
            (void)list_rpm(build, inputs, hrefs, sp_role_path(role, build->pack),
                           build->rpm_path[role], build->rpm[role]);
    for (guint i = 0; i < carried->len; i++)
        list_carried(build, inputs, hrefs, carried->pdata[i]);
    g_autoptr(GBytes) comps = build->pack->comps != NULL ? g_bytes_ref(build->pack->comps)
                                                         : sp_comps_write(build->pack, error);
    return comps != NULL &&
           sp_repodata_write(build->scratch, (SpRepoInput *)(void *)inputs->data, inputs->len,
                             comps, build->epoch, build->image, error);
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

/* build-update knows none, and what it makes is covered by the metadata; an unsigned image has them
 * against damage, and so that signing it adds signatures alone. */
static gboolean add_sums(SpBuild *build, GError **error)
{
    if (build->pack->as_ddk)
        return TRUE;
    g_autoptr(GBytes) sums = sp_sums_write(build->image);
    sp_tree_add_file(build->image, SP_SUMS, 0644, sums);
    return add_signature(build, SP_SUMS, error);
}

/* Each signature is made of bytes that do not change any more. */
gboolean sp_build_image(SpBuild *build, GError **error)
{
    build->image = sp_tree_new();
    return add_texts(build, error) && add_storagelink(build, error) && add_classic(build, error) &&
           add_repository(build, error) && add_signature(build, "repodata/repomd.xml", error) &&
           add_update(build, error) && add_signature(build, "update.xml", error) &&
           add_sums(build, error);
}
