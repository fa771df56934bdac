/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the ready RPMs a pack carries, mapped and never whole on the heap, and judges them: each by
 * itself, and whether all they require is on the image or declared to be in dom0. */
#pragma once
#include "error.h"
#include "finding.h"
#include "pack.h"

typedef struct {
    char *path; /* on disk, as it is shown */
    GBytes *bytes;
} SpCarrySource;

GPtrArray *sp_carry_sources(void);
/* Opens and maps it; *mtime is raised to the file's. Not there, not a regular file: SP_ERROR_INPUT.
 */
gboolean sp_carry_open(GPtrArray *sources, const char *path, gint64 *mtime,
                       GError **error) SP_MUST_CHECK;
/* The same below a folder, without following links. */
gboolean sp_carry_open_inside(GPtrArray *sources, const char *dir, const char *name, gint64 *mtime,
                              GError **error) SP_MUST_CHECK;

typedef struct {
    const char *file; /* who names them: the description */
    int line;
    const char *base_file; /* the name of: */
    GBytes *base;          /* what dom0 has, one capability a line, '#' a comment; NULL: not said */
} SpCarryPlace;

/* Fills pack->carried, sorted; `pack` may lack its label (a refused description). What is wrong is
 * a finding; an error is the system's. What is required and not there is bad with a base, and a
 * warning without. */
gboolean sp_carry_read(SpPack *pack, const GPtrArray *sources, const SpCarryPlace *place,
                       SpFindings *findings, GError **error) SP_MUST_CHECK;
