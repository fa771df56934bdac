/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that appears whole or not at all. It is written without a name in the directory it will
 * live in (where the file system cannot do that: under a temporary name), flushed, and gets its
 * name when it is published. Freed without that, nothing of it is left. Failures: SP_ERROR_SYSTEM.
 */
#pragma once
#include "error.h"

typedef struct SpOutfile SpOutfile;

SpOutfile *sp_outfile_new(const char *dir, const char *name, GError **error) SP_MUST_CHECK;
void sp_outfile_free(SpOutfile *out); /* discards it unless it was published */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpOutfile, sp_outfile_free)

int sp_outfile_fd(const SpOutfile *out); /* stays the outfile's */
const char *sp_outfile_path(const SpOutfile *out);
/* Writes formatted text into it. */
gboolean sp_outfile_print(SpOutfile *out, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4) SP_MUST_CHECK;
/* fsync of the content; every outfile of one result is flushed before the first is published. */
gboolean sp_outfile_flush(SpOutfile *out, GError **error) SP_MUST_CHECK;
/* Gives it its name and flushes the directory. An existing file is an error unless `replace`. */
gboolean sp_outfile_publish(SpOutfile *out, gboolean replace, GError **error) SP_MUST_CHECK;
/* Takes a published name away again, for a later part of the same result that failed. */
void sp_outfile_withdraw(SpOutfile *out);
