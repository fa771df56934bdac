/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes an RPM of format 4, as rpm 4.18 would write it and rpm 4.4 and later of the hosts read it
 * (rpm's docs/manual/format_v4.md; packs.md D). Through librpm's header calls alone: no macro and
 * no configuration is read, nothing is run, and the bytes depend on zlib besides what is given. */
#pragma once
#include "entry.h"
#include "error.h"
#include "rpm_spec.h"

/* `tree`, in any order, is all the package holds; every file has its content. `epoch` is the build
 * time and all mtimes, in seconds. SP_ERROR_SYSTEM where the spec or a size is not to be had in
 * that format. */
GBytes *sp_rpm_write(const SpRpmSpec *spec, const GPtrArray *tree, gint64 epoch,
                     GError **error) SP_MUST_CHECK;
