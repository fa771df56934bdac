/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of a description file, stricter than GKeyFile's: GKeyFile takes duplicates, keys
 * before any section and bytes of any kind in silence, and knows no line numbers. Values are
 * GKeyFile's. Everything that is wrong is a finding with its line. */
#pragma once
#include "finding.h"

#define SP_INI_LIMIT ((gsize)64 * 1024)

/* A GPtrArray of SpField in order of lines: of the good ones only when something is wrong. */
GPtrArray *sp_ini_parse(const char *file, GBytes *text, SpFindings *findings);
