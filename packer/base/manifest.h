/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a folder was written by us: a list in it of every file, "<sha256>  <path>" a line, which
 * `sha256sum -c` takes. The list itself is not in it. */
#pragma once
#include "error.h"

#define SP_MANIFEST "suppack-published.sha256"

/* Everything in the folder is in its list and is as the list says; what was taken away since may be
 * missing. Else SP_ERROR_SYSTEM naming what is not, under the folder's name `shown`. Links are
 * never followed. An empty folder, and none, are right. */
gboolean sp_manifest_check(const char *dir, const char *shown, GError **error) SP_MUST_CHECK;
/* Adds a line. */
void sp_manifest_add(GString *list, const char *sha256, const char *path);
