/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "primary_xml_in.h"
#include "verify_rules.h"
#include "xml_in.h"

#include <string.h>

/* What one takes in memory, and an entry of its lists beside its letters: counted from above. */
#define PACKAGE_COST 4096
#define ENTRY_COST   160

typedef struct {
    const SpRepoRecord *record;
    SpRepodata *repodata;
    SpFindings *found;
    GHashTable *by_digest; /* SpRepoPackage */
    guint count;
} Reader;

static gboolean goes_on(const Reader *reader)
{
    return reader->repodata->room >= 0;
}

static void add_trait(const Reader *reader, GHashTable *traits, const char *key, const char *value)
{
    reader->repodata->room -= (gint64)(strlen(key) + strlen(value)) + ENTRY_COST;
    if (goes_on(reader))
        sp_traits_set(traits, key, value);
}

static void set_text(const Reader *reader, GHashTable *traits, const char *key,
                     const xmlNode *parent, const char *element)
{
    g_autofree char *value = sp_xml_text(sp_xml_child(parent, element));
    add_trait(reader, traits, key, value);
}

static void set_attribute(const Reader *reader, GHashTable *traits, const char *key,
                          const xmlNode *node, const char *name)
{
    g_autofree char *value = sp_xml_attribute(node, name);
    add_trait(reader, traits, key, value);
}

/* In the words of rpm_traits.c: "kind name flags epoch:version-release". */
static void add_dependencies(const Reader *reader, GHashTable *traits, const xmlNode *list,
                             const char *kind)
{
    for (const xmlNode *entry = list != NULL ? list->children : NULL; entry; entry = entry->next) {
        if (!sp_xml_is(entry, "entry"))
            continue;
        g_autofree char *name = sp_xml_attribute(entry, "name");
        g_autofree char *flags = sp_xml_attribute(entry, "flags");
        g_autofree char *epoch = sp_xml_attribute(entry, "epoch");
        g_autofree char *version = sp_xml_attribute(entry, "ver");
        g_autofree char *release = sp_xml_attribute(entry, "rel");
        g_autoptr(GString) fact = g_string_new(NULL);
        g_string_printf(fact, "%s %s", kind, name);
        if (flags[0] != '\0')
            g_string_append_printf(fact, " %s %s:%s%s%s", flags, epoch[0] != '\0' ? epoch : "0",
                                   version, release[0] != '\0' ? "-" : "", release);
        add_trait(reader, traits, fact->str, "");
    }
}

static void add_paths(const Reader *reader, GHashTable *paths, const xmlNode *parent)
{
    for (const xmlNode *node = parent != NULL ? parent->children : NULL; node; node = node->next) {
        if (!sp_xml_is(node, "file"))
            continue;
        g_autofree char *path = sp_xml_text(node);
        g_autofree char *kind = sp_xml_attribute(node, "type");
        add_trait(reader, paths, path, kind);
    }
}

static void add_format(const Reader *reader, SpRepoPackage *package, const xmlNode *format)
{
    static const char *const texts[] = {"license", "vendor", "group", "buildhost", "sourcerpm"};
    static const char *const lists[] = {"provides", "requires", "conflicts", "obsoletes"};
    const xmlNode *range = sp_xml_child(format, "header-range");
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        set_text(reader, package->traits, texts[i], format, texts[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        add_dependencies(reader, package->traits, sp_xml_child(format, lists[i]), lists[i]);
    set_attribute(reader, package->traits, "header-start", range, "start");
    set_attribute(reader, package->traits, "header-end", range, "end");
    add_paths(reader, package->short_paths, format);
}

/* Elements of that name, at any depth: host-installer counts and pairs them so (packs.md C.3). */
static guint count_elements(const xmlNode *node, const char *name)
{
    guint count = 0;
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        count += (sp_xml_is(child, name) ? 1 : 0) +
                 (child->type == XML_ELEMENT_NODE ? count_elements(child, name) : 0);
    return count;
}

static void check_shape(const Reader *reader, const SpRepoPackage *package, const xmlNode *node)
{
    static const char *const once[] = {"location", "size", "checksum"};
    const xmlNode *checksum = sp_xml_child(node, "checksum");
    g_autofree char *type = sp_xml_attribute(checksum, "type");
    for (gsize i = 0; i < G_N_ELEMENTS(once); i++)
        if (count_elements(node, once[i]) != 1)
            sp_breach(reader->found, SP_RULE_PRIMARY_SHAPE, reader->record->href, 0,
                      "package '%s' has not exactly one element '%s'", package->name, once[i]);
    if (package->size <= 0)
        sp_breach(reader->found, SP_RULE_PRIMARY_SHAPE, reader->record->href, 0,
                  "package '%s' has no size above zero", package->name);
    if (strcmp(type, "sha256") != 0)
        sp_breach(reader->found, SP_RULE_REPODATA_CHECKSUM_TYPE, reader->record->href, 0,
                  "package '%s' has a checksum of type '%s', not sha256", package->name, type);
    if (!sp_xml_is_plain_href(sp_xml_child(node, "location")))
        sp_breach(reader->found, SP_RULE_REPODATA_HREF, reader->record->href, 0,
                  "package '%s' has a location that is not relative to the image", package->name);
}

static gboolean take_primary(const xmlNode *node, gpointer data)
{
    Reader *reader = data;
    SpRepoPackage *package = sp_repodata_add_package(reader->repodata);
    const xmlNode *version = sp_xml_child(node, "version"), *size = sp_xml_child(node, "size");
    static const char *const texts[] = {"name",        "arch",     "summary",
                                        "description", "packager", "url"};
    reader->count++;
    reader->repodata->room -= PACKAGE_COST;
    sp_xml_take_text(&package->name, sp_xml_child(node, "name"));
    sp_xml_take_text(&package->arch, sp_xml_child(node, "arch"));
    sp_xml_take_attribute(&package->version, version, "ver");
    sp_xml_take_attribute(&package->release, version, "rel");
    sp_xml_take_attribute(&package->href, sp_xml_child(node, "location"), "href");
    sp_xml_take_text(&package->sha256, sp_xml_child(node, "checksum"));
    package->size = sp_xml_number(sp_xml_attribute(size, "package"));
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        set_text(reader, package->traits, texts[i], node, texts[i]);
    set_attribute(reader, package->traits, "epoch", version, "epoch");
    set_attribute(reader, package->traits, "version", version, "ver");
    set_attribute(reader, package->traits, "release", version, "rel");
    set_attribute(reader, package->traits, "build-time", sp_xml_child(node, "time"), "build");
    set_attribute(reader, package->traits, "installed-size", size, "installed");
    set_attribute(reader, package->traits, "archive-size", size, "archive");
    add_format(reader, package, sp_xml_child(node, "format"));
    check_shape(reader, package, node);
    return goes_on(reader);
}

/* The package of primary an element of filelists or other is about. */
static SpRepoPackage *meant(Reader *reader, const xmlNode *node)
{
    g_autofree char *digest = sp_xml_attribute(node, "pkgid");
    g_autofree char *name = sp_xml_attribute(node, "name");
    g_autofree char *arch = sp_xml_attribute(node, "arch");
    g_autofree char *version = sp_xml_attribute(sp_xml_child(node, "version"), "ver");
    g_autofree char *release = sp_xml_attribute(sp_xml_child(node, "version"), "rel");
    SpRepoPackage *package = g_hash_table_lookup(reader->by_digest, digest);
    reader->count++;
    gboolean same = package != NULL && strcmp(name, package->name) == 0 &&
                    strcmp(arch, package->arch) == 0 && strcmp(version, package->version) == 0 &&
                    strcmp(release, package->release) == 0;
    if (!same)
        sp_breach(reader->found, SP_RULE_REPODATA_IDENTITY, reader->record->href, 0,
                  "lists a package '%s' that primary does not list so", name);
    return package;
}

static gboolean take_filelists(const xmlNode *node, gpointer data)
{
    SpRepoPackage *package = meant(data, node);
    if (package == NULL)
        return goes_on(data);
    if (package->paths == NULL)
        package->paths = sp_traits_new();
    add_paths(data, package->paths, node);
    return goes_on(data);
}

static gboolean take_other(const xmlNode *node, gpointer data)
{
    SpRepoPackage *package = meant(data, node);
    if (package != NULL)
        package->in_other = TRUE;
    return goes_on(data);
}

gboolean sp_repo_packages_read(const SpRepoRecord *record, GBytes *text, SpRepodata *repodata,
                               SpFindings *found, GError **error)
{
    static const struct {
        const char *type, *root;
        SpXmlEach take;
    } kinds[] = {{"filelists", "filelists", take_filelists},
                 {"other", "otherdata", take_other},
                 {"primary", "metadata", take_primary}};
    gsize kind = 0;
    while (kind + 1 < G_N_ELEMENTS(kinds) && strcmp(kinds[kind].type, record->type) != 0)
        kind++;
    g_autoptr(GHashTable) by_digest = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < repodata->packages->len; i++) {
        SpRepoPackage *package = repodata->packages->pdata[i];
        g_hash_table_insert(by_digest, package->sha256, package);
    }
    Reader reader = {record, repodata, found, by_digest, 0};
    g_autofree char *count = NULL;
    if (!sp_xml_each(record->href, text, kinds[kind].root, "package", kinds[kind].take, &reader,
                     &count, error))
        return FALSE;
    g_autofree char *met = g_strdup_printf("%u", reader.count);
    if (strcmp(count, met) != 0)
        sp_breach(found, SP_RULE_REPODATA_COUNT, record->href, 0,
                  "says it has %s packages and has %u", count[0] != '\0' ? count : "no",
                  reader.count);
    return TRUE;
}
