/* SPDX-License-Identifier: MIT */
/* Extended regular expressions, as far as "does it match somewhere in this string" goes: all that
 * multipath uses of them. libc's own would be a third of this program (42 of 125 KiB), and
 * musl's answers otherwise than the parsers'. Bytes are compared as in the C locale.
 * The string has no newline: glibc takes one for the end of a line in places, unasked.
 * Time is linear in the string. tests/unit/hook/test_ere.c compares with glibc's regexec(). */
#ifndef ERE_H
#define ERE_H

/* Whose regcomp() and regexec() the parser calls, each with REG_EXTENDED | REG_NOSUB. */
enum ere_flavour {
    ERE_GLIBC,   /* multipath-tools 0.8 and later */
    ERE_BUNDLED, /* up to el7's 0.4.9: GNU regex 0.12 in libmultipath/regex.c */
};

/* ERE_BAD: regcomp() refuses the pattern.
 * ERE_UNSURE: the pattern compiles as far as we know, but what it does is not known:
 *   - a back-reference (\1): where the pattern with "anything" in its place does not match the
 *     answer is ERE_NO, else ERE_UNSURE
 *   - more than 1000 steps, 64 brackets or 100 groups in one another: always ERE_UNSURE, even
 *     where something behind that is wrong
 *   - ERE_BUNDLED only, always: an interval of what can match in two ways or can match nothing, as
 *     "(a|ab){2}"; a sign behind such an interval, as "a{0,1}*"; "a{0}". regex 0.12 forgets its
 *     counters when it goes back, and on some of these it never ends. */
enum ere { ERE_NO, ERE_YES, ERE_BAD, ERE_UNSURE };

enum ere ere_search(enum ere_flavour flavour, const char *pattern, const char *string);

#endif
