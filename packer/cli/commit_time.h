/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the input was committed: the same in every clone, as no file's time is. */
#pragma once
#include <glib.h>

/* Seconds, of the commit that is checked out where git has the file `path`; -1 where git has not,
 * or is not there. */
gint64 sp_commit_time(const char *path);
