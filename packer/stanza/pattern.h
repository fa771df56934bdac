/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the vendor, product and revision of a device block really match. They are POSIX extended
 * regular expressions, unanchored and case-sensitive, compared with the blank-padded strings of
 * SCSI INQUIRY (multipath.md 1.3): what never matches, and what matches more than was meant. */
#pragma once
#include "stanza.h"

/* Adds SP_WARNING, or SP_INFO for what is usual but worth knowing. */
void sp_pattern_judge(const SpStanza *stanza, SpFindings *findings);
/* A shortest text that the pattern matches, as far as can be told; the caller frees. */
char *sp_pattern_sample(const char *pattern);
/* Does it match anywhere in the text? A pattern that does not compile matches nothing. */
gboolean sp_pattern_matches(const char *pattern, const char *text);
