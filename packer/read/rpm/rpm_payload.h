/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files inside an RPM, through libarchive, within a budget that several RPMs may share: what
 * unpacks to a thousand times its size must not fill the memory. */
#pragma once
#include "entry.h"
#include "error.h"

/* What may still be read; all but `files` in bytes. */
typedef struct {
    gint64 kept;     /* of files' contents that stay in memory */
    gint64 unpacked; /* of files' contents at all */
    gint64 headers;
    gint64 lists; /* memory for the files and dependencies that headers list */
    gint64 steps; /* pairs of requirements and what may meet them */
    guint files;
} SpRpmBudget;
#define SP_RPM_BUDGET                                                                              \
    {                                                                                              \
        (gint64)4 << 20, (gint64)128 << 20, (gint64)4 << 20, (gint64)16 << 20, (gint64)2 << 20,    \
            65536                                                                                  \
    }

/* Adds to `files`; paths without the leading "./". Of files over 1 MiB, and of all once nothing may
 * be kept any more, there is the digest and no content. Unreadable, or more than the budget:
 * SP_ERROR_INPUT. */
gboolean sp_rpm_read_payload(GBytes *rpm, const char *name, SpRpmBudget *budget, GPtrArray *files,
                             GError **error) SP_MUST_CHECK;
