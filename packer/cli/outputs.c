/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outputs.h"
#include "classic.h"
#include "fileio.h"
#include "interrupt.h"
#include "outset.h"

#include <string.h>

typedef enum { IMAGE, SHA256, MD5, METADATA_MD5, FILES } File;

struct SpOutputs {
    SpOutset *set;
    char *name;              /* of the image */
    SpOutfile *files[FILES]; /* the set's; NULL: this image has none such */
};

static char *name_of(File file, const char *image)
{
    static const char *const endings[FILES] = {".iso", ".iso.sha256", ".iso.md5", ".metadata.md5"};
    return g_strdup_printf("%.*s%s", (int)(strlen(image) - strlen(".iso")), image, endings[file]);
}

SpOutputs *sp_outputs_new(const char *dir, const char *name, gboolean classic, gboolean force,
                          GError **error)
{
    g_autoptr(SpOutputs) outputs = g_new0(SpOutputs, 1);
    outputs->name = g_strdup(name);
    outputs->set = sp_outset_new(dir, force, error);
    if (outputs->set == NULL)
        return NULL;
    for (File file = IMAGE; file < FILES; file++) {
        g_autofree char *its_name = name_of(file, name);
        if (file < MD5 || classic) {
            outputs->files[file] = sp_outset_add(outputs->set, its_name, error);
            if (outputs->files[file] == NULL)
                return NULL;
        } else if (!sp_outset_add_absent(outputs->set, its_name, error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&outputs);
}

void sp_outputs_free(SpOutputs *outputs)
{
    if (outputs == NULL)
        return;
    sp_outset_free(outputs->set);
    g_free(outputs->name);
    g_free(outputs);
}

int sp_outputs_fd(const SpOutputs *outputs)
{
    return sp_outfile_fd(outputs->files[IMAGE]);
}

const char *sp_outputs_path(const SpOutputs *outputs)
{
    return sp_outfile_path(outputs->files[IMAGE]);
}

/* "digest  name", as sha256sum and md5sum check it. */
static gboolean fill_digest(const SpOutputs *outputs, File file, const char *digest, GError **error)
{
    return sp_outfile_print(outputs->files[file], error, "%s  %s\n", digest, outputs->name);
}

gboolean sp_outputs_fill(SpOutputs *outputs, const char *sha256, const GPtrArray *entries,
                         GError **error)
{
    if (!fill_digest(outputs, SHA256, sha256, error))
        return FALSE;
    if (outputs->files[MD5] == NULL)
        return TRUE;
    g_autofree char *md5 =
        sp_digest_fd(sp_outputs_fd(outputs), G_CHECKSUM_MD5, sp_outputs_path(outputs), error);
    g_autofree char *metadata = sp_classic_metadata_md5(entries);
    return md5 != NULL && fill_digest(outputs, MD5, md5, error) &&
           sp_outfile_print(outputs->files[METADATA_MD5], error, "%s\n",
                            metadata != NULL ? metadata : "");
}

gboolean sp_outputs_publish(SpOutputs *outputs, GError **error)
{
    return sp_interrupt_check(error) && sp_outset_publish(outputs->set, error);
}
