/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "repodata.h"
#include "fileio.h"
#include "sha256.h"

#include <createrepo_c/createrepo_c.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmts.h>
#include <string.h>

#define FILE_LIMIT ((gsize)64 * 1024 * 1024)
#define KINDS      3

static const struct {
    cr_XmlFileType type;
    const char *record;
    const char *file;
} kinds[KINDS] = {{CR_XMLFILE_PRIMARY, "primary", "primary.xml.gz"},
                  {CR_XMLFILE_FILELISTS, "filelists", "filelists.xml.gz"},
                  {CR_XMLFILE_OTHER, "other", "other.xml.gz"}};

static void free_package(cr_Package *package)
{
    cr_package_free(package);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(cr_Package, free_package)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(cr_Repomd, cr_repomd_free)

static gboolean fail(GError **error, GError *cause, const char *what)
{
    return sp_adopt(error, cause, SP_ERROR_SYSTEM, "cannot make repodata of '%s'", what);
}

/* cr_package_from_rpm would read every macro file of this machine again, ~/.rpmmacros included. */
static Header read_header(const char *path)
{
    Header header = NULL;
    FD_t fd = Fopen(path, "r.ufdio");
    rpmts ts = rpmtsCreate();
    rpmKeyring none = rpmKeyringNew();
    rpmtsSetKeyring(ts, none);
    rpmtsSetVSFlags(ts, RPMVSF_MASK_NODIGESTS | RPMVSF_MASK_NOSIGNATURES);
    if (fd != NULL)
        (void)rpmReadPackageFile(ts, fd, path, &header);
    rpmKeyringFree(none);
    rpmtsFree(ts);
    if (fd != NULL)
        (void)Fclose(fd);
    return header;
}

static cr_Package *describe(const SpRepoInput *rpm, gint64 epoch, GError **error)
{
    GError *cause = NULL;
    Header header = read_header(rpm->path);
    if (header == NULL) {
        fail(error, NULL, rpm->href);
        return NULL;
    }
    g_autoptr(cr_Package) package = cr_package_from_header(header, 0, CR_HDRR_NONE, &cause);
    headerFree(header);
    if (package == NULL) {
        fail(error, cause, rpm->href);
        return NULL;
    }
    struct cr_HeaderRangeStruct range = cr_get_header_byte_range(rpm->path, &cause);
    if (cause != NULL) {
        fail(error, cause, rpm->href);
        return NULL;
    }
    package->pkgId = g_string_chunk_insert(package->chunk, sp_entry_sha256(rpm->entry));
    package->checksum_type = g_string_chunk_insert(package->chunk, "sha256");
    package->location_href = g_string_chunk_insert(package->chunk, rpm->href);
    package->size_package = (gint64)g_bytes_get_size(rpm->entry->content);
    package->time_file = epoch;
    package->rpm_header_start = range.start;
    package->rpm_header_end = range.end;
    return g_steal_pointer(&package);
}

static gboolean write_files(cr_XmlFile *const files[KINDS], const SpRepoInput *rpms, gsize count,
                            gint64 epoch, GError **error)
{
    for (gsize i = 0; i < count; i++) {
        g_autoptr(cr_Package) package = describe(&rpms[i], epoch, error);
        if (package == NULL)
            return FALSE;
        for (int k = 0; k < KINDS; k++) {
            GError *cause = NULL;
            if (cr_xmlfile_add_pkg(files[k], package, &cause) != CRE_OK)
                return fail(error, cause, rpms[i].href);
        }
    }
    return TRUE;
}

static gboolean write_xml(const char *dir, const SpRepoInput *rpms, gsize count, gint64 epoch,
                          GError **error)
{
    cr_XmlFile *files[KINDS] = {NULL};
    gboolean good = TRUE;
    for (int k = 0; k < KINDS && good; k++) {
        GError *cause = NULL;
        g_autofree char *path = g_build_filename(dir, kinds[k].file, NULL);
        files[k] = cr_xmlfile_sopen(path, kinds[k].type, CR_CW_GZ_COMPRESSION, NULL, &cause);
        if (files[k] == NULL)
            good = fail(error, cause, kinds[k].file);
        else if (cr_xmlfile_set_num_of_pkgs(files[k], (long)count, &cause) != CRE_OK)
            good = fail(error, cause, kinds[k].file);
    }
    good = good && write_files(files, rpms, count, epoch, error);
    for (int k = 0; k < KINDS; k++) {
        GError *cause = NULL;
        if (files[k] != NULL && cr_xmlfile_close(files[k], &cause) != CRE_OK && good)
            good = fail(error, cause, kinds[k].file);
        else
            g_clear_error(&cause);
    }
    return good;
}

/* Names the file by its digest and lists it. The record is the repomd's afterwards. */
static gboolean list_record(cr_Repomd *repomd, cr_RepomdRecord *record, gint64 epoch,
                            GError **error)
{
    GError *cause = NULL;
    if (cr_repomd_record_rename_file(record, &cause) != CRE_OK) {
        gboolean failed = fail(error, cause, record->type);
        cr_repomd_record_free(record);
        return failed;
    }
    cr_repomd_record_set_timestamp(record, epoch);
    cr_repomd_set_record(repomd, record);
    return TRUE;
}

static gboolean list_files(const char *dir, cr_Repomd *repomd, gint64 epoch, GError **error)
{
    for (int k = 0; k < KINDS; k++) {
        GError *cause = NULL;
        g_autofree char *path = g_build_filename(dir, kinds[k].file, NULL);
        cr_RepomdRecord *record = cr_repomd_record_new(kinds[k].record, path);
        if (cr_repomd_record_fill(record, CR_CHECKSUM_SHA256, &cause) != CRE_OK) {
            cr_repomd_record_free(record);
            return fail(error, cause, kinds[k].file);
        }
        if (!list_record(repomd, record, epoch, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean list_comps(const SpScratch *scratch, cr_Repomd *repomd, GBytes *comps, gint64 epoch,
                           GError **error)
{
    GError *cause = NULL;
    g_autofree char *path = sp_scratch_file(scratch, "repodata/comps.xml", comps, error);
    if (path == NULL)
        return FALSE;
    cr_RepomdRecord *plain = cr_repomd_record_new("group", path);
    cr_RepomdRecord *packed = cr_repomd_record_new("group_gz", NULL);
    if (cr_repomd_record_fill(plain, CR_CHECKSUM_SHA256, &cause) != CRE_OK ||
        cr_repomd_record_compress_and_fill(plain, packed, CR_CHECKSUM_SHA256, CR_CW_GZ_COMPRESSION,
                                           NULL, &cause) != CRE_OK) {
        cr_repomd_record_free(plain);
        cr_repomd_record_free(packed);
        return fail(error, cause, "comps.xml");
    }
    if (!list_record(repomd, plain, epoch, error)) {
        cr_repomd_record_free(packed);
        return FALSE;
    }
    return list_record(repomd, packed, epoch, error);
}

/* Into the image in the order of repomd.xml. */
static gboolean carry(const char *dir, cr_Repomd *repomd, GPtrArray *image, GError **error)
{
    GError *cause = NULL;
    char *text = cr_xml_dump_repomd(repomd, &cause);
    if (text == NULL)
        return fail(error, cause, "repomd.xml");
    sp_tree_add_dir(image, "repodata", 0755);
    g_autofree char *copy = g_strdup(text);
    free(text);
    sp_tree_take_text(image, "repodata/repomd.xml", 0644, g_steal_pointer(&copy));
    for (GSList *at = repomd->records; at != NULL; at = at->next) {
        const cr_RepomdRecord *record = at->data;
        g_autofree char *name = g_path_get_basename(record->location_href);
        g_autofree char *path = g_build_filename(dir, name, NULL);
        g_autoptr(GBytes) bytes = sp_read_path(path, FILE_LIMIT, NULL, error);
        if (bytes == NULL)
            return sp_prefix(error, "cannot make repodata");
        sp_tree_add_file(image, record->location_href, 0644, bytes);
    }
    return TRUE;
}

gboolean sp_repodata_write(const SpScratch *scratch, const SpRepoInput *rpms, gsize count,
                           GBytes *comps, gint64 epoch, GPtrArray *image, GError **error)
{
    g_autofree char *dir = sp_scratch_dir(scratch, "repodata", error);
    if (dir == NULL)
        return FALSE;
    cr_xml_dump_init();
    g_autofree char *revision = g_strdup_printf("%" G_GINT64_FORMAT, epoch);
    g_autoptr(cr_Repomd) repomd = cr_repomd_new();
    cr_repomd_set_revision(repomd, revision);
    if (!write_xml(dir, rpms, count, epoch, error) || !list_files(dir, repomd, epoch, error) ||
        !list_comps(scratch, repomd, comps, epoch, error))
        return FALSE;
    cr_repomd_sort_records(repomd);
    return carry(dir, repomd, image, error);
}

const char *sp_repodata_version(void)
{
    return G_STRINGIFY(CR_VERSION_MAJOR) "." G_STRINGIFY(CR_VERSION_MINOR) "." G_STRINGIFY(
        CR_VERSION_PATCH);
}
