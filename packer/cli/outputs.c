/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outputs.h"
#include "classic.h"
#include "fileio.h"
#include "interrupt.h"
#include "outfile.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef enum { IMAGE, SHA256, MD5, METADATA_MD5, FILES } File;

struct SpOutputs {
    gboolean force;
    char *name; /* of the image */
    char *paths[FILES];
    SpOutfile *files[FILES]; /* NULL: this image has none such */
};

static char *name_of(File file, const char *image)
{
    static const char *const endings[FILES] = {".iso", ".iso.sha256", ".iso.md5", ".metadata.md5"};
    return g_strdup_printf("%.*s%s", (int)(strlen(image) - strlen(".iso")), image, endings[file]);
}

/* Asked before any work; publishing asks again without a window in between. */
static gboolean check_free(const SpOutputs *outputs, GError **error)
{
    struct stat st;
    for (File file = IMAGE; file < FILES && !outputs->force; file++)
        if (lstat(outputs->paths[file], &st) == 0) {
            sp_throw(error, SP_ERROR_SYSTEM, "'%s' exists", outputs->paths[file]);
            return sp_hint(error, "--force replaces it");
        }
    return TRUE;
}

SpOutputs *sp_outputs_new(const char *dir, const char *name, gboolean classic, gboolean force,
                          GError **error)
{
    g_autoptr(SpOutputs) outputs = g_new0(SpOutputs, 1);
    outputs->force = force;
    outputs->name = g_strdup(name);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (File file = IMAGE; file < FILES; file++) {
        g_ptr_array_add(names, name_of(file, name));
        outputs->paths[file] = g_build_filename(dir, names->pdata[file], NULL);
    }
    if (!check_free(outputs, error))
        return NULL;
    for (File file = IMAGE; file < (classic ? FILES : MD5); file++) {
        outputs->files[file] = sp_outfile_new(dir, names->pdata[file], error);
        if (outputs->files[file] == NULL)
            return NULL;
    }
    return g_steal_pointer(&outputs);
}

void sp_outputs_free(SpOutputs *outputs)
{
    if (outputs == NULL)
        return;
    for (File file = IMAGE; file < FILES; file++) {
        sp_outfile_free(outputs->files[file]);
        g_free(outputs->paths[file]);
    }
    g_free(outputs->name);
    g_free(outputs);
}

int sp_outputs_fd(const SpOutputs *outputs)
{
    return sp_outfile_fd(outputs->files[IMAGE]);
}

const char *sp_outputs_path(const SpOutputs *outputs)
{
    return outputs->paths[IMAGE];
}

static gboolean fill(const SpOutputs *outputs, File file, const char *text, GError **error)
{
    return sp_write_all(sp_outfile_fd(outputs->files[file]), text, strlen(text),
                        outputs->paths[file], error);
}

/* "digest  name", as sha256sum and md5sum check it. */
static gboolean fill_digest(const SpOutputs *outputs, File file, const char *digest, GError **error)
{
    g_autofree char *text = g_strdup_printf("%s  %s\n", digest, outputs->name);
    return fill(outputs, file, text, error);
}

gboolean sp_outputs_fill(SpOutputs *outputs, const char *sha256, const GPtrArray *entries,
                         GError **error)
{
    if (!fill_digest(outputs, SHA256, sha256, error))
        return FALSE;
    if (outputs->files[MD5] == NULL)
        return TRUE;
    g_autofree char *md5 =
        sp_digest_fd(sp_outputs_fd(outputs), G_CHECKSUM_MD5, outputs->paths[IMAGE], error);
    g_autofree char *metadata = sp_classic_metadata_md5(entries);
    g_autofree char *line = g_strconcat(metadata != NULL ? metadata : "", "\n", NULL);
    return md5 != NULL && fill_digest(outputs, MD5, md5, error) &&
           fill(outputs, METADATA_MD5, line, error);
}

static gboolean publish_all(SpOutputs *outputs, GError **error)
{
    for (File file = IMAGE; file < FILES; file++)
        if (outputs->files[file] != NULL && !sp_outfile_flush(outputs->files[file], error))
            return FALSE;
    for (File file = IMAGE; file < FILES; file++)
        if (outputs->files[file] != NULL &&
            !sp_outfile_publish(outputs->files[file], outputs->force, error))
            return FALSE;
    return TRUE;
}

gboolean sp_outputs_publish(SpOutputs *outputs, GError **error)
{
    gboolean good = sp_interrupt_check(error) && publish_all(outputs, error);
    for (File file = IMAGE; file < FILES; file++)
        if (!good && outputs->files[file] != NULL)
            sp_outfile_withdraw(outputs->files[file]);
        else if (good && outputs->force && outputs->files[file] == NULL)
            (void)unlink(outputs->paths[file]); /* the sum of an image that is no more */
    return good;
}
