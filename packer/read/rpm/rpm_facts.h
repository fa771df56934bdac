/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every tag of an RPM's two headers, through librpm, and its payload's files, as facts. */
#pragma once
#include "error.h"
#include "fact.h"

/* SP_ERROR_INPUT when it is no RPM, its payload cannot be read or has more than `most` bytes, or
 * the facts take more than *room in memory, from which they are taken. *subject gets
 * "package NAME.ARCH"; the caller frees. */
gboolean sp_rpm_facts(const char *path, GBytes *rpm, GPtrArray *facts, gint64 most, gint64 *room,
                      char **subject, GError **error) SP_MUST_CHECK;
