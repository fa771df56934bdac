/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the two documents of the classic half as the hosts' own XML readers do (packs.md A.3). */
#pragma once
#include "classic.h"
#include "finding.h"

/* NULL when the image has no classic half at all. What cannot be read, or is not there and must be,
 * is added to `found`, all at once; what can is in the result. */
SpClassic *sp_classic_read(const GPtrArray *entries, SpFindings *found);
