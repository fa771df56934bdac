/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder that appears whole or not at all: it is filled beside its place under another name,
 * flushed, and renamed. Freed without that, nothing of it is left. Failures: SP_ERROR_SYSTEM. */
#pragma once
#include "error.h"

typedef struct SpOutdir SpOutdir;

/* A folder that is there and not empty is an error, unless `replace`. */
SpOutdir *sp_outdir_new(const char *path, gboolean replace, GError **error) SP_MUST_CHECK;
void sp_outdir_free(SpOutdir *out);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpOutdir, sp_outdir_free)

/* Where to put its content; not the place it will have. */
const char *sp_outdir_path(const SpOutdir *out);
/* Asked of the folder that is replaced, once it is out of reach of who knows it by its name, and
 * before it is removed: FALSE puts it back. `shown` is the name it had. */
typedef gboolean (*SpOutdirCheck)(const char *dir, const char *shown, GError **error);
void sp_outdir_ask(SpOutdir *out, SpOutdirCheck check);
/* Mode 0755. What it replaces is removed. */
gboolean sp_outdir_publish(SpOutdir *out, GError **error) SP_MUST_CHECK;
