/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a file below a folder and nowhere else, whatever its name says: every part is opened in
 * its parent without following a symbolic link. `name` obeys sp_grammar_path.
 * Wrong input (not there, a link, not a regular file, too big) is SP_ERROR_INPUT. */
#pragma once
#include "error.h"

/* *mtime in seconds. */
GBytes *sp_inside_read(const char *dir, const char *name, gsize limit, gint64 *mtime,
                       GError **error) SP_MUST_CHECK;
