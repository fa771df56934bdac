/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_traits.h"
#include "rpm_slices.h"

#include <rpm/header.h>
#include <rpm/rpmds.h>
#include <rpm/rpmfiles.h>
#include <rpm/rpmtag.h>
#include <string.h>
#include <sys/stat.h>

static void set_number(GHashTable *traits, const char *key, guint64 value)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, value);
    sp_traits_set(traits, key, text);
}

static void add_texts(Header h, GHashTable *traits)
{
    static const struct {
        const char *key;
        rpmTagVal tag;
    } texts[] = {
        {"name", RPMTAG_NAME},           {"version", RPMTAG_VERSION},
        {"release", RPMTAG_RELEASE},     {"arch", RPMTAG_ARCH},
        {"summary", RPMTAG_SUMMARY},     {"description", RPMTAG_DESCRIPTION},
        {"packager", RPMTAG_PACKAGER},   {"url", RPMTAG_URL},
        {"license", RPMTAG_LICENSE},     {"vendor", RPMTAG_VENDOR},
        {"group", RPMTAG_GROUP},         {"buildhost", RPMTAG_BUILDHOST},
        {"sourcerpm", RPMTAG_SOURCERPM},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *value = headerGetString(h, texts[i].tag);
        sp_traits_set(traits, texts[i].key, value != NULL ? value : "");
    }
    set_number(traits, "epoch", headerGetNumber(h, RPMTAG_EPOCH));
    set_number(traits, "build-time", headerGetNumber(h, RPMTAG_BUILDTIME));
    set_number(traits, "installed-size", headerGetNumber(h, RPMTAG_LONGSIZE));
    set_number(traits, "archive-size", headerGetNumber(h, RPMTAG_LONGARCHIVESIZE));
}

static void add_range(GBytes *rpm, GHashTable *traits)
{
    SpRpmSlices at = {0};
    if (!sp_rpm_slices("", rpm, &at, NULL))
        return;
    set_number(traits, "header-start", at.header);
    set_number(traits, "header-end", at.payload);
}

static const char *flag_word(rpmsenseFlags flags)
{
    switch (flags & RPMSENSE_SENSEMASK) {
    case RPMSENSE_EQUAL:
        return "EQ";
    case RPMSENSE_LESS:
        return "LT";
    case RPMSENSE_GREATER:
        return "GT";
    case RPMSENSE_LESS | RPMSENSE_EQUAL:
        return "LE";
    case RPMSENSE_GREATER | RPMSENSE_EQUAL:
        return "GE";
    default:
        return "";
    }
}

/* "kind name flags epoch:version-release", as much of it as there is. */
static char *dependency(const char *kind, rpmds ds)
{
    const char *flags = flag_word(rpmdsFlags(ds)), *evr = rpmdsEVR(ds);
    if (flags[0] == '\0' || evr == NULL || evr[0] == '\0')
        return g_strdup_printf("%s %s", kind, rpmdsN(ds));
    return g_strdup_printf("%s %s %s %s%s", kind, rpmdsN(ds), flags,
                           strchr(evr, ':') != NULL ? "" : "0:", evr);
}

/* What createrepo leaves out of primary: what rpm itself and the package itself provide, and all
 * but one of libc's versions. */
static gboolean may_be_left_out(const SpPackage *package, GHashTable *provided, const char *name)
{
    return g_str_has_prefix(name, "rpmlib(") || g_str_has_prefix(name, "libc.so.6") ||
           g_hash_table_contains(package->paths, name) || g_hash_table_contains(provided, name);
}

static void add_dependencies(Header h, SpPackage *package)
{
    static const struct {
        const char *kind;
        rpmTagVal tag;
    } lists[] = {{"provides", RPMTAG_PROVIDENAME}, /* first: the next are held against it */
                 {"requires", RPMTAG_REQUIRENAME},
                 {"conflicts", RPMTAG_CONFLICTNAME},
                 {"obsoletes", RPMTAG_OBSOLETENAME}};
    g_autoptr(GHashTable) provided = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        rpmds ds = rpmdsNew(h, lists[i].tag, 0);
        while (rpmdsNext(ds) >= 0) {
            g_autofree char *fact = dependency(lists[i].kind, ds);
            gboolean may = lists[i].tag == RPMTAG_REQUIRENAME &&
                           may_be_left_out(package, provided, rpmdsN(ds));
            sp_traits_set(package->traits, fact, may ? "may" : "");
            if (lists[i].tag == RPMTAG_PROVIDENAME)
                g_hash_table_add(provided, g_strdup(rpmdsN(ds)));
        }
        rpmdsFree(ds);
    }
}

static void add_weak(Header h, SpPackage *package)
{
    static const rpmTagVal tags[] = {RPMTAG_RECOMMENDNAME, RPMTAG_SUGGESTNAME,
                                     RPMTAG_SUPPLEMENTNAME, RPMTAG_ENHANCENAME};
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(tags); i++) {
        rpmds ds = rpmdsNew(h, tags[i], 0);
        while (rpmdsNext(ds) >= 0)
            g_ptr_array_add(list, g_strdup(rpmdsN(ds)));
        rpmdsFree(ds);
    }
    g_ptr_array_add(list, NULL);
    package->weak = (GStrv)g_ptr_array_steal(list, NULL);
}

static void add_paths(Header h, SpPackage *package)
{
    rpmfiles files = rpmfilesNew(NULL, h, RPMTAG_BASENAMES, 0);
    int count = (int)rpmfilesFC(files);
    for (int i = 0; i < count; i++) {
        char *path = rpmfilesFN(files, i);
        const char *kind = S_ISDIR(rpmfilesFMode(files, i))                  ? "dir"
                           : (rpmfilesFFlags(files, i) & RPMFILE_GHOST) != 0 ? "ghost"
                                                                             : "";
        sp_traits_set(package->paths, path, kind);
        free(path);
    }
    package->file_digest = count > 0 ? (guint)rpmfilesDigestAlgo(files) : 0;
    rpmfilesFree(files);
}

void sp_rpm_traits(Header h, GBytes *rpm, SpPackage *package)
{
    package->has_sha256 = headerIsEntry(h, RPMTAG_SHA256HEADER);
    add_texts(h, package->traits);
    add_range(rpm, package->traits);
    add_paths(h, package);
    add_dependencies(h, package);
    add_weak(h, package);
}

Header sp_rpm_header(GBytes *rpm, gsize start, gsize end)
{
    const guint8 *data = g_bytes_get_data(rpm, NULL);
    gsize intro = start + 8; /* librpm wants it without magic and version */
    return headerImport((void *)(data + intro), (unsigned)(end - intro), HEADERIMPORT_COPY);
}
