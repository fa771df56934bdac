/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads files below a folder and nowhere else, whatever their names say: every part is opened in
 * its parent without following a symbolic link. `name` obeys sp_grammar_path.
 * Wrong input (not there, a link, not a regular file, too big) is SP_ERROR_INPUT. */
#pragma once
#include "error.h"

/* A descriptor for reading, -1 on failure; the caller closes. */
int sp_inside_open(const char *dir, const char *name, GError **error) SP_MUST_CHECK;
/* *mtime in seconds. */
GBytes *sp_inside_read(const char *dir, const char *name, gsize limit, gint64 *mtime,
                       GError **error) SP_MUST_CHECK;
/* Adds to `names` (of char *) what a path with wildcards in its parts matches, sorted; a path
 * without any is added as it is. A leading dot is matched only by a dot. */
gboolean sp_inside_match(const char *dir, const char *glob, GPtrArray *names,
                         GError **error) SP_MUST_CHECK;
