/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "repodata_in.h"
#include "fileio.h"
#include "xml_in.h"

#include <string.h>
#include <zlib.h>

#define OPEN_LIMIT ((gsize)64 * 1024 * 1024)

GBytes *sp_gunzip(const char *name, GBytes *packed, GError **error)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(packed, &size);
    z_stream stream = {.next_in = (Bytef *)data, .avail_in = (uInt)size};
    /* 16: a gzip header and nothing else; host-installer knows no other compression. */
    if (size > G_MAXUINT32 || inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) {
        sp_throw(error, SP_ERROR_SYSTEM, "cannot unpack '%s'", name);
        return NULL;
    }
    g_autoptr(GByteArray) out = g_byte_array_new();
    guint8 buffer[32 * 1024];
    int rc = Z_OK;
    while (rc == Z_OK && out->len <= OPEN_LIMIT) {
        stream.next_out = buffer;
        stream.avail_out = sizeof(buffer);
        rc = inflate(&stream, Z_NO_FLUSH);
        g_byte_array_append(out, buffer, (guint)(sizeof(buffer) - stream.avail_out));
    }
    (void)inflateEnd(&stream);
    if (rc != Z_STREAM_END) {
        sp_throw(error, SP_ERROR_INPUT, "cannot unpack '%s': not whole gzip data", name);
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* The content a record names, unpacked and checked against its open-checksum. */
static GBytes *record_content(const GPtrArray *entries, const SpRepoRecord *record, GError **error)
{
    const SpEntry *entry = sp_tree_find(entries, record->href);
    if (entry == NULL || entry->content == NULL) {
        sp_throw(error, SP_ERROR_INPUT, "'%s', which repomd.xml names, is not on the image",
                 record->href);
        return NULL;
    }
    if (!g_str_has_suffix(record->href, ".gz"))
        return g_bytes_ref(entry->content);
    g_autoptr(GBytes) open = sp_gunzip(record->href, entry->content, error);
    if (open == NULL)
        return NULL;
    g_autofree char *digest = sp_sha256(open);
    if (strcmp(digest, record->open_sha256) != 0 ||
        record->open_size != (gint64)g_bytes_get_size(open)) {
        sp_throw(error, SP_ERROR_INPUT, "'%s' does not unpack to what repomd.xml says",
                 record->href);
        return NULL;
    }
    return g_steal_pointer(&open);
}

static void take_text(char **slot, const xmlNode *node)
{
    g_free(*slot);
    *slot = sp_xml_text(node);
}

static void take_number(gint64 *slot, char *text)
{
    if (!g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, slot, NULL))
        *slot = -1;
    g_free(text);
}

static void take_attribute(char **slot, const xmlNode *node, const char *name)
{
    g_free(*slot);
    *slot = sp_xml_attribute(node, name);
}

static SpXmlDoc *read_repomd(const GPtrArray *entries, SpRepodata *repodata, GError **error)
{
    static const char *const path = "repodata/repomd.xml";
    const SpEntry *entry = sp_tree_find(entries, path);
    if (entry == NULL || entry->content == NULL) {
        sp_throw(error, SP_ERROR_INPUT, "there is no '%s'", path);
        return NULL;
    }
    SpXmlDoc *doc = sp_xml_parse(path, entry->content, error);
    const xmlNode *root = doc != NULL ? xmlDocGetRootElement(doc) : NULL;
    take_text(&repodata->revision, sp_xml_child(root, "revision"));
    for (const xmlNode *data = root != NULL ? root->children : NULL; data; data = data->next) {
        if (!sp_xml_is(data, "data"))
            continue;
        SpRepoRecord *record = sp_repodata_add_record(repodata);
        take_attribute(&record->type, data, "type");
        take_attribute(&record->href, sp_xml_child(data, "location"), "href");
        take_text(&record->sha256, sp_xml_child(data, "checksum"));
        take_text(&record->open_sha256, sp_xml_child(data, "open-checksum"));
        take_number(&record->size, sp_xml_text(sp_xml_child(data, "size")));
        take_number(&record->open_size, sp_xml_text(sp_xml_child(data, "open-size")));
    }
    return doc;
}

static const SpRepoRecord *find_record(const SpRepodata *repodata, const char *type, GError **error)
{
    for (guint i = 0; i < repodata->records->len; i++) {
        const SpRepoRecord *record = repodata->records->pdata[i];
        if (strcmp(record->type, type) == 0)
            return record;
    }
    sp_throw(error, SP_ERROR_INPUT, "repomd.xml has no record '%s'", type);
    return NULL;
}

static gboolean read_primary(const GPtrArray *entries, SpRepodata *repodata, GError **error)
{
    const SpRepoRecord *record = find_record(repodata, "primary", error);
    g_autoptr(GBytes) text = record != NULL ? record_content(entries, record, error) : NULL;
    g_autoptr(SpXmlDoc) doc = text != NULL ? sp_xml_parse(record->href, text, error) : NULL;
    if (doc == NULL)
        return FALSE;
    const xmlNode *root = xmlDocGetRootElement(doc);
    for (const xmlNode *node = root->children; node != NULL; node = node->next) {
        if (!sp_xml_is(node, "package"))
            continue;
        SpRepoPackage *package = sp_repodata_add_package(repodata);
        take_text(&package->name, sp_xml_child(node, "name"));
        take_text(&package->arch, sp_xml_child(node, "arch"));
        take_attribute(&package->version, sp_xml_child(node, "version"), "ver");
        take_attribute(&package->release, sp_xml_child(node, "version"), "rel");
        take_attribute(&package->href, sp_xml_child(node, "location"), "href");
        take_text(&package->sha256, sp_xml_child(node, "checksum"));
        take_number(&package->size, sp_xml_attribute(sp_xml_child(node, "size"), "package"));
    }
    return TRUE;
}

static void read_members(const xmlNode *group, SpRepodata *repodata)
{
    const xmlNode *list = sp_xml_child(group, "packagelist");
    for (const xmlNode *item = list != NULL ? list->children : NULL; item; item = item->next) {
        g_autofree char *type = sp_xml_attribute(item, "type");
        if (sp_xml_is(item, "packagereq") && strcmp(type, "mandatory") == 0)
            g_ptr_array_add(repodata->group_members, sp_xml_text(item));
    }
}

gboolean sp_comps_read(const char *name, GBytes *text, SpRepodata *repodata, GError **error)
{
    g_autoptr(SpXmlDoc) doc = sp_xml_parse(name, text, error);
    if (doc == NULL)
        return FALSE;
    const xmlNode *root = xmlDocGetRootElement(doc);
    for (const xmlNode *group = root->children; group != NULL; group = group->next) {
        g_autofree char *id = sp_xml_text(sp_xml_child(group, "id"));
        if (sp_xml_is(group, "group") && strcmp(id, "update") == 0)
            read_members(group, repodata);
    }
    return TRUE;
}

static gboolean read_group(const GPtrArray *entries, SpRepodata *repodata, GError **error)
{
    const SpRepoRecord *record = find_record(repodata, "group", error);
    g_autoptr(GBytes) text = record != NULL ? record_content(entries, record, error) : NULL;
    return text != NULL && sp_comps_read(record->href, text, repodata, error);
}

SpRepodata *sp_repodata_read(const GPtrArray *entries, GError **error)
{
    g_autoptr(SpRepodata) repodata = sp_repodata_new();
    g_autoptr(SpXmlDoc) repomd = read_repomd(entries, repodata, error);
    if (repomd == NULL || !read_primary(entries, repodata, error) ||
        !read_group(entries, repodata, error))
        return NULL;
    return g_steal_pointer(&repodata);
}
