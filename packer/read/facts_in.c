/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts_in.h"
#include "classic.h"
#include "gunzip.h"
#include "image_in.h"
#include "rpm_facts.h"
#include "rpm_slices.h"
#include "sha256.h"
#include "sums.h"
#include "update_xml_in.h"
#include "xml_facts.h"

#include <string.h>

#define README_MAX ((gsize)1024 * 1024)

typedef struct {
    GPtrArray *facts;
    GHashTable *derived; /* what repodata can say of the image's own files */
    gsize rpms;          /* bytes of all RPMs */
    gint64 *room;        /* memory that facts may still take */
    GBytes *sums;        /* what SHA256SUMS has to be */
    const char *key;     /* file of the public key */
} Reading;

#define ROOM     ((gint64)8 * 1024 * 1024)   /* beside the image's size */
#define UNPACKED ((gint64)128 * 1024 * 1024) /* of a payload, beside 32 times that */

static void derive(const Reading *reading, char *value)
{
    g_hash_table_add(reading->derived, value);
}

static void derive_number(const Reading *reading, gsize value)
{
    derive(reading, g_strdup_printf("%zu", value));
}

static gboolean is_repodata(const SpEntry *entry)
{
    return g_str_has_prefix(entry->path, "repodata/");
}

/* The content of a file of metadata, unpacked; NULL with error set when it cannot be. */
static GBytes *opened(const Reading *reading, const SpEntry *entry, GError **error)
{
    return g_str_has_suffix(entry->path, ".gz")
               ? sp_gunzip(entry->path, entry->content, reading->rpms, error)
               : g_bytes_ref(entry->content);
}

static gboolean note_derived(const Reading *reading, SpEntry *entry, GError **error)
{
    gboolean is_rpm = g_str_has_suffix(entry->path, ".rpm");
    if (entry->content == NULL || (!is_rpm && !is_repodata(entry)))
        return TRUE;
    derive(reading, g_strdup(sp_entry_sha256(entry)));
    derive(reading, g_strdup(entry->path));
    derive_number(reading, g_bytes_get_size(entry->content));
    if (is_rpm) {
        SpRpmSlices at;
        if (!sp_rpm_slices(entry->path, entry->content, &at, error))
            return FALSE;
        derive_number(reading, at.header);
        derive_number(reading, at.payload);
        return TRUE;
    }
    g_autoptr(GBytes) open = opened(reading, entry, error);
    if (open == NULL)
        return FALSE;
    derive(reading, sp_sha256(open));
    derive_number(reading, g_bytes_get_size(open));
    return TRUE;
}

/* repodata/<digest>-primary.xml.gz is the same file under another name when its digest changes. */
static char *subject_of(const SpEntry *entry)
{
    const char *base = is_repodata(entry) ? entry->path + strlen("repodata/") : entry->path;
    gsize digest = strspn(base, "0123456789abcdef");
    if (is_repodata(entry) && digest == 64 && base[digest] == '-')
        return g_strconcat("repodata/", base + digest + 1, NULL);
    return g_strdup(entry->path);
}

static void add_attributes(const Reading *reading, const SpEntry *entry, SpFactKind kind,
                           const char *subject)
{
    g_autofree char *mode =
        g_strdup_printf("%s %04o", entry->is_dir ? "folder" : "file", entry->mode);
    g_autofree char *owner = g_strdup_printf("%u:%u", entry->uid, entry->gid);
    g_autofree char *time = g_strdup_printf("%" G_GINT64_FORMAT, entry->mtime);
    sp_facts_add(reading->facts, kind, subject, "mode", mode);
    sp_facts_add(reading->facts, kind, subject, "owner", owner);
    sp_facts_add(reading->facts, kind, subject, "time", time);
}

static gboolean add_xml(const Reading *reading, SpEntry *entry, const char *subject, GError **error)
{
    g_autoptr(GBytes) text = opened(reading, entry, error);
    GHashTable *derived = is_repodata(entry) ? reading->derived : NULL;
    if (text == NULL || !sp_xml_facts(subject, text, derived, reading->facts, reading->room, error))
        return FALSE;
    sp_facts_add(reading->facts, SP_FACT_REST, subject, "bytes", sp_entry_sha256(entry));
    return TRUE;
}

/* README.txt names the key: as people compare it, in ten groups of four. */
static void add_readme(const Reading *reading, const SpEntry *entry)
{
    gsize size = 0;
    const char *text = g_bytes_get_data(entry->content, &size);
    g_autoptr(GRegex) named =
        g_regex_new("\\b([0-9A-F]{4} ){9}[0-9A-F]{4}\\b", G_REGEX_RAW, G_REGEX_MATCH_DEFAULT, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    for ((void)g_regex_match_full(named, text, (gssize)size, 0, G_REGEX_MATCH_DEFAULT, &match,
                                  NULL);
         g_match_info_matches(match); (void)g_match_info_next(match, NULL)) {
        g_autofree char *fingerprint = g_match_info_fetch(match, 0);
        sp_facts_add(reading->facts, SP_FACT_SIGNATURE, entry->path, "key", fingerprint);
    }
    g_autofree char *rest = g_regex_replace_literal(named, text, (gssize)size, 0, "<fingerprint>",
                                                    G_REGEX_MATCH_DEFAULT, NULL);
    g_autofree char *digest = sp_sha256_data(rest, strlen(rest));
    sp_facts_add(reading->facts, SP_FACT_PLAIN, entry->path, "content", digest);
}

static void add_content(const Reading *reading, SpEntry *entry, SpFactKind kind,
                        const char *subject)
{
    gsize size = g_bytes_get_size(entry->content);
    const char *text = g_bytes_get_data(entry->content, NULL);
    if (strcmp(entry->path, "README.txt") == 0 && size > 0 && size <= README_MAX &&
        memchr(text, '\0', size) == NULL) {
        add_readme(reading, entry);
        return;
    }
    gboolean follows =
        strcmp(entry->path, SP_SUMS) == 0 && g_bytes_equal(entry->content, reading->sums);
    sp_facts_add(reading->facts, follows ? SP_FACT_DERIVED : kind, subject, "content",
                 sp_entry_sha256(entry));
}

static gboolean add_entry(const Reading *reading, SpEntry *entry, GError **error)
{
    g_autofree char *subject = subject_of(entry);
    gboolean is_rpm = g_str_has_suffix(entry->path, ".rpm");
    static const char *const documents[] = {"update.xml", SP_CLASSIC_REPOSITORY,
                                            SP_CLASSIC_PACKAGES, NULL};
    gboolean is_xml = g_strv_contains(documents, entry->path) ||
                      (is_repodata(entry) && (g_str_has_suffix(entry->path, ".xml") ||
                                              g_str_has_suffix(entry->path, ".xml.gz")));
    gboolean is_signature =
        g_str_has_suffix(entry->path, ".asc") || strcmp(entry->path, reading->key) == 0;
    SpFactKind kind = is_signature ? SP_FACT_SIGNATURE : SP_FACT_PLAIN;
    if (is_rpm) {
        g_clear_pointer(&subject, g_free);
        if (!sp_rpm_facts(entry->path, entry->content, reading->facts,
                          UNPACKED + 32 * (gint64)reading->rpms, reading->room, &subject, error))
            return FALSE;
    }
    add_attributes(reading, entry, kind, subject);
    if (entry->content == NULL || is_rpm)
        return TRUE;
    if (is_xml)
        return add_xml(reading, entry, subject, error);
    add_content(reading, entry, kind, subject);
    return TRUE;
}

GPtrArray *sp_facts_read(int fd, const char *name, GError **error)
{
    g_autoptr(SpVolume) volume = NULL;
    g_autoptr(GPtrArray) entries = sp_image_read(fd, name, &volume, NULL, error);
    g_autoptr(SpUpdate) update = entries != NULL ? sp_update_find(name, entries, error) : NULL;
    if (update == NULL)
        return NULL;
    g_autoptr(GPtrArray) facts = sp_facts_new();
    g_autoptr(GHashTable) derived = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gsize rpms = sp_rpms_size(entries);
    gint64 room = ROOM + (gint64)rpms;
    g_autoptr(GBytes) sums = sp_sums_write(entries);
    const Reading reading = {facts, derived, rpms, &room, sums, update->key};
    sp_facts_add(facts, SP_FACT_PLAIN, "image", "volume id", volume->id);
    for (guint i = 0; i < entries->len; i++)
        if (!note_derived(&reading, entries->pdata[i], error)) {
            sp_prefix(error, "cannot compare '%s'", name);
            return NULL;
        }
    for (guint i = 0; i < entries->len; i++)
        if (!add_entry(&reading, entries->pdata[i], error)) {
            sp_prefix(error, "cannot compare '%s'", name);
            return NULL;
        }
    return g_steal_pointer(&facts);
}
