/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One stanza, three dialects. Derivation is by the keyword table and two rules of multipath.md
 * section 0.3: `rr_min_io_rq N` beside `rr_min_io N` (request-based multipath reads only that), and
 * `detect_pgpolicy no` for el10 where the grouping policy must hold on ALUA LUNs. Pure. */
#pragma once
#include "stanza.h"

/* The blocks for a dialect, LF line ends. el5 is the vendor's text. Every change is a finding:
 * SP_INFO where a rule makes it, SP_WARNING where a setting is lost. The caller unrefs. */
GBytes *sp_dialect_derive(const SpStanza *stanza, SpDialect dialect, SpFindings *findings);
/* A stanza written by hand for a dialect must hold nothing that dialect would warn about. */
void sp_dialect_check(const SpStanza *stanza, SpDialect dialect, SpFindings *findings);
