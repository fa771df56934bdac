/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files suppack itself consists of: the programs it puts into packs and the templates. They lie
 * relative to the program: ../libexec/suppack and ../share/suppack/spec (build tree and installed
 * tree alike). One that cannot be read means a broken installation: SP_ERROR_SYSTEM. */
#pragma once
#include "error.h"

typedef enum {
    SP_PART_HOOK,
    SP_PART_HOOK_I386,
    SP_PART_HOOK_CLASSIC,
    SP_PART_PAYLOAD_SPEC,
    SP_PART_UPDATE_SPEC,
    SP_PART_CONTROL_SPEC,
    SP_PART_PRECHECK,
    SP_PART_REMOVE,
    SP_PART_XAPI_PLUGIN,
    SP_PART_README,
    SP_PART_STORAGELINK_HOOK,
    SP_PART_STORAGELINK_README,
    SP_PART_CLASSIC_SPEC,
    SP_PART_CLASSIC_INSTALL,
    SP_PART_CLASSIC_INSTALL_SH,
    SP_PART_HOST_README,
    SP_PART_HOST_MANUAL,
    SP_PART_BUGTOOL,
    SP_PART_BUGTOOL_COLLECT,
    SP_PARTS
} SpPart;

typedef struct {
    GBytes *bytes[SP_PARTS];
    gint64 newest; /* mtime, seconds */
} SpPartFiles;

/* `program` is the absolute path of the running executable. */
SpPartFiles *sp_parts_read(const char *program, GError **error) SP_MUST_CHECK;
void sp_parts_free(SpPartFiles *parts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpPartFiles, sp_parts_free)

/* One of them; *mtime (seconds) may be NULL. */
GBytes *sp_part_read(const char *program, SpPart part, gint64 *mtime, GError **error) SP_MUST_CHECK;
/* "payload.spec.in" and so on */
const char *sp_part_name(SpPart part);
