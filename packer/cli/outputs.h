/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image and the files beside it: .sha256, with a classic half .iso.md5 and .metadata.md5: one
 * outset, which also makes the folder. Failures: SP_ERROR_SYSTEM. */
#pragma once
#include "error.h"

typedef struct SpOutputs SpOutputs;

/* `name` ends in ".iso". Anything of these names that exists is refused unless `force`; then a
 * side file of an older image that this one does not have goes when this one is published. */
SpOutputs *sp_outputs_new(const char *dir, const char *name, gboolean classic, gboolean force,
                          GError **error) SP_MUST_CHECK;
void sp_outputs_free(SpOutputs *outputs); /* discards what was not published */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpOutputs, sp_outputs_free)

int sp_outputs_fd(const SpOutputs *outputs); /* of the image; stays the outputs' */
const char *sp_outputs_path(const SpOutputs *outputs);
/* Writes the side files of the finished image, of which `entries` is the content. */
gboolean sp_outputs_fill(SpOutputs *outputs, const char *sha256, const GPtrArray *entries,
                         GError **error) SP_MUST_CHECK;
gboolean sp_outputs_publish(SpOutputs *outputs, GError **error) SP_MUST_CHECK;
