/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_facts.h"
#include "entry.h"
#include "rpm_payload.h"
#include "rpm_slices.h"
#include "rpm_traits.h"
#include "sha256.h"

#include <rpm/header.h>
#include <rpm/rpmtag.h>
#include <rpm/rpmtd.h>
#include <stdlib.h>
#include <string.h>

/* In the signature header numbers mean something else than in the header; rpm/rpmtag.h. */
static const struct {
    int tag;
    const char *name;
    gboolean signature;
} signature_tags[] = {
    {RPMSIGTAG_DSA, "DSA signature of the header", TRUE},
    {RPMSIGTAG_RSA, "RSA signature of the header", TRUE},
    {RPMSIGTAG_SHA1, "SHA1 of the header", FALSE},
    {RPMSIGTAG_SHA256, "SHA256 of the header", FALSE},
    {RPMSIGTAG_SIZE, "size of header and payload", FALSE},
    {RPMSIGTAG_PGP, "RSA signature of header and payload", TRUE},
    {RPMSIGTAG_MD5, "MD5 of header and payload", FALSE},
    {RPMSIGTAG_GPG, "DSA signature of header and payload", TRUE},
    {RPMSIGTAG_PAYLOADSIZE, "size of the unpacked payload", FALSE},
    {RPMSIGTAG_RESERVEDSPACE, "room for signatures", TRUE},
};

#define VALUE_MAX ((gsize)256 * 1024)

static char *value_of(rpmtd td)
{
    if (rpmtdType(td) == RPM_BIN_TYPE)
        return sp_sha256_data(td->data, td->count);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(SpSha256) all = sp_sha256_new();
    for (gboolean first = TRUE; rpmtdNext(td) >= 0; first = FALSE) {
        char *one = rpmtdFormat(td, RPMTD_FORMAT_STRING, NULL);
        g_autofree char *text = g_strconcat(first ? "" : ", ", one != NULL ? one : "?", NULL);
        free(one);
        sp_sha256_add(all, (const guint8 *)text, strlen(text));
        if (out->len < VALUE_MAX)
            g_string_append(out, text);
    }
    g_autofree char *digest = sp_sha256_end(all);
    if (out->len >= VALUE_MAX)
        g_string_append_printf(out, "..., sha256 of all %s", digest);
    return g_strdup(out->str);
}

/* The region tags hold the others once more. */
static gboolean is_region(rpmTagVal tag)
{
    return tag == RPMTAG_HEADERIMAGE || tag == RPMTAG_HEADERSIGNATURES ||
           tag == RPMTAG_HEADERIMMUTABLE;
}

static void add_tags(Header h, gboolean of_signature, const char *subject, GPtrArray *facts,
                     gint64 *room)
{
    HeaderIterator walk = headerInitIterator(h);
    struct rpmtd_s td;
    while (*room >= 0 && headerNext(walk, &td)) {
        rpmTagVal tag = rpmtdTag(&td);
        SpFactKind kind = SP_FACT_PLAIN;
        g_autofree char *name =
            g_strdup_printf("%s %s", of_signature ? "signature tag" : "header", rpmTagGetName(tag));
        for (gsize i = 0; of_signature && i < G_N_ELEMENTS(signature_tags); i++) {
            if (signature_tags[i].tag != (int)tag)
                continue;
            g_free(name);
            name = g_strdup(signature_tags[i].name);
            kind = signature_tags[i].signature ? SP_FACT_SIGNATURE : SP_FACT_PLAIN;
        }
        g_autofree char *value = is_region(tag) ? NULL : value_of(&td);
        if (value != NULL)
            *room -= (gint64)sp_facts_add(facts, kind, subject, name, value);
        rpmtdFreeData(&td);
    }
    headerFreeIterator(walk);
}

static gboolean add_payload(const char *path, GBytes *rpm, const char *subject, GPtrArray *facts,
                            gint64 most, gint64 *room, GError **error)
{
    g_autoptr(GPtrArray) files = sp_tree_new();
    SpRpmBudget budget = SP_RPM_BUDGET;
    budget.unpacked = most; /* of which nothing large is kept */
    if (!sp_rpm_read_payload(rpm, path, &budget, files, error))
        return FALSE;
    for (guint i = 0; i < files->len && *room >= 0; i++) {
        SpEntry *entry = files->pdata[i];
        g_autofree char *name = g_strdup_printf("file /%s", entry->path);
        g_autofree char *value =
            g_strdup_printf("mode %04o time %" G_GINT64_FORMAT " sha256 %s", entry->mode,
                            entry->mtime, entry->is_dir ? "-" : sp_entry_sha256(entry));
        *room -= (gint64)sp_facts_add(facts, SP_FACT_PLAIN, subject, name, value);
    }
    return *room >= 0 ||
           sp_throw(error, SP_ERROR_INPUT, "'%s' has more in it than can be compared", path);
}

/* What the tags and files do not show: the bytes of each part. */
static void add_rest(GBytes *rpm, const SpRpmSlices *at, const char *subject, GPtrArray *facts)
{
    const struct {
        const char *name;
        gsize start, end;
    } parts[] = {{"bytes of the lead", 0, at->signature},
                 {"bytes of the header", at->header, at->payload},
                 {"bytes of the payload", at->payload, at->end}};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autoptr(GBytes) part =
            g_bytes_new_from_bytes(rpm, parts[i].start, parts[i].end - parts[i].start);
        g_autofree char *digest = sp_sha256(part);
        sp_facts_add(facts, SP_FACT_REST, subject, parts[i].name, digest);
    }
}

gboolean sp_rpm_facts(const char *path, GBytes *rpm, GPtrArray *facts, gint64 most, gint64 *room,
                      char **subject, GError **error)
{
    SpRpmSlices at;
    if (!sp_rpm_slices(path, rpm, &at, error))
        return FALSE;
    Header signature = sp_rpm_header(rpm, at.signature, at.signature_end);
    Header header = sp_rpm_header(rpm, at.header, at.payload);
    gboolean good = signature != NULL && header != NULL;
    if (good) {
        const char *name = headerGetString(header, RPMTAG_NAME);
        const char *arch = headerGetString(header, RPMTAG_ARCH);
        *subject =
            g_strdup_printf("package %s.%s", name != NULL ? name : "?", arch != NULL ? arch : "?");
        sp_facts_add(facts, SP_FACT_PLAIN, *subject, "path", path);
        add_tags(header, FALSE, *subject, facts, room);
        add_tags(signature, TRUE, *subject, facts, room);
        add_rest(rpm, &at, *subject, facts);
    } else {
        sp_throw(error, SP_ERROR_INPUT, "cannot read '%s': librpm does not take its headers", path);
    }
    headerFree(signature);
    headerFree(header);
    return good && add_payload(path, rpm, *subject, facts, most, room, error);
}
