/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic_targets.h"
#include "classic_text.h"
#include "grammar.h"
#include "judge.h"
#include "verify_rules.h"

#include <string.h>

static const char repository_file[] = SP_CLASSIC_REPOSITORY, packages_file[] = SP_CLASSIC_PACKAGES;

#define MD5_DIGEST 1 /* RFC 4880 9.4 */

typedef struct {
    const SpSurvey *survey;
    const SpClassic *classic;
    SpClassicTargets targets;
    SpFindings *findings;
} Judge;

static void judge_name(const Judge *judge, const char *attribute, const char *value, int line)
{
    if (value[strspn(value, G_CSET_a_2_z G_CSET_A_2_Z "0123456789_.-")] != '\0')
        sp_breach(judge->findings, SP_RULE_CLASSIC_NAME, repository_file, line,
                  "%s '%s' is not made of A-Z a-z 0-9 _ . -", attribute, value);
}

static void judge_version(const Judge *judge, const char *version, int line)
{
    const char *must = version[0] != '\0' ? sp_grammar_version(version) : NULL;
    if (must != NULL)
        sp_breach(judge->findings, SP_RULE_CLASSIC_VERSION, repository_file, line,
                  "version '%s' %s", version, must);
}

static void judge_need(const Judge *judge, const SpClassicNeed *need)
{
    static const char *const tests[] = {"eq", "ne", "lt", "gt", "le", "ge", NULL};
    judge_name(judge, "originator", need->originator, need->line);
    judge_name(judge, "name", need->name, need->line);
    judge_version(judge, need->version, need->line);
    if (need->test[0] != '\0' && !g_strv_contains(tests, need->test))
        sp_breach(judge->findings, SP_RULE_CLASSIC_REQUIRES, repository_file, need->line,
                  "test '%s' is not eq, ne, lt, gt, le or ge", need->test);
    if ((strcmp(need->originator, "xs") != 0 && strcmp(need->originator, "xcp") != 0) ||
        strcmp(need->name, "main") != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_UNRESOLVED, repository_file, need->line,
                  "requires '%s:%s', and a host without that repository refuses the pack for good",
                  need->originator, need->name);
}

/* To a pool both halves are the same pack. */
static void judge_identity(const Judge *judge)
{
    const SpUpdate *update = judge->survey->update;
    const SpClassic *classic = judge->classic;
    if (update != NULL && (strcmp(classic->name, update->label) != 0 ||
                           strcmp(classic->version, update->version) != 0 ||
                           strcmp(classic->description, update->description) != 0 ||
                           classic->homogeneous != update->homogeneous))
        sp_breach(judge->findings, SP_RULE_CLASSIC_IDENTITY, repository_file, classic->line,
                  "name, version, description or homogeneity are not those of update.xml");
}

static void judge_repository(const Judge *judge)
{
    const SpClassic *classic = judge->classic;
    if (classic->line == 0)
        return; /* the reader's */
    judge_name(judge, "originator", classic->originator, classic->line);
    judge_name(judge, "name", classic->name, classic->line);
    judge_version(judge, classic->version, classic->line);
    if (classic->product[0] != '\0' && strcmp(classic->product, "XenServer") != 0 &&
        strcmp(classic->product, "XCP") != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_PRODUCT, repository_file, classic->line,
                  "product '%s' is not XenServer or XCP", classic->product);
    judge_identity(judge);
    for (guint i = 0; i < classic->needs->len; i++)
        judge_need(judge, classic->needs->pdata[i]);
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
static gboolean may_own(const SpClassicPackage *listed, const char *path)
{
    const char *kernel = listed->kernel;
    gboolean module = g_str_has_prefix(path, "/lib/modules/");
    if (strcmp(listed->type, "driver-rpm") != 0)
        return !module && !g_str_has_prefix(path, "/boot/vmlinu");
    g_autofree char *extra = g_strdup_printf("/lib/modules/%s/extra", kernel);
    g_autofree char *updates = g_strdup_printf("/lib/modules/%s/updates", kernel);
    if (strcmp(kernel, "any") == 0)
        return g_str_has_prefix(path, "/etc") || g_str_has_prefix(path, "/lib/firmware") ||
               g_str_has_prefix(path, "/usr/share/doc");
    return !module || g_str_has_prefix(path, extra) || g_str_has_prefix(path, updates);
}

static void judge_paths(const Judge *judge, const SpClassicPackage *listed,
                        const SpPackage *package)
{
    GHashTableIter iter;
    gpointer path = NULL, kind = NULL;
    g_hash_table_iter_init(&iter, package->paths);
    while (g_hash_table_iter_next(&iter, &path, &kind)) {
        g_autofree char *shown = sp_shown(path);
        if (strcmp(kind, "dir") != 0 && !may_own(listed, path))
            sp_breach(judge->findings, SP_RULE_CLASSIC_PATH, listed->file, 0,
                      "has the file '%s', which its type '%s' must not have", shown, listed->type);
    }
}

/* rpm 4.4 of EL5 (packs.md D). It takes a signature of version 4 for a wrong one. */
static void judge_el5(const Judge *judge, const SpPackage *package)
{
    static const char *const known[] = {"CompressedFileNames",
                                        "VersionedDependencies",
                                        "PayloadFilesHavePrefix",
                                        "PayloadIsBzip2",
                                        "PartialHardlinkSets",
                                        "ConcurrentAccess",
                                        NULL};
    if (strcmp(package->compressor, "gzip") != 0 && strcmp(package->compressor, "bzip2") != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_RPM_FEATURE, package->file, 0,
                  "payload is compressed with '%s', and rpm 4.4 reads gzip and bzip2",
                  package->compressor);
    if (package->file_digest != MD5_DIGEST && package->file_digest != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_RPM_FEATURE, package->file, 0,
                  "file digests are not MD5, which is all rpm 4.4 knows");
    for (guint i = 0; package->depends != NULL && package->depends[i] != NULL; i++)
        if (!sp_rpmlib_known(package->depends[i], known) || package->depends[i][0] == '(')
            sp_breach(judge->findings, SP_RULE_CLASSIC_RPM_FEATURE, package->file, 0,
                      "needs %s, which rpm 4.4 does not have", package->depends[i]);
    if (package->signature->state != SP_SIG_NONE && package->signature->version != 3)
        sp_breach(judge->findings, SP_RULE_CLASSIC_RPM_SIGNATURE, package->file, 0,
                  "is signed, and not in version 3, which is all rpm 4.4 reads");
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

static void judge_rpm(const Judge *judge, const SpClassicPackage *listed, const SpPackage *package)
{
    const char *label = listed->label;
    gboolean driver = strcmp(listed->type, "driver-rpm") == 0;
    if (!package->readable)
        return; /* another rule's */
    if (label[0] != '\0' && strcmp(label, package->name) != 0 &&
        !(driver && g_str_has_prefix(package->name, label)))
        sp_breach(judge->findings, SP_RULE_CLASSIC_LABEL, packages_file, listed->line,
                  "label '%s' is not '%s', the RPM's name", label, package->name);
    judge_paths(judge, listed, package);
    judge_arch(judge, package);
    if (judge->targets.el5)
        judge_el5(judge, package);
}

/* As it is compared with the output of md5sum, and handed to rpm. */
static gboolean is_file_name(const char *value)
{
    return value[0] != '-' && value[0] != '.' && value[0] != '\0' &&
           value[strspn(value, G_CSET_a_2_z G_CSET_A_2_Z "0123456789_.+-")] == '\0';
}

static void judge_file(const Judge *judge, const SpClassicPackage *listed)
{
    SpEntry *entry = sp_tree_find(judge->survey->entries, listed->file);
    gboolean plain = is_file_name(listed->file);
    if (!plain || entry == NULL || entry->content == NULL) {
        g_autofree char *shown = sp_shown(listed->file);
        sp_breach(judge->findings, SP_RULE_CLASSIC_FILE, packages_file, listed->line, "'%s' is %s",
                  shown,
                  plain ? "not on the image" : "not a bare file name of A-Z a-z 0-9 _ . + -");
        return;
    }
    const char *md5 = sp_entry_md5(entry);
    gint64 size = (gint64)g_bytes_get_size(entry->content);
    if (strcmp(listed->md5, md5) != 0 || listed->size != size)
        sp_breach(judge->findings, SP_RULE_CLASSIC_MD5, packages_file, listed->line,
                  "size or md5 of '%s' is not the file's, %" G_GINT64_FORMAT " and %s",
                  listed->file, size, md5);
    guint index = 0;
    const SpPackage *package = package_of(judge->survey, listed->file, &index);
    if (package != NULL)
        judge_rpm(judge, listed, package);
    else if (strcmp(listed->type, "tbz2") != 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_FILE, packages_file, listed->line,
                  "'%s' does not have the name of an RPM", listed->file);
}

/* The host installer installs them one by one (packs.md A.3). */
static void judge_order(const Judge *judge)
{
    const GPtrArray *all = judge->classic->packages;
    g_autoptr(GHashTable) places = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (guint i = 0; i < all->len; i++) {
        guint index = 0;
        const SpClassicPackage *listed = all->pdata[i];
        if (package_of(judge->survey, listed->file, &index) != NULL)
            g_hash_table_insert(places, GUINT_TO_POINTER(index + 1), GUINT_TO_POINTER(i + 1));
    }
    for (guint i = 0; i < all->len; i++) {
        guint index = 0;
        const SpClassicPackage *listed = all->pdata[i];
        const SpPackage *package = package_of(judge->survey, listed->file, &index);
        for (guint k = 0; package != NULL && k < package->needs->len; k++) {
            guint needed = g_array_index(package->needs, guint, k);
            guint at = GPOINTER_TO_UINT(g_hash_table_lookup(places, GUINT_TO_POINTER(needed + 1)));
            if (at > i + 1)
                sp_breach(judge->findings, SP_RULE_CLASSIC_ORDER, packages_file, listed->line,
                          "'%s' stands before '%s', which it requires", listed->file,
                          ((SpClassicPackage *)all->pdata[at - 1])->file);
        }
    }
}

static void judge_packages(const Judge *judge)
{
    static const char *const types[] = {"rpm", "driver-rpm", "tbz2", NULL};
    const GPtrArray *all = judge->classic->packages;
    if (all->len == 0)
        sp_breach(judge->findings, SP_RULE_CLASSIC_FILE, packages_file, 0, "lists no package");
    for (guint i = 0; i < all->len; i++) {
        const SpClassicPackage *listed = all->pdata[i];
        if (listed->type[0] != '\0' && !g_strv_contains(types, listed->type))
            sp_breach(judge->findings, SP_RULE_CLASSIC_TYPE, packages_file, listed->line,
                      "type '%s' is none a host knows", listed->type);
        judge_file(judge, listed);
    }
    judge_order(judge);
}

static void judge_texts(const Judge *judge)
{
    const char *const files[] = {repository_file, packages_file};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        const SpEntry *entry = sp_tree_find(judge->survey->entries, files[i]);
        if (entry != NULL && entry->content != NULL)
            sp_classic_check_text(files[i], entry->content, judge->findings);
    }
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

void sp_judge_classic(const SpSurvey *survey, SpFindings *findings)
{
    if (survey->classic == NULL)
        return;
    const Judge judge = {survey, survey->classic, sp_classic_targets(survey->classic), findings};
    judge_texts(&judge);
    judge_repository(&judge);
    judge_packages(&judge);
    judge_scripts(&judge);
}
