/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of archives share: a reader that frees itself, and content into memory. */
#pragma once
#include "error.h"

typedef struct archive SpArchive;
void sp_archive_free(SpArchive *archive);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpArchive, sp_archive_free)

/* SP_ERROR_INPUT "cannot read <what> '<name>': " and libarchive's words, or `otherwise` when it has
 * none; always FALSE. */
gboolean sp_archive_fail(SpArchive *archive, const char *what, const char *name,
                         const char *otherwise, GError **error);
/* The content of the present entry, exactly `size` bytes. NULL when that is more than *left, which
 * is lowered by it, or cannot be read. */
GBytes *sp_archive_content(SpArchive *archive, gint64 size, gint64 *left);
/* Lower-case hexadecimal SHA-256 of the present entry's `size` bytes, which are not kept; the
 * caller frees. NULL as above. */
char *sp_archive_sha256(SpArchive *archive, gint64 size, gint64 *left);
