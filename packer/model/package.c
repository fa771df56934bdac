/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "package.h"

#include <string.h>

GHashTable *sp_traits_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void sp_traits_set(GHashTable *traits, const char *key, const char *value)
{
    g_hash_table_replace(traits, g_strdup(key), g_strdup(value));
}

SpPackage *sp_package_new(const char *file)
{
    SpPackage *package = g_new0(SpPackage, 1);
    package->file = g_strdup(file);
    package->files = sp_tree_new();
    package->problem = g_strdup("");
    package->traits = sp_traits_new();
    package->paths = sp_traits_new();
    package->open = g_ptr_array_new_with_free_func(g_free);
    package->clash = g_ptr_array_new_with_free_func(g_free);
    package->needs = g_array_new(FALSE, FALSE, sizeof(guint));
    return package;
}

void sp_package_free(SpPackage *package)
{
    if (package == NULL)
        return;
    g_free(package->file);
    g_free(package->name);
    g_free(package->version);
    g_free(package->release);
    g_free(package->arch);
    g_free(package->vendor);
    g_free(package->compressor);
    g_free(package->problem);
    g_free(package->sha256);
    g_free(package->known);
    g_strfreev(package->depends);
    g_strfreev(package->weak);
    g_hash_table_unref(package->traits);
    g_hash_table_unref(package->paths);
    g_ptr_array_unref(package->open);
    g_ptr_array_unref(package->clash);
    g_array_unref(package->needs);
    sp_signature_free(package->signature);
    g_ptr_array_unref(package->files);
    g_free(package);
}

char *sp_package_nevra(const SpPackage *package)
{
    return g_strdup_printf("%s-%s-%s.%s", package->name, package->version, package->release,
                           package->arch);
}

static const struct {
    const char *name;
    const char *folder;
    const char *prefix;
    const char *arch;
} roles[SP_ROLES] = {
    [SP_PAYLOAD] = {"payload", "Packages/", "", "x86_64"},
    [SP_UPDATE] = {"update", "Packages/", "update-", "noarch"},
    /* Carries its own copy of the hook: xapi runs the precheck before the payload is there. */
    [SP_CONTROL] = {"control", "Packages/", "control-", "x86_64"},
    /* One for 32- and 64-bit hosts; classic packs are flat. */
    [SP_CLASSIC] = {"classic", "", "", "noarch"},
};

const char *sp_role_name(SpRole role)
{
    return roles[role].name;
}

/* Without a program of ours in it, the control package is for any machine. */
static const char *role_arch(SpRole role, const SpPack *pack)
{
    return role == SP_CONTROL && pack->bare ? "noarch" : roles[role].arch;
}

char *sp_role_package(SpRole role, const SpPack *pack)
{
    return g_strconcat(roles[role].prefix, pack->label, NULL);
}

char *sp_role_file(SpRole role, const SpPack *pack)
{
    g_autofree char *version = sp_pack_rpm_version(pack);
    return g_strdup_printf("%s%s-%s-1.%s.rpm", roles[role].prefix, pack->label, version,
                           role_arch(role, pack));
}

char *sp_role_path(SpRole role, const SpPack *pack)
{
    g_autofree char *file = sp_role_file(role, pack);
    return g_strconcat(roles[role].folder, file, NULL);
}

gboolean sp_role_wanted(SpRole role, const SpPack *pack)
{
    if (role == SP_PAYLOAD)
        return !pack->bare;
    return role != SP_CLASSIC || pack->classic;
}

gboolean sp_payload_known(const char *compressor)
{
    static const char *const known[] = {"gzip", "bzip2", "xz", "lzma", NULL};
    return g_strv_contains(known, compressor);
}

const char *const sp_rpmlib_4_11[] = {"VersionedDependencies",
                                      "CompressedFileNames",
                                      "PayloadIsBzip2",
                                      "PayloadIsXz",
                                      "PayloadIsLzma",
                                      "PayloadFilesHavePrefix",
                                      "ExplicitPackageProvide",
                                      "HeaderLoadSortsTags",
                                      "ScriptletInterpreterArgs",
                                      "PartialHardlinkSets",
                                      "ConcurrentAccess",
                                      "BuiltinLuaScripts",
                                      "FileDigests",
                                      "ScriptletExpansion",
                                      "TildeInVersions",
                                      "FileCaps",
                                      NULL};

gboolean sp_rpmlib_known(const char *requirement, const char *const *known)
{
    if (!g_str_has_prefix(requirement, "rpmlib("))
        return TRUE;
    const char *name = requirement + strlen("rpmlib(");
    gsize length = strcspn(name, ")");
    for (; *known != NULL; known++)
        if (strlen(*known) == length && strncmp(*known, name, length) == 0)
            return TRUE;
    return FALSE;
}

static void add_dirs(GPtrArray *tree, const char *base, const char *label)
{
    g_autofree char *bin = g_strdup_printf("%s/bin", base);
    g_autofree char *share = g_strdup_printf("%s/share", base);
    g_autofree char *own = g_strdup_printf("%s/share/%s", base, label);
    const char *dirs[] = {base, bin, share, own};
    for (gsize i = 0; i < G_N_ELEMENTS(dirs); i++)
        sp_tree_add_dir(tree, dirs[i], 0755);
}

typedef struct {
    GPtrArray *tree;
    const char *folder;
} Place;

static void add_text(const char *file, GBytes *text, gpointer data)
{
    const Place *place = data;
    g_autofree char *path = g_strdup_printf("%s/%s", place->folder, file);
    sp_tree_add_file(place->tree, path, 0644, text);
}

/* The hook and the pack's data beside it, as it looks for them: ../share/<label>. */
static void add_hook(GPtrArray *tree, const char *base, const SpPack *pack, GBytes *hook)
{
    add_dirs(tree, base, pack->label);
    g_autofree char *program = g_strdup_printf("%s/bin/multipath-hook", base);
    sp_tree_add_file(tree, program, 0755, hook);
    g_autofree char *conf = g_strdup_printf("%s/share/%s/pack.conf", base, pack->label);
    sp_tree_take_text(tree, conf, 0644, sp_pack_conf(pack));
    g_autofree char *folder = g_strdup_printf("%s/share/%s", base, pack->label);
    Place place = {tree, folder};
    sp_pack_texts(pack, add_text, &place);
}

static GPtrArray *payload(const SpPack *pack, const char *base, GBytes *hook)
{
    GPtrArray *tree = sp_tree_new();
    add_hook(tree, base, pack, hook);
    if (pack->eula != NULL) {
        /* Installers look for any payload file whose path ends in EULA (packs.md A.1). */
        g_autofree char *path = g_strdup_printf("%s/share/%s/EULA", base, pack->label);
        sp_tree_add_file(tree, path, 0644, pack->eula);
    }
    return tree;
}

GPtrArray *sp_layout_payload(const SpPack *pack, GBytes *hook)
{
    g_autofree char *base = g_strdup_printf("opt/%s", pack->label);
    return payload(pack, base, hook);
}

GPtrArray *sp_layout_classic(const SpPack *pack, GBytes *const hooks[3])
{
    g_autofree char *base = g_strdup_printf("opt/%s", pack->label);
    GPtrArray *tree = payload(pack, base, hooks[0]);
    static const char *const machines[] = {"i386", "x86_64"};
    for (gsize i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *path = g_strdup_printf("%s/bin/multipath-hook.%s", base, machines[i]);
        sp_tree_add_file(tree, path, 0755, hooks[i + 1]);
    }
    return tree;
}

GPtrArray *sp_layout_update(const SpPack *pack, GBytes *stamp)
{
    GPtrArray *tree = sp_tree_new();
    sp_tree_add_dir(tree, "var/update/applied", 0755);
    g_autofree char *path = g_strdup_printf("var/update/applied/%s", pack->uuid);
    sp_tree_add_file(tree, path, 0644, stamp);
    return tree;
}

GPtrArray *sp_layout_control(const SpPack *pack, GBytes *hook,
                             GBytes *const scripts[SP_CONTROL_SCRIPTS])
{
    GPtrArray *tree = sp_tree_new();
    g_autofree char *base = g_strdup_printf("var/update/%s", pack->uuid);
    if (pack->bare)
        sp_tree_add_dir(tree, base, 0755);
    else
        add_hook(tree, base, pack, hook);
    g_autofree char *precheck = g_strdup_printf("%s/precheck", base);
    g_autofree char *remove = g_strdup_printf("%s/remove", base);
    g_autofree char *plugin = g_strdup_printf("etc/xapi.d/plugins/%s", pack->label);
    const char *const paths[SP_CONTROL_SCRIPTS] = {precheck, remove, plugin};
    for (gsize i = 0; i < SP_CONTROL_SCRIPTS; i++)
        if (scripts[i] != NULL)
            sp_tree_add_file(tree, paths[i], 0755, scripts[i]);
    return tree;
}

void sp_layout_documents(GPtrArray *tree, const SpPack *pack, GBytes *const documents[SP_DOCS])
{
    g_autofree char *doc = g_strdup_printf("usr/share/doc/%s", pack->label);
    g_autofree char *report = g_strdup_printf("etc/xensource/bugtool/%s", pack->label);
    g_autofree char *readme = g_strconcat(doc, "/README.txt", NULL);
    g_autofree char *manual = g_strconcat(doc, "/multipath-hook.txt", NULL);
    g_autofree char *capability = g_strconcat(report, ".xml", NULL);
    g_autofree char *collect = g_strconcat(report, "/stuff.xml", NULL);
    const char *const paths[SP_DOCS] = {readme, manual, capability, collect};
    sp_tree_add_dir(tree, doc, 0755);
    sp_tree_add_dir(tree, report, 0755);
    for (gsize i = 0; i < SP_DOCS; i++)
        sp_tree_add_file(tree, paths[i], 0644, documents[i]);
}
