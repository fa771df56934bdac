/* SPDX-License-Identifier: MIT */
/* What a parser does with a device's keyword in one of its sections (multipath.md 2 and appendix A;
 * tests/parsers runs all of it on real ones). */
#ifndef KEYWORD_H
#define KEYWORD_H

#include "mpread.h"

/* Is it a keyword that says something of a device, other than which one it is? */
bool mp_is_device_keyword(const char *keyword);

/* Does the parser act on it there? Not on a keyword it has not, or has no more; nor on a value it
 * cannot read. */
bool mp_takes(unsigned parser, enum mp_level level, const char *keyword, const char *value);

/* 0.8.4 to 0.8.7 reject the whole file for an invalid number. */
bool mp_rejects(unsigned parser, const char *keyword, const char *value);

#endif
