/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the two documents of a classic pack twice: as XML, which gives the model, and line by line
 * as the shell parser of the hosts does, which knows no XML (packs.md A.3, strictness rules). */
#pragma once
#include "finding.h"
#include "legacy.h"

/* What is wrong goes to `found`. `entries` is the tree of the image. NULL when it has neither of
 * the two documents. */
SpLegacy *sp_legacy_read(const GPtrArray *entries, SpFindings *found);
