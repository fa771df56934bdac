/* SPDX-License-Identifier: MIT */
#ifndef SHA256_H
#define SHA256_H

#include "text.h"

/* FIPS 180-4, as 64 hex digits and a NUL. */
void sha256_hex(struct text text, char hex[65]);

#endif
