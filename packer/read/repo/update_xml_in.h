/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an update document with the same demands as xapi's parser (packs.md B.2, B.3): uuid,
 * name-label, version, and one name-description with nothing but text in it. */
#pragma once
#include "entry.h"
#include "error.h"
#include "finding.h"
#include "update.h"

/* That of the image `file`: SP_ERROR_INPUT says that it is no pack. */
SpUpdate *sp_update_find(const char *file, const GPtrArray *entries, GError **error) SP_MUST_CHECK;
/* SP_ERROR_INPUT naming `name` and what is missing. */
SpUpdate *sp_update_read(const char *name, GBytes *text, GError **error) SP_MUST_CHECK;
/* Tells `found` what xapi's parser passes over in silence: attributes and elements it does not
 * know, values it takes for another. Nothing when it is not XML. */
void sp_update_review(const char *name, GBytes *text, SpFindings *found);
