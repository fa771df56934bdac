/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the shell parser in classic hosts' install.sh makes of a line: it reads tag by tag with sed
 * and knows no XML (packs.md A.3, strictness rules 1 to 4). Pure. */
#pragma once
#include "finding.h"

/* Adds a finding for every line of `text` that parser would misread, loop on or garble. */
void sp_classic_check_text(const char *file, GBytes *text, SpFindings *findings);
