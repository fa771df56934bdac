/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grammar.h"
#include "judge.h"
#include "verify_rules.h"

#include <string.h>

static const char repository_file[] = "XS-REPOSITORY", packages_file[] = "XS-PACKAGES";

#define MD5_DIGEST 1 /* RFC 4880 9.4 */

typedef struct {
    const SpSurvey *survey;
    SpLegacyTargets targets;
    SpFindings *findings;
} Judge;

static void demand_attributes(const Judge *judge, const char *file, const SpLegacyNode *node,
                              const char *const *names)
{
    for (; *names != NULL; names++)
        if (sp_legacy_get(node, *names)[0] == '\0')
            sp_breach(judge->findings, SP_RULE_CLASSIC_ATTRIBUTE, file, node->line,
                      "element '%s' has no attribute '%s'", node->name, *names);
}

static void judge_name(const Judge *judge, const SpLegacyNode *node, const char *attribute)
{
    const char *value = sp_legacy_get(node, attribute);
    for (const char *at = value; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr("_.-", *at) == NULL) {
            sp_breach(judge->findings, SP_RULE_CLASSIC_NAME, repository_file, node->line,
                      "%s '%s' is not made of A-Z a-z 0-9 _ . -", attribute, value);
            return;
        }
}

static void judge_version(const Judge *judge, const SpLegacyNode *node)
{
    const char *version = sp_legacy_get(node, "version");
    const char *must = version[0] != '\0' ? sp_grammar_version(version) : NULL;
    if (must != NULL)
        sp_breach(judge->findings, SP_RULE_CLASSIC_VERSION, repository_file, node->line,
                  "version '%s' %s", version, must);
}

static void judge_requires(const Judge *judge, const SpLegacyNode *node)
{
    static const char *const needed[] = {"originator", "name", "test", "version", NULL};
    static const char *const tests[] = {"eq", "ne", "lt", "gt", "le", "ge", NULL};
    const char *originator = sp_legacy_get(node, "originator"), *test = sp_legacy_get(node, "test");
    const char *name = sp_legacy_get(node, "name");
    demand_attributes(judge, repository_file, node, needed);
    judge_version(judge, node);
    if (test[0] != '\0' && !g_strv_contains(tests, test))
        sp_breach(judge->findings, SP_RULE_CLASSIC_REQUIRES, repository_file, node->line,
                  "test '%s' is not eq, ne, lt, gt, le or ge", test);
    if ((strcmp(originator, "xs") != 0 && strcmp(originator, "xcp") != 0) ||
        strcmp(name, "main") != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_UNRESOLVED, repository_file, node->line,
                  "requires '%s:%s', and a host without that repository refuses the pack for good",
                  originator, name);
}

static void judge_description(const Judge *judge)
{
    const GPtrArray *children = judge->survey->legacy->children;
    const SpLegacyNode *first = children->len > 0 ? children->pdata[0] : NULL;
    if (first == NULL || strcmp(first->name, "description") != 0 || first->text[0] == '\0')
        sp_breach(judge->findings, SP_RULE_CLASSIC_DESCRIPTION, repository_file, 0,
                  "the first element is not a description with text, which xapi takes it for");
}

/* To a pool both halves are the same pack. */
static void judge_same(const Judge *judge, const SpLegacyNode *repository)
{
    const SpUpdate *update = judge->survey->update;
    if (update != NULL && (strcmp(sp_legacy_get(repository, "name"), update->label) != 0 ||
                           strcmp(sp_legacy_get(repository, "version"), update->version) != 0))
        sp_breach(judge->findings, SP_RULE_CLASSIC_SAME, repository_file, repository->line,
                  "is '%s' %s, and update.xml '%s' %s", sp_legacy_get(repository, "name"),
                  sp_legacy_get(repository, "version"), update->label, update->version);
}

static void judge_repository(const Judge *judge)
{
    static const char *const needed[] = {"originator", "name", "product", "version", NULL};
    const SpLegacyNode *repository = judge->survey->legacy->repository;
    const GPtrArray *children = judge->survey->legacy->children;
    if (repository == NULL)
        return;
    const char *product = sp_legacy_get(repository, "product");
    demand_attributes(judge, repository_file, repository, needed);
    judge_name(judge, repository, "originator");
    judge_name(judge, repository, "name");
    judge_version(judge, repository);
    if (product[0] != '\0' && strcmp(product, "XenServer") != 0 && strcmp(product, "XCP") != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_PRODUCT, repository_file, repository->line,
                  "product '%s' is not XenServer or XCP", product);
    judge_same(judge, repository);
    judge_description(judge);
    for (guint i = 0; i < children->len; i++) {
        const SpLegacyNode *node = children->pdata[i];
        if (strcmp(node->name, "requires") == 0)
            judge_requires(judge, node);
    }
}

static const SpPackage *package_of(const SpSurvey *survey, const char *file, guint *index)
{
    for (guint i = 0; i < survey->packages->len; i++) {
        const SpPackage *package = survey->packages->pdata[i];
        if (strcmp(package->file, file) != 0)
            continue;
        *index = i;
        return package;
    }
    return NULL;
}

/* What the types of A.3 may own; "driver-rpm" for kernel K: modules below K/extra and K/updates. */
static gboolean may_own(const SpLegacyNode *node, const char *path)
{
    const char *kernel = sp_legacy_get(node, "kernel");
    gboolean module = g_str_has_prefix(path, "/lib/modules/");
    if (strcmp(sp_legacy_get(node, "type"), "driver-rpm") != 0)
        return !module && !g_str_has_prefix(path, "/boot/vmlinu");
    g_autofree char *extra = g_strdup_printf("/lib/modules/%s/extra", kernel);
    g_autofree char *updates = g_strdup_printf("/lib/modules/%s/updates", kernel);
    if (strcmp(kernel, "any") == 0)
        return g_str_has_prefix(path, "/etc") || g_str_has_prefix(path, "/lib/firmware") ||
               g_str_has_prefix(path, "/usr/share/doc");
    return !module || g_str_has_prefix(path, extra) || g_str_has_prefix(path, updates);
}

static void judge_paths(const Judge *judge, const SpLegacyNode *node, const SpPackage *package)
{
    GHashTableIter iter;
    gpointer path = NULL, kind = NULL;
    g_hash_table_iter_init(&iter, package->paths);
    while (g_hash_table_iter_next(&iter, &path, &kind)) {
        g_autofree char *shown = sp_shown(path);
        if (strcmp(kind, "dir") != 0 && !may_own(node, path))
            sp_breach(judge->findings, SP_RULE_CLASSIC_PATH, node->text, 0,
                      "has the file '%s', which its type '%s' must not have", shown,
                      sp_legacy_get(node, "type"));
    }
}

/* rpm 4.4 of EL5 (packs.md D). */
static void judge_el5(const Judge *judge, const SpPackage *package)
{
    static const char *const known[] = {
        "rpmlib(CompressedFileNames) ",    "rpmlib(VersionedDependencies) ",
        "rpmlib(PayloadFilesHavePrefix) ", "rpmlib(PayloadIsBzip2) ",
        "rpmlib(PartialHardlinkSets) ",    "rpmlib(ConcurrentAccess) "};
    if (strcmp(package->compressor, "gzip") != 0 && strcmp(package->compressor, "bzip2") != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_RPM_FEATURE, package->file, 0,
                  "payload is compressed with '%s', and rpm 4.4 reads gzip and bzip2",
                  package->compressor);
    if (package->file_digest != MD5_DIGEST && package->file_digest != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_RPM_FEATURE, package->file, 0,
                  "file digests are not MD5, which is all rpm 4.4 knows");
    for (guint i = 0; package->depends != NULL && package->depends[i] != NULL; i++) {
        gboolean found =
            !g_str_has_prefix(package->depends[i], "rpmlib(") && package->depends[i][0] != '(';
        for (gsize k = 0; k < G_N_ELEMENTS(known); k++)
            found = found || g_str_has_prefix(package->depends[i], known[k]);
        if (!found)
            sp_breach(judge->findings, SP_RULE_CLASSIC_RPM_FEATURE, package->file, 0,
                      "needs %s, which rpm 4.4 does not have", package->depends[i]);
    }
    if (package->signature->version > 3)
        sp_breach(judge->findings, SP_RULE_CLASSIC_RPM_SIGNATURE, package->file, 0,
                  "has a signature of version %u, which rpm 4.4 may not read",
                  package->signature->version);
}

static void judge_arch(const Judge *judge, const SpPackage *package)
{
    gboolean is_i386 = package->arch[0] == 'i' && g_str_has_suffix(package->arch, "86");
    gboolean good = strcmp(package->arch, "noarch") == 0 || (is_i386 && !judge->targets.x86_64) ||
                    (strcmp(package->arch, "x86_64") == 0 && !judge->targets.i386);
    if (!good)
        sp_breach(judge->findings, SP_RULE_CLASSIC_ARCH, package->file, 0,
                  "architecture '%s' is not that of every release the pack is for", package->arch);
}

static void judge_rpm(const Judge *judge, const SpLegacyNode *node, const SpPackage *package)
{
    const char *label = sp_legacy_get(node, "label");
    gboolean driver = strcmp(sp_legacy_get(node, "type"), "driver-rpm") == 0;
    if (!package->readable)
        return; /* another rule's */
    if (label[0] != '\0' && strcmp(label, package->name) != 0 &&
        !(driver && g_str_has_prefix(package->name, label)))
        sp_breach(judge->findings, SP_RULE_CLASSIC_LABEL, packages_file, node->line,
                  "label '%s' is not '%s', the RPM's name", label, package->name);
    judge_paths(judge, node, package);
    judge_arch(judge, package);
    if (judge->targets.el5)
        judge_el5(judge, package);
}

static void judge_file(const Judge *judge, const SpLegacyNode *node)
{
    const SpEntry *entry = sp_tree_find(judge->survey->entries, node->text);
    gboolean plain = node->text[0] != '\0' && strpbrk(node->text, "/ \t\n\r") == NULL;
    if (!plain || entry == NULL || entry->content == NULL) {
        sp_breach(judge->findings, SP_RULE_CLASSIC_FILE, packages_file, node->line, "'%s' is %s",
                  node->text, plain ? "not on the image" : "not a bare file name without blanks");
        return;
    }
    g_autofree char *md5 = g_compute_checksum_for_bytes(G_CHECKSUM_MD5, entry->content);
    g_autofree char *size = g_strdup_printf("%zu", g_bytes_get_size(entry->content));
    if (strcmp(sp_legacy_get(node, "md5"), md5) != 0 ||
        strcmp(sp_legacy_get(node, "size"), size) != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_MD5, packages_file, node->line,
                  "size or md5 of '%s' is not the file's, %s and %s", node->text, size, md5);
    guint index = 0;
    const SpPackage *package = package_of(judge->survey, node->text, &index);
    if (package != NULL)
        judge_rpm(judge, node, package);
    else if (strcmp(sp_legacy_get(node, "type"), "tbz2") != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_FILE, packages_file, node->line,
                  "'%s' is no RPM by its name", node->text);
}

/* The host installer installs them one by one (packs.md A.3). */
static void judge_order(const Judge *judge)
{
    const GPtrArray *nodes = judge->survey->legacy->packages;
    g_autoptr(GHashTable) places = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (guint i = 0; i < nodes->len; i++) {
        guint index = 0;
        const SpLegacyNode *node = nodes->pdata[i];
        if (package_of(judge->survey, node->text, &index) != NULL)
            g_hash_table_insert(places, GUINT_TO_POINTER(index + 1), GUINT_TO_POINTER(i + 1));
    }
    for (guint i = 0; i < nodes->len; i++) {
        guint index = 0;
        const SpLegacyNode *node = nodes->pdata[i];
        const SpPackage *package = package_of(judge->survey, node->text, &index);
        for (guint k = 0; package != NULL && k < package->needs->len; k++) {
            guint needed = g_array_index(package->needs, guint, k);
            guint at = GPOINTER_TO_UINT(g_hash_table_lookup(places, GUINT_TO_POINTER(needed + 1)));
            if (at > i + 1)
                sp_breach(judge->findings, SP_RULE_CLASSIC_ORDER, packages_file, node->line,
                          "'%s' stands before '%s', which it requires", node->text,
                          ((SpLegacyNode *)nodes->pdata[at - 1])->text);
        }
    }
}

static void judge_packages(const Judge *judge)
{
    static const char *const needed[] = {"label", "type", "size", "md5", NULL};
    static const char *const types[] = {"rpm", "driver-rpm", "tbz2", NULL};
    const GPtrArray *nodes = judge->survey->legacy->packages;
    for (guint i = 0; i < nodes->len; i++) {
        const SpLegacyNode *node = nodes->pdata[i];
        const char *type = sp_legacy_get(node, "type");
        demand_attributes(judge, packages_file, node, needed);
        if (strcmp(node->name, "package") != 0 || !g_strv_contains(types, type))
            sp_breach(judge->findings, SP_RULE_CLASSIC_TYPE, packages_file, node->line,
                      "element '%s' of type '%s' is none a host knows", node->name, type);
        if ((strcmp(type, "driver-rpm") == 0 && sp_legacy_get(node, "kernel")[0] == '\0') ||
            (strcmp(type, "tbz2") == 0 && sp_legacy_get(node, "root")[0] == '\0'))
            sp_breach(judge->findings, SP_RULE_CLASSIC_ATTRIBUTE, packages_file, node->line,
                      "a package of type '%s' has no attribute '%s'", type,
                      type[0] == 't' ? "root" : "kernel");
        judge_file(judge, node);
    }
    judge_order(judge);
}

static void judge_scripts(const Judge *judge)
{
    static const char *const scripts[] = {"install", "install.sh"};
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        const SpEntry *entry = sp_tree_find(judge->survey->entries, scripts[i]);
        gsize size = 0;
        const char *text = entry != NULL && entry->content != NULL
                               ? g_bytes_get_data(entry->content, &size)
                               : NULL;
        if (text == NULL)
            sp_breach(judge->findings, SP_RULE_CLASSIC_SCRIPT, scripts[i], 0,
                      "is not there, and hosts of some releases run it");
        else if ((entry->mode & 0111) != 0111 || size < 2 || memcmp(text, "#!", 2) != 0)
            sp_breach(judge->findings, SP_RULE_CLASSIC_SCRIPT, scripts[i], 0,
                      "mode %04o or its first line keeps hosts from running it", entry->mode);
    }
}

void sp_judge_legacy(const SpSurvey *survey, SpFindings *findings)
{
    if (survey->legacy == NULL)
        return;
    const Judge judge = {survey, sp_legacy_targets(survey->legacy), findings};
    judge_repository(&judge);
    judge_packages(&judge);
    judge_scripts(&judge);
}
