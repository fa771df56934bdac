/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the parts of an RPM lie in it: lead, signature header, header, payload. Offsets are bytes.
 * Format: rpm's docs/manual/format.md; the signature header is filled up to a multiple of eight. */
#pragma once
#include "error.h"

typedef struct {
    gsize signature; /* 96: behind the lead */
    gsize signature_end;
    gsize header;
    gsize payload;
    gsize end;
} SpRpmSlices;

/* SP_ERROR_INPUT naming `name` when it is no RPM. */
gboolean sp_rpm_slices(const char *name, GBytes *rpm, SpRpmSlices *slices,
                       GError **error) SP_MUST_CHECK;
