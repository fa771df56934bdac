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

gboolean sp_side_files_add(SpSideFiles *sides, SpOutset *set, const char *image, gboolean classic,
                           GError **error)
{
    g_autofree char *sha256 = g_strconcat(image, ".sha256", NULL);
    g_autofree char *md5 = g_strconcat(image, ".md5", NULL);
    g_autofree char *metadata = metadata_name(image);
    *sides = (SpSideFiles){.sha256 = sp_outset_add(set, sha256, error)};
    if (sides->sha256 == NULL)
        return FALSE;
    if (!classic)
        return sp_outset_absent(set, md5, error) && sp_outset_absent(set, metadata, error);
    sides->md5 = sp_outset_add(set, md5, error);
    sides->metadata = sides->md5 != NULL ? sp_outset_add(set, metadata, error) : NULL;
    return sides->metadata != NULL;
}

gboolean sp_side_files_write(const SpSideFiles *sides, const SpOutfile *iso, const char *image,
                             const char *sha256, const GPtrArray *entries, GError **error)
{
    /* "digest  name", as sha256sum and md5sum check it. */
    if (!sp_outfile_print(sides->sha256, error, "%s  %s\n", sha256, image))
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
