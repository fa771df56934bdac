/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "side_files.h"
#include "classic.h"
#include "fileio.h"

#include <string.h>

/* NAME.metadata.md5 of NAME.iso, and of a name without that ending, which `sign -o` allows. */
static char *metadata_name(const char *image)
{
    g_autofree char *stem = g_strdup(image);
    if (g_str_has_suffix(stem, ".iso"))
        stem[strlen(stem) - strlen(".iso")] = '\0';
    return g_strconcat(stem, ".metadata.md5", NULL);
}

/* *slot stays NULL where there is to be none. */
static gboolean add(SpOutset *set, const char *name, gboolean wanted, SpOutfile **slot,
                    GError **error)
{
    *slot = wanted ? sp_outset_add(set, name, error) : NULL;
    return wanted ? *slot != NULL : sp_outset_absent(set, name, error);
}

gboolean sp_side_files_add(SpSideFiles *sides, SpOutset *set, const char *image, gboolean classic,
                           gboolean sign, GError **error)
{
    g_autofree char *sha256 = g_strconcat(image, ".sha256", NULL);
    g_autofree char *md5 = g_strconcat(image, ".md5", NULL);
    g_autofree char *metadata = metadata_name(image);
    g_autofree char *armor = g_strconcat(image, ".asc", NULL);
    return add(set, sha256, TRUE, &sides->sha256, error) &&
           add(set, armor, sign, &sides->signature, error) &&
           add(set, md5, classic, &sides->md5, error) &&
           add(set, metadata, classic, &sides->metadata, error);
}

static gboolean write_signature(const SpSideFiles *sides, const SpOutfile *iso, SpSigner *signer,
                                GError **error)
{
    g_autoptr(GBytes) armor =
        sp_signer_sign_file(signer, sp_outfile_path(iso), sp_outfile_fd(iso), error);
    return armor != NULL && sp_write_bytes(sp_outfile_fd(sides->signature), armor, NULL,
                                           sp_outfile_path(sides->signature), error);
}

gboolean sp_side_files_write(const SpSideFiles *sides, const SpOutfile *iso, const char *image,
                             const char *sha256, const GPtrArray *entries, SpSigner *signer,
                             GError **error)
{
    /* "digest  name", as sha256sum and md5sum check it. */
    if (!sp_outfile_print(sides->sha256, error, "%s  %s\n", sha256, image))
        return FALSE;
    if (sides->signature != NULL && !write_signature(sides, iso, signer, error))
        return FALSE;
    if (sides->md5 == NULL)
        return TRUE;
    g_autofree char *metadata = sp_classic_metadata_md5(entries);
    if (metadata == NULL)
        return sp_throw(error, SP_ERROR_SYSTEM, "'%s' has no classic half", image);
    g_autofree char *md5 =
        sp_digest_fd(sp_outfile_fd(iso), G_CHECKSUM_MD5, sp_outfile_path(iso), error);
    return md5 != NULL && sp_outfile_print(sides->md5, error, "%s  %s\n", md5, image) &&
           sp_outfile_print(sides->metadata, error, "%s\n", metadata);
}
