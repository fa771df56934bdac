/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One stanza, a text for each parser: its device blocks, then the sections beside them. What a
 * parser does not know is left out, or put as it knows it; what keeps a text's meaning there is
 * added: `rr_min_io_rq N` beside `rr_min_io N`, which is what request-based multipath reads,
 * `features "0"` for 0.4.9-86, which dies on merging devices of which ours has none (parsers-2.md
 * P2), and `detect_pgpolicy no` where the grouping policy must hold on ALUA LUNs (multipath.md
 * section 0.3). Pure. */
#pragma once
#include "stanza.h"

/* The blocks for a parser, LF line ends. Every change is a finding: SP_INFO where the meaning is
 * kept, SP_WARNING where hosts do not get it. One that is told of the parser before already is
 * widened to this one. `findings` and `delivery` may be NULL: hosts the pack is not for. The caller
 * unrefs. */
GBytes *sp_dialect_derive(const SpStanza *stanza, SpParser parser, SpFindings *findings,
                          SpDelivery *delivery);
/* The same of a text written by hand for the parsers from `first` on. It is taken as it is but for
 * `features "0"` and what parsers later than `first` have given up. What `first` does not know, or
 * a later one never knew, is SP_BAD. */
GBytes *sp_dialect_take(const SpStanza *hand, SpParser first, SpParser parser, SpFindings *findings,
                        SpDelivery *delivery);

/* The `prio` that does what a `prio_callout` did, or NULL: a program with options did more. */
const char *sp_dialect_prio(const char *callout);
/* The call of the program that does what a `prio` does, for 0.4.7; NULL; the caller frees. */
char *sp_dialect_callout(const char *prio);
