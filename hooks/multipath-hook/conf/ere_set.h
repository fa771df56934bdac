/* SPDX-License-Identifier: MIT */
/* Sets of bytes, and how the two libraries of ere.h read them from a bracket. */
#ifndef ERE_SET_H
#define ERE_SET_H

#include <stdbool.h>
#include <stddef.h>

#define ERE_SET 32 /* bytes a set takes: a bit for each */

void ere_set_add(unsigned char *set, int from, int to);
/* "alpha" and the others, as the C locale has them; false for any other name. */
bool ere_set_add_class(unsigned char *set, const char *name, size_t n);

/* Adds what stands in a bracket. *p stands behind the "[" or "[^" and is moved behind the "]".
 * False where the library refuses the bracket. */
bool ere_set_glibc(unsigned char *set, const char **p);
bool ere_set_bundled(unsigned char *set, const char **p);

#endif
