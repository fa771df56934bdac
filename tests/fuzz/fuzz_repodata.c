/* SPDX-License-Identifier: GPL-2.0-or-later */
/* repodata: repomd.xml, primary, filelists and the comps group, in this order, each ended by a NUL.
 * primary and filelists are packed here: a fuzzer does not write gzip. */
#include "packer.h"
#include "repodata_in.h"

#include <zlib.h>

static GBytes *packed(const uint8_t *data, size_t size)
{
    z_stream z = {0};
    must(deflateInit2(&z, 0, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    gsize most = deflateBound(&z, size);
    g_autofree uint8_t *out = g_malloc(most);
    z.next_in = (uint8_t *)data;
    z.avail_in = (uInt)size;
    z.next_out = out;
    z.avail_out = (uInt)most;
    must(deflate(&z, Z_FINISH) == Z_STREAM_END);
    GBytes *bytes = g_bytes_new(out, z.total_out);
    must(deflateEnd(&z) == Z_OK);
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const char *path;
        gboolean gzip;
    } files[] = {{"repodata/repomd.xml", FALSE},
                 {"repodata/primary.xml.gz", TRUE},
                 {"repodata/filelists.xml.gz", TRUE},
                 {"repodata/comps.xml", FALSE}};
    g_autoptr(GPtrArray) entries = sp_tree_new();
    g_autoptr(SpFindings) findings = sp_findings_new();
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        const uint8_t *end = size > 0 ? memchr(data, '\0', size) : NULL;
        size_t n = end != NULL ? (size_t)(end - data) : size;
        g_autoptr(GBytes) bytes = files[i].gzip ? packed(data, n) : g_bytes_new(data, n);
        sp_tree_add_file(entries, files[i].path, 0644, bytes);
        data += end != NULL ? n + 1 : n;
        size -= end != NULL ? n + 1 : n;
    }
    g_autoptr(SpRepodata) repodata = sp_repodata_read(entries, findings);
    must(repodata != NULL || findings->bad > 0);
    must_be_said(findings);
    return 0;
}
