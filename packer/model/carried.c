/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carried.h"

#include <string.h>

#define JOLIET_MAX 103 /* letters of a name; libisofs cuts longer ones */

static void free_one(gpointer data)
{
    SpCarried *carried = data;
    sp_package_free(carried->package);
    g_free(carried->path);
    g_clear_pointer(&carried->bytes, g_bytes_unref);
    g_free(carried);
}

GPtrArray *sp_carried_list(void)
{
    return g_ptr_array_new_with_free_func(free_one);
}

void sp_carried_add(GPtrArray *list, SpPackage *package, const char *path, GBytes *bytes)
{
    SpCarried *carried = g_new0(SpCarried, 1);
    *carried = (SpCarried){package, g_strdup(path), bytes != NULL ? g_bytes_ref(bytes) : NULL};
    g_ptr_array_add(list, carried);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    const SpPackage *one = (*(SpCarried *const *)a)->package,
                    *other = (*(SpCarried *const *)b)->package;
    int order = strcmp(one->name, other->name);
    return order != 0 ? order : strcmp(one->file, other->file);
}

void sp_carried_sort(GPtrArray *list)
{
    g_ptr_array_sort(list, by_name);
}

char *sp_carried_href(const SpPackage *package)
{
    g_autofree char *nevra = sp_package_nevra(package);
    return g_strdup_printf("Packages/%s.rpm", nevra);
}

char *sp_carried_requirement(const SpPackage *package)
{
    const char *epoch = g_hash_table_lookup(package->traits, "epoch");
    gboolean none = epoch == NULL || strcmp(epoch, "0") == 0; /* which mean the same to rpm */
    return g_strdup_printf("%s >= %s%s%s-%s", package->name, none ? "" : epoch, none ? "" : ":",
                           package->version, package->release);
}

static void bad(SpFindings *findings, const char *rule, const SpPackage *package,
                const char *format, ...) G_GNUC_PRINTF(4, 5);
static void bad(SpFindings *findings, const char *rule, const SpPackage *package,
                const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sp_findings_add_valist(findings, SP_BAD, rule, package->file, 0, format, args);
    va_end(args);
}

/* They land in a spec, a shell script and a file name. */
static gboolean is_inert(const char *value, gsize limit)
{
    return value[0] != '\0' && value[0] != '-' && value[0] != '.' && strlen(value) <= limit &&
           value[strspn(value, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._+~-")] == '\0';
}

static void judge_identity(const SpPack *pack, const SpPackage *package, SpFindings *findings)
{
    if (!is_inert(package->name, 128) || !is_inert(package->version, 64) ||
        !is_inert(package->release, 64)) {
        g_autofree char *nevra = sp_package_nevra(package), *shown = sp_shown(nevra);
        bad(findings, "carried-name", package,
            "name, version and release '%s' must be of A-Z a-z 0-9 . _ + ~ -", shown);
    }
    g_autofree char *href = sp_carried_href(package);
    if (strlen(href) - strlen("Packages/") > JOLIET_MAX)
        bad(findings, "carried-name", package, "'%s' has more than %d letters, too many for Joliet",
            href + strlen("Packages/"), JOLIET_MAX);
    for (SpRole role = SP_PAYLOAD; role <= SP_CONTROL && pack->label != NULL; role++) {
        g_autofree char *own = sp_role_package(role, pack);
        if (strcmp(own, package->name) == 0)
            bad(findings, "carried-clash", package,
                "is named '%s', as a package of the pack itself is", package->name);
    }
    if (package->is_source)
        bad(findings, "carried-source", package, "is a source package");
    else if (strcmp(package->arch, "x86_64") != 0 && strcmp(package->arch, "noarch") != 0)
        bad(findings, "carried-arch", package, "architecture is %s, not x86_64 or noarch",
            package->arch);
}

gboolean sp_carried_has_module(const SpPackage *package)
{
    static const char *const suffixes[] = {".ko", ".ko.gz", ".ko.xz"};
    for (guint i = 0; i < package->files->len; i++)
        for (gsize k = 0; k < G_N_ELEMENTS(suffixes); k++)
            if (g_str_has_suffix(((const SpEntry *)package->files->pdata[i])->path, suffixes[k]))
                return TRUE;
    return FALSE;
}

/* "lib/modules/<uname -r>/extra/..." or "/updates/...": what depmod prefers to the kernel's own
 * (packs.md D), and the folders that lead there. */
static gboolean good_place(const SpEntry *entry)
{
    const char *rest = entry->path;
    rest += g_str_has_prefix(rest, "usr/") ? strlen("usr/") : 0;
    if (!g_str_has_prefix(rest, "lib/modules/"))
        return !g_str_has_suffix(rest, ".ko");
    g_auto(GStrv) parts = g_strsplit(rest, "/", 5);
    guint count = g_strv_length(parts);
    if (count <= 3)
        return entry->is_dir;
    return (strcmp(parts[3], "updates") == 0 || strcmp(parts[3], "extra") == 0) &&
           (count > 4 || entry->is_dir);
}

static void judge_places(const SpPackage *package, SpFindings *findings)
{
    for (guint i = 0; i < package->files->len; i++) {
        const SpEntry *entry = package->files->pdata[i];
        if (good_place(entry))
            continue;
        g_autofree char *shown = sp_shown(entry->path);
        bad(findings, "driver-place", package,
            "has '/%s'; a driver disk's modules lie below /lib/modules/<kernel>/updates or extra",
            shown);
    }
}

void sp_carried_judge(const SpPack *pack, const SpPackage *package, SpFindings *findings)
{
    if (!package->digests_good) {
        bad(findings, "carried-rpm", package, "is not a complete RPM: %s", package->problem);
        if (package->name[0] == '\0')
            return;
    }
    judge_identity(pack, package, findings);
    if (!package->is_source && !sp_payload_known(package->compressor))
        bad(findings, "carried-payload", package,
            "payload is compressed with %s, which rpm 4.11 of dom0 cannot read",
            package->compressor);
    for (guint i = 0; package->depends != NULL && package->depends[i] != NULL; i++)
        if (!sp_rpmlib_known(package->depends[i], sp_rpmlib_4_11) || package->depends[i][0] == '(')
            bad(findings, "carried-feature", package,
                "needs '%s', which rpm 4.11 of dom0 does not have", package->depends[i]);
    if (pack->drivers)
        judge_places(package, findings);
}

void sp_carried_judge_all(const SpPack *pack, gboolean modules, const char *file, int line,
                          SpFindings *findings)
{
    for (guint i = 1; i < pack->carried->len; i++) {
        const SpPackage *before = ((SpCarried *)pack->carried->pdata[i - 1])->package;
        const SpPackage *package = ((SpCarried *)pack->carried->pdata[i])->package;
        if (package->name[0] != '\0' && strcmp(before->name, package->name) == 0)
            bad(findings, "carried-twice", package, "is named '%s', as '%s' is", package->name,
                before->file);
    }
    if (pack->drivers && !modules)
        sp_findings_add(findings, SP_WARNING, "driver-none", file, line,
                        "drivers 'yes', but no carried RPM has a kernel module");
    if (!pack->drivers && pack->comps == NULL && modules)
        sp_findings_add(
            findings, SP_WARNING, "driver-unsaid", file, line,
            "a carried RPM has kernel modules, but the pack is not a driver disk (drivers = "
            "yes): the host installer does not offer it as one");
}
