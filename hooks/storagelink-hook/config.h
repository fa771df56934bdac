/* SPDX-License-Identifier: MIT */
/* The device identification file on disk. */
#ifndef CONFIG_H
#define CONFIG_H

#include "win.h"

/* Where it is: `given`, else the one file of its name below the usual folders, or the place of one
 * that is missing and has a file with `suffix` beside it. The caller frees. */
int config_find(const wchar_t *given, const wchar_t *suffix, wchar_t **path, struct fail *f);

/* All of a file. With `alone` nobody may have it open for writing. A file that is not there is
 * REFUSED with *code ERROR_FILE_NOT_FOUND; code may be NULL. */
int file_read(const wchar_t *path, bool alone, struct buf *out, DWORD *code, struct fail *f);
/* Writes a file beside and moves it into its place: the old or the new one, never anything else. */
int file_write(const wchar_t *path, struct text bytes, struct fail *f);
/* Puts `after` in the place of a file that still is `before`; ACL, attributes, creation time stay.
 */
int file_replace(const wchar_t *path, struct text before, struct text after, struct fail *f);

#endif
