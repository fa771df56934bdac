/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parts.h"
#include "fileio.h"

#define PART_LIMIT ((gsize)4 * 1024 * 1024)

static const char *const names[SP_PARTS] = {
    [SP_PART_HOOK] = "multipath-hook.x86_64",
    [SP_PART_HOOK_I386] = "multipath-hook.i386",
    [SP_PART_HOOK_CLASSIC] = "classic/multipath-hook",
    [SP_PART_PAYLOAD_SPEC] = "payload.spec.in",
    [SP_PART_UPDATE_SPEC] = "update.spec.in",
    [SP_PART_CONTROL_SPEC] = "control.spec.in",
    [SP_PART_CLASSIC_SPEC] = "classic.spec.in",
    [SP_PART_CLASSIC_INSTALL] = "classic/install",
    [SP_PART_CLASSIC_INSTALL_SH] = "classic/install.sh",
    [SP_PART_PRECHECK] = "precheck.sh.in",
    [SP_PART_REMOVE] = "remove.sh.in",
    [SP_PART_XAPI_PLUGIN] = "xapi-plugin.sh.in",
    [SP_PART_README] = "README.txt.in",
    [SP_PART_HOST_README] = "host-README.txt.in",
    [SP_PART_HOST_MANUAL] = "multipath-hook.txt",
    [SP_PART_BUGTOOL] = "bugtool.xml.in",
    [SP_PART_BUGTOOL_COLLECT] = "bugtool-collect.xml.in",
    [SP_PART_STORAGELINK_HOOK] = "storagelink-hook.exe",
    [SP_PART_STORAGELINK_README] = "storagelink/README.txt.in",
};

const char *sp_part_name(SpPart part)
{
    return names[part];
}

GBytes *sp_part_read(const char *program, SpPart part, gint64 *mtime, GError **error)
{
    g_autofree char *bin = g_path_get_dirname(program);
    g_autofree char *prefix = g_path_get_dirname(bin);
    gboolean program_of_ours =
        part == SP_PART_HOOK || part == SP_PART_HOOK_I386 || part == SP_PART_STORAGELINK_HOOK;
    const char *folder = program_of_ours ? "libexec/suppack" : "share/suppack/spec";
    g_autofree char *path = g_build_filename(prefix, folder, names[part], NULL);
    GBytes *bytes = sp_read_path(path, PART_LIMIT, mtime, error);
    if (bytes == NULL && error != NULL && *error != NULL) {
        (*error)->code = SP_ERROR_SYSTEM;
        sp_prefix(error, "suppack is not installed completely");
    }
    return bytes;
}

SpPartFiles *sp_parts_read(const char *program, GError **error)
{
    g_autoptr(SpPartFiles) parts = g_new0(SpPartFiles, 1);
    for (SpPart part = 0; part < SP_PARTS; part++) {
        gint64 mtime = 0;
        parts->bytes[part] = sp_part_read(program, part, &mtime, error);
        if (parts->bytes[part] == NULL)
            return NULL;
        parts->newest = MAX(parts->newest, mtime);
    }
    return g_steal_pointer(&parts);
}

void sp_parts_free(SpPartFiles *parts)
{
    if (parts == NULL)
        return;
    for (SpPart part = 0; part < SP_PARTS; part++)
        g_clear_pointer(&parts->bytes[part], g_bytes_unref);
    g_free(parts);
}
