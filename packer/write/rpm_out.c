/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_out.h"
#include "payload_out.h"
#include "rpm_numbers.h"
#include "rpm_signature_out.h"
#include "rpm_tags.h"

#include <string.h>

/* The rpm whose packages these equal, byte for byte: tests/interop/test_rpmbuild.py. */
#define AS_RPM "4.18.0"
#define SHA256 8 /* RFC 4880 9.4 */
/* What all numbers of the format together have to stay well below. */
#define SIZE_LIMIT ((gsize)1 << 30)

static gint compare_paths(gconstpointer a, gconstpointer b)
{
    const SpEntry *const *one = a, *const *other = b;
    return strcmp((*one)->path, (*other)->path);
}

static GPtrArray *sorted(const GPtrArray *tree)
{
    GPtrArray *out = g_ptr_array_new();
    for (guint i = 0; i < tree->len; i++)
        g_ptr_array_add(out, tree->pdata[i]);
    g_ptr_array_sort(out, compare_paths);
    return out;
}

static gboolean fits(const SpRpmSpec *spec, const GPtrArray *tree, gint64 epoch, GError **error)
{
    gsize total = 0;
    for (guint i = 0; i < tree->len; i++) {
        const SpEntry *entry = tree->pdata[i];
        total += strlen(entry->path) + (entry->is_dir ? 0 : g_bytes_get_size(entry->content));
        if (total > SIZE_LIMIT)
            return sp_throw(error, SP_ERROR_SYSTEM, "cannot build '%s': it is larger than 1 GiB",
                            spec->text[SP_SPEC_NAME]);
    }
    return (tree->len > 0 && epoch >= 0 && epoch <= G_MAXUINT32) ||
           sp_throw(error, SP_ERROR_SYSTEM,
                    "cannot build '%s': it holds nothing, or its time is not within 1970 to 2106",
                    spec->text[SP_SPEC_NAME]);
}

static void put_build(Header header, const SpRpmSpec *spec, guint32 epoch)
{
    g_autofree char *source =
        g_strdup_printf("%s-%s-%s.src.rpm", spec->text[SP_SPEC_NAME], spec->text[SP_SPEC_VERSION],
                        spec->text[SP_SPEC_RELEASE]);
    g_autofree char *platform = g_strdup_printf("%s-linux", spec->text[SP_SPEC_ARCH]);
    sp_rpm_put_number(header, RPMTAG_BUILDTIME, epoch);
    sp_rpm_put_string(header, RPMTAG_BUILDHOST, "suppack");
    sp_rpm_put_string(header, RPMTAG_OS, "linux");
    sp_rpm_put_string(header, RPMTAG_PLATFORM, platform);
    sp_rpm_put_string(header, RPMTAG_OPTFLAGS, "");
    sp_rpm_put_string(header, RPMTAG_RPMVERSION, AS_RPM);
    sp_rpm_put_string(header, RPMTAG_ENCODING, "utf-8");
    sp_rpm_put_string(header, RPMTAG_SOURCERPM,
                      source); /* without it rpm takes this for a source */
}

static void put_payload(Header header, const SpPayload *payload)
{
    sp_rpm_put_string(header, RPMTAG_PAYLOADFORMAT, "cpio");
    sp_rpm_put_string(header, RPMTAG_PAYLOADCOMPRESSOR, "gzip");
    sp_rpm_put_string(header, RPMTAG_PAYLOADFLAGS, "4");
    sp_rpm_put_string(header, (rpmTagVal)SP_TAG_PAYLOAD_DIGEST, payload->sha256);
    sp_rpm_put_string(header, (rpmTagVal)SP_TAG_PAYLOAD_DIGEST_ALT, payload->archive);
    sp_rpm_put_number(header, (rpmTagVal)SP_TAG_PAYLOAD_DIGEST_BY, SHA256);
}

static GBytes *header_of(const SpRpmSpec *spec, const GPtrArray *tree, guint32 epoch,
                         const SpPayload *payload, GError **error)
{
    gboolean md5 = strcmp(spec->text[SP_SPEC_DIGEST], "1") == 0;
    Header header = headerNew();
    gboolean good = sp_rpm_put_spec(header, spec, error);
    sp_rpm_put_files(header, tree, md5 ? G_CHECKSUM_MD5 : G_CHECKSUM_SHA256, epoch);
    if (!md5) /* the tag is not known before rpm 4.6 */
        sp_rpm_put_number(header, RPMTAG_FILEDIGESTALGO, SHA256);
    put_build(header, spec, epoch);
    put_payload(header, payload);
    GBytes *bytes = sp_rpm_header_bytes(header, RPMTAG_HEADERIMMUTABLE);
    if (!good)
        g_clear_pointer(&bytes, g_bytes_unref);
    return bytes;
}

GBytes *sp_rpm_write(const SpRpmSpec *spec, const GPtrArray *tree, gint64 epoch, GError **error)
{
    if (!fits(spec, tree, epoch, error))
        return NULL;
    g_autoptr(GPtrArray) files = sorted(tree);
    g_autoptr(SpPayload) payload = sp_payload_new(files, (guint32)epoch);
    g_autoptr(GBytes) header = header_of(spec, files, (guint32)epoch, payload, error);
    if (header == NULL)
        return NULL;
    g_autofree char *name =
        g_strdup_printf("%s-%s-%s", spec->text[SP_SPEC_NAME], spec->text[SP_SPEC_VERSION],
                        spec->text[SP_SPEC_RELEASE]);
    return sp_rpm_assemble(name, header, payload);
}
