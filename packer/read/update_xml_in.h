/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an update document with the same demands as xapi's parser (packs.md B.2, B.3): uuid,
 * name-label, version, and one name-description with nothing but text in it. */
#pragma once
#include "entry.h"
#include "error.h"
#include "update.h"

/* That of the image `file`: SP_ERROR_INPUT says that it is no pack. */
SpUpdate *sp_update_find(const char *file, const GPtrArray *entries, GError **error) SP_MUST_CHECK;
/* SP_ERROR_INPUT naming `name` and what is missing. */
SpUpdate *sp_update_read(const char *name, GBytes *text, GError **error) SP_MUST_CHECK;
