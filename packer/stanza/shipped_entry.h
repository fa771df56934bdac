/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entries that releases of XenServer and XCP-ng have for arrays in their own main file: a
 * vendor should know whether the release knows his array already, and since when. Source: the
 * versions of sm's multipath.conf from 2013-10 to 2025-03, parsers-2.md P8. */
#pragma once
#include "stanza.h"

/* Adds a SP_INFO for each device that a release has an entry for. */
void sp_shipped_entry_judge(const SpStanza *stanza, SpFindings *findings);
