/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The folders a pack may start from: `new`, with a comment for every key, and the gallery, one a
 * vendor or product. They lie in ../share/suppack/spec, relative to the program. */
#pragma once
#include "error.h"

typedef struct {
    char *name; /* "pack.ini" */
    GBytes *text;
} SpGalleryFile;

/* The names of the gallery's folders, sorted; a GPtrArray of char *, empty where there are none. */
GPtrArray *sp_gallery_names(const char *program);
/* The files of one of them, or of "new", sorted; a GPtrArray of SpGalleryFile. SP_ERROR_SYSTEM when
 * one cannot be read or the folder has no pack.ini. */
GPtrArray *sp_gallery_read(const char *program, const char *name, GError **error) SP_MUST_CHECK;
