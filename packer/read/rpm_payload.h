/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files inside an RPM, through libarchive. At most 64 MiB unpacked and 65536 files. */
#pragma once
#include "entry.h"
#include "error.h"

/* Adds to `files`; paths without the leading "./". Unreadable: SP_ERROR_INPUT. */
gboolean sp_rpm_read_payload(GBytes *rpm, const char *name, GPtrArray *files,
                             GError **error) SP_MUST_CHECK;
