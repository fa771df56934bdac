/* SPDX-License-Identifier: MIT */
/* POSIX extended regular expressions, as far as "does it match somewhere in this string" goes: all
 * that multipath uses of them. libc's own would be a third of this program (42 of 125 KiB).
 * Time is linear in the string. tests/unit/hook/test_ere.c compares with glibc's regexec(). */
#ifndef ERE_H
#define ERE_H

enum ere { ERE_NO, ERE_YES, ERE_BAD };

/* ERE_BAD: not an expression, or one of more than 1000 steps. */
enum ere_flavour { ERE_BUNDLED, ERE_GLIBC };
enum ere ere_search(enum ere_flavour flavour, const char *pattern, const char *string);

#endif
