/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of one result, in one folder: all of them appear or none does. The folder is made if
 * there is none, and after a failure taken away again. Failures: SP_ERROR_SYSTEM. */
#pragma once
#include "outfile.h"

typedef struct SpOutset SpOutset;

/* `replace`: files that exist are replaced; otherwise they are an error. */
SpOutset *sp_outset_new(const char *dir, gboolean replace, GError **error) SP_MUST_CHECK;
void sp_outset_free(SpOutset *set); /* nothing of it stays unless it was published */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpOutset, sp_outset_free)

/* The file is the set's. */
SpOutfile *sp_outset_add(SpOutset *set, const char *name, GError **error) SP_MUST_CHECK;
/* A file older results had beside them and this one has not: refused like one that exists; with
 * `replace` it goes once the others are published. */
gboolean sp_outset_absent(SpOutset *set, const char *name, GError **error) SP_MUST_CHECK;
/* All content is on the disk before the first file gets its name. */
gboolean sp_outset_publish(SpOutset *set, GError **error) SP_MUST_CHECK;
