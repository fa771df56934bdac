/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gzip data in memory, unpacked. */
#pragma once
#include "error.h"

/* SP_ERROR_INPUT naming `name` when it is not one whole gzip member of at most 8 MiB, or `most`
 * bytes if that is more; SP_ERROR_SYSTEM when there is no memory for it. */
GBytes *sp_gunzip(const char *name, GBytes *packed, gsize most, GError **error) SP_MUST_CHECK;
