/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one time a build knows: seconds since 1970, UTC.
 * Grammar of SOURCE_DATE_EPOCH: reproducible-builds.org/specs/source-date-epoch (ASCII decimal;
 * anything else must be an error). Upper bound: what rpm's 32-bit and ISO 9660's 1900+255 hold. */
#pragma once
#include "error.h"

#define SP_EPOCH_MAX G_MAXINT32

/* SP_ERROR_USAGE when `text` is not a decimal number in 0..SP_EPOCH_MAX. */
gboolean sp_epoch_parse(const char *text, gint64 *epoch, GError **error) SP_MUST_CHECK;
/* Of "2026-01-31" (its first second) or "2026-01-31T12:00:00Z"; FALSE for anything else. */
gboolean sp_epoch_of_date(const char *text, gint64 *epoch);
/* "2026-01-31T12:00:00Z"; the caller frees. */
char *sp_epoch_iso8601(gint64 epoch);
