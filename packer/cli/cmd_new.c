/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "fileio.h"
#include "outset.h"
#include "parts.h"

static gboolean is_empty(const char *dir, GError **error)
{
    g_autoptr(GDir) open = g_dir_open(dir, 0, NULL); /* not there is as good */
    return open == NULL || g_dir_read_name(open) == NULL ||
           sp_throw(error, SP_ERROR_SYSTEM, "cannot start a pack in '%s': it is not empty", dir);
}

static gboolean add(const SpRun *run, SpOutset *set, const char *name, SpPart part, GError **error)
{
    g_autoptr(GBytes) text = sp_part_read(run->environment->program, part, NULL, error);
    SpOutfile *out = text != NULL ? sp_outset_add(set, name, error) : NULL;
    if (out == NULL)
        return FALSE;
    gsize size = 0;
    const void *data = g_bytes_get_data(text, &size);
    return sp_write_all(sp_outfile_fd(out), data, size, sp_outfile_path(out), error);
}

gboolean sp_cmd_new(const SpRun *run, GError **error)
{
    const char *dir = run->options->operands->pdata[0];
    if (!is_empty(dir, error))
        return FALSE;
    g_autoptr(SpOutset) set = sp_outset_new(dir, FALSE, error);
    if (set == NULL || !add(run, set, "pack.ini", SP_PART_NEW_DESCRIPTION, error) ||
        !add(run, set, "multipath.conf", SP_PART_NEW_STANZA, error) ||
        !sp_outset_publish(set, error))
        return FALSE;
    g_autofree char *line = g_strdup_printf("%s/pack.ini\n", dir);
    return sp_print(line, error);
}
