/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a pack description and the texts it names. The file: UTF-8 INI of at most 64 KiB, sections
 * `[name]`, lines `key = value`; `#` or `;` starts a comment line, a `;` after a blank ends a
 * value. Named files lie below the description's folder; symbolic links are not followed there.
 * What is wrong with the content is a finding; unreadable files are SP_ERROR_INPUT or _SYSTEM. */
#pragma once
#include "error.h"
#include "finding.h"
#include "pack.h"

/* The pack with its texts derived, or NULL: error set, or findings->bad > 0. *newest is raised
 * to the newest mtime (seconds) of the files read. */
/* `rpms` (of char *, paths; may be NULL) are carried besides those it names. `no_classic`: not the
 * classic half, whatever it says; then nothing is derived, or told, for the hosts of that half. */
SpPack *sp_description_read(const char *path, const GPtrArray *rpms, gboolean no_classic,
                            SpFindings *findings, gint64 *newest, GError **error) SP_MUST_CHECK;
