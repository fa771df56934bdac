/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "repodata_in.h"
#include "gunzip.h"
#include "primary_xml_in.h"
#include "sha256.h"
#include "verify_rules.h"
#include "xml_in.h"

#include <string.h>

typedef struct {
    const GPtrArray *entries;
    SpRepodata *repodata;
    SpFindings *found;
    gsize rpms; /* bytes of the RPMs beside it: lists of packages never have more */
} Reader;

static void tell(const Reader *reader, SpRule rule, const char *file, const GError *cause)
{
    sp_breach(reader->found, rule, file, 0, "%s", cause->message);
}

/* The content a record names, unpacked. NULL, said why, when that cannot be. */
static GBytes *record_content(const Reader *reader, SpRepoRecord *record)
{
    SpEntry *entry = sp_tree_find(reader->entries, record->href);
    if (entry == NULL || entry->content == NULL)
        return NULL; /* the judge's */
    gboolean is_primary = strcmp(record->type, "primary") == 0;
    if (!is_primary && g_str_has_suffix(record->href, ".xml"))
        return g_bytes_ref(entry->content);
    g_autoptr(GError) cause = NULL;
    GBytes *open = sp_gunzip(record->href, entry->content, reader->rpms, &cause);
    if (open == NULL) {
        tell(reader, is_primary ? SP_RULE_PRIMARY_GZIP : SP_RULE_REPODATA, record->href, cause);
        return NULL;
    }
    g_free(record->unpacked_sha256);
    record->unpacked_sha256 = sp_sha256(open);
    record->unpacked_size = (gint64)g_bytes_get_size(open);
    return open;
}

static void take_digest(const Reader *reader, const SpRepoRecord *record, const xmlNode *node,
                        char **slot)
{
    g_free(*slot);
    *slot = sp_xml_text(node);
    g_autofree char *type = sp_xml_attribute(node, "type");
    if (node != NULL && strcmp(type, "sha256") != 0)
        sp_breach(reader->found, SP_RULE_REPODATA_CHECKSUM_TYPE, "repodata/repomd.xml", 0,
                  "record '%s' has a checksum of type '%s', not sha256", record->type, type);
}

static void take_record(const Reader *reader, const xmlNode *data)
{
    SpRepoRecord *record = sp_repodata_add_record(reader->repodata);
    const xmlNode *location = sp_xml_child(data, "location");
    sp_xml_take_attribute(&record->type, data, "type");
    sp_xml_take_attribute(&record->href, location, "href");
    take_digest(reader, record, sp_xml_child(data, "checksum"), &record->sha256);
    take_digest(reader, record, sp_xml_child(data, "open-checksum"), &record->open_sha256);
    record->size = sp_xml_number(sp_xml_text(sp_xml_child(data, "size")));
    record->open_size = sp_xml_number(sp_xml_text(sp_xml_child(data, "open-size")));
    if (!sp_xml_is_plain_href(location))
        sp_breach(reader->found, SP_RULE_REPODATA_HREF, "repodata/repomd.xml", 0,
                  "record '%s' has a location that is not relative to the image", record->type);
}

static gboolean read_repomd(const Reader *reader)
{
    static const char *const path = "repodata/repomd.xml";
    const SpEntry *entry = sp_tree_find(reader->entries, path);
    if (entry == NULL || entry->content == NULL)
        return FALSE;
    g_autoptr(GError) cause = NULL;
    g_autoptr(SpXmlDoc) doc = sp_xml_parse(path, entry->content, &cause);
    const xmlNode *root = doc != NULL ? xmlDocGetRootElement(doc) : NULL;
    if (cause != NULL)
        tell(reader, SP_RULE_REPODATA, path, cause);
    else if (!sp_xml_is(root, "repomd"))
        sp_breach(reader->found, SP_RULE_REPODATA, path, 0, "is not a repomd document");
    sp_xml_take_text(&reader->repodata->revision, sp_xml_child(root, "revision"));
    for (const xmlNode *data = root != NULL ? root->children : NULL; data; data = data->next)
        if (sp_xml_is(data, "data"))
            take_record(reader, data);
    return TRUE;
}

/* Members of a group that are installed with it. */
static void read_members(const xmlNode *group, GPtrArray *members)
{
    const xmlNode *list = sp_xml_child(group, "packagelist");
    for (const xmlNode *item = list != NULL ? list->children : NULL; item; item = item->next) {
        g_autofree char *type = sp_xml_attribute(item, "type");
        if (sp_xml_is(item, "packagereq") && strcmp(type, "mandatory") == 0)
            g_ptr_array_add(members, sp_xml_text(item));
    }
}

/* libsolv knows no other spelling and takes its default instead (packs.md B.5). */
static void check_words(const Reader *reader, const char *file, const xmlNode *group,
                        const char *id)
{
    static const char *const words[] = {"default", "uservisible"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        const xmlNode *node = sp_xml_child(group, words[i]);
        g_autofree char *value = sp_xml_text(node);
        if (node != NULL && strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
            sp_breach(reader->found, SP_RULE_COMPS_VALUE, file, 0,
                      "group '%s' has the %s '%s', not true or false", id, words[i], value);
    }
    g_autofree char *name = sp_xml_text(sp_xml_child(group, "name"));
    if (name[0] == '\0')
        sp_breach(reader->found, SP_RULE_COMPS_VALUE, file, 0, "group '%s' has no name", id);
}

static void read_group(const Reader *reader, const char *file, GBytes *text)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(SpXmlDoc) doc = sp_xml_parse(file, text, &cause);
    if (doc == NULL) {
        tell(reader, SP_RULE_REPODATA, file, cause);
        return;
    }
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (!sp_xml_is(root, "comps"))
        sp_breach(reader->found, SP_RULE_REPODATA, file, 0, "is not a comps document");
    for (const xmlNode *group = root->children; group != NULL; group = group->next) {
        g_autofree char *id = sp_xml_text(sp_xml_child(group, "id"));
        if (!sp_xml_is(group, "group"))
            continue;
        check_words(reader, file, group, id);
        if (strcmp(id, "update") == 0)
            read_members(group, reader->repodata->group_members);
        if (strcmp(id, "drivers") == 0) {
            reader->repodata->has_drivers = TRUE;
            read_members(group, reader->repodata->driver_members);
        }
    }
}

void sp_comps_read(const char *file, GBytes *text, SpRepodata *repodata, SpFindings *found)
{
    const Reader reader = {.repodata = repodata, .found = found};
    read_group(&reader, file, text);
}

static void read_packages(const Reader *reader, const SpRepoRecord *record, GBytes *text)
{
    g_autoptr(GError) cause = NULL;
    if (!sp_repo_packages_read(record, text, reader->repodata, reader->found, &cause))
        tell(reader, SP_RULE_REPODATA, record->href, cause);
}

SpRepodata *sp_repodata_read(const GPtrArray *entries, SpFindings *found)
{
    /* In this order: the later ones are about the packages of primary. */
    static const char *const types[] = {"primary", "filelists", "other", "group", "group_gz"};
    g_autoptr(SpRepodata) repodata = sp_repodata_new();
    const Reader reader = {entries, repodata, found, sp_rpms_size(entries)};
    repodata->room += (gint64)reader.rpms;
    if (!read_repomd(&reader))
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        SpRepoRecord *record = (SpRepoRecord *)sp_repodata_record(repodata, types[i]);
        g_autoptr(GBytes) text = record != NULL ? record_content(&reader, record) : NULL;
        if (text == NULL)
            continue;
        if (i < 3)
            read_packages(&reader, record, text);
        else if (i == 3)
            read_group(&reader, record->href, text);
    }
    return g_steal_pointer(&repodata);
}
