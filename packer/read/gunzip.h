/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gzip data in memory, unpacked; at most 16 MiB, or 32 times its size, which lists of packages
 * never are. */
#pragma once
#include "error.h"

/* SP_ERROR_INPUT naming `name` when it is not one whole gzip member of at most that;
 * SP_ERROR_SYSTEM when there is no memory for it. */
GBytes *sp_gunzip(const char *name, GBytes *packed, GError **error) SP_MUST_CHECK;
