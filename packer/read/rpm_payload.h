/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files inside an RPM, through libarchive. At most 64 GiB unpacked and 65536 files. Of
 * files over 1 MiB, and of those after the first 64 MiB, only the digest is kept. */
#pragma once
#include "entry.h"
#include "error.h"

/* Adds to `files`; paths without the leading "./". Unreadable: SP_ERROR_INPUT. */
gboolean sp_rpm_read_payload(GBytes *rpm, const char *name, GPtrArray *files,
                             GError **error) SP_MUST_CHECK;
