/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A private directory (0700) that is gone, with all in it, when it is freed.
 * Failures: SP_ERROR_SYSTEM. Paths it returns are the caller's to free. */
#pragma once
#include "error.h"

typedef struct SpScratch SpScratch;

SpScratch *sp_scratch_new(const char *parent, GError **error) SP_MUST_CHECK;
void sp_scratch_free(SpScratch *scratch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpScratch, sp_scratch_free)

const char *sp_scratch_path(const SpScratch *scratch);
/* Makes a directory below it (one level) and returns its path. */
char *sp_scratch_dir(const SpScratch *scratch, const char *name, GError **error) SP_MUST_CHECK;
/* Writes a file below it and returns its path. */
char *sp_scratch_file(const SpScratch *scratch, const char *name, GBytes *content,
                      GError **error) SP_MUST_CHECK;
