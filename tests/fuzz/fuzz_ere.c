/* SPDX-License-Identifier: MIT */
/* Expressions against glibc's. The input is a pattern, a NUL and a string. */
#include "ere.h"
#include "fuzz.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

/* Up to here glibc takes a bounded time. */
#define MOST_PATTERN 32
#define MOST_STRING  64
#define MOST_TIMES   20

static bool is_in(const char *set, char c)
{
    return c && strchr(set, c);
}

/* Behind the "]" of the bracket that p stands in, or at the end where there is none; NULL where a
 * range begins or ends with another one or with a class, of which POSIX knows nothing. */
static const char *behind_bracket(const char *p)
{
    p += *p == '^';
    for (bool first = true; *p && (first || *p != ']'); first = false) {
        if (p[0] == '[' && p[1] == ':' && strstr(p + 2, ":]")) {
            p = strstr(p + 2, ":]") + 2;
            if (p[0] == '-' && p[1] && p[1] != ']')
                return NULL;
        } else if (p[0] && p[1] == '-' && p[2] && p[2] != ']') {
            p += 3;
            if (p[-1] == '[' || (p[0] == '-' && p[1] != ']'))
                return NULL;
        } else {
            p++;
        }
    }
    return *p ? p + 1 : p;
}

static bool is_large(const char *count)
{
    char *end;
    return strtoul(count, &end, 10) > MOST_TIMES ||
           (*end == ',' && strtoul(end + 1, NULL, 10) > MOST_TIMES);
}

/* Is it one of the few expressions the two may take differently?
 *   - glibc's own signs: "\<", "\w", and "\1", which besides takes exponential time
 *   - "a{200}{200}", which takes glibc all memory, "a{300}" and what else is over our bounds, and
 *     "a{,2}", which POSIX does not know
 *   - anchors within an expression, on which the standards disagree
 *   - a sign of repetition with nothing to repeat, which we take as 0.4.x's own library did
 *   - bytes over 127, of which the C locale knows no order */
static bool is_disputed(const char *pattern)
{
    unsigned counted = 0;
    char before = '(';
    for (const char *p = pattern; *p;) {
        char c = *p++;
        if ((unsigned char)c > 127 || (c == '\\' && !is_in("\\^$.[]()|*+?{}", *p)) ||
            (c == '^' && (p > pattern + 1 || is_in("*+?{", *p))) || (c == '$' && *p) ||
            (is_in("*+?{", c) && is_in("(|*+?{}", before)) ||
            (c == '{' && (counted++ || *p == ',' || is_large(p))))
            return true;
        before = c == '\\' ? 'x' : c;
        if (c == '\\')
            p++;
        if (c == '[' && !(p = behind_bracket(p)))
            return true;
    }
    return false;
}

/* On the string of the input and on a few that many expressions tell apart. */
static void compare(const char *pattern, const char *string)
{
    const char *strings[] = {string,   pattern, "",         "a",      "aab",
                             "abcabc", "b\n",   "aaaaaaaa", "Z 9-\t]"};
    regex_t r;
    bool compiles = regcomp(&r, pattern, REG_EXTENDED | REG_NOSUB) == 0;
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        enum ere theirs = ERE_BAD;
        if (compiles)
            theirs = regexec(&r, strings[i], 0, NULL, 0) == 0 ? ERE_YES : ERE_NO;
        must(ere_search(pattern, strings[i]) == theirs);
    }
    if (compiles)
        regfree(&r);
}

/* As it is and, for how often something is repeated shows in a whole string only, between anchors.
 */
static void compare_both(const char *pattern, const char *string)
{
    char whole[MOST_PATTERN + 5];
    compare(pattern, string);
    if (!strpbrk(pattern, "^$")) {
        snprintf(whole, sizeof whole, "^(%s)$", pattern);
        compare(whole, string);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;
    if (!nul)
        return 0;
    size_t n = (size_t)(nul - data) + 1, rest = size - n;
    char *pattern = malloc(n), *string = malloc(rest + 1);
    must(pattern && string);
    memcpy(pattern, data, n);
    memcpy(string, nul + 1, rest);
    string[rest] = '\0';

    enum ere once = ere_search(pattern, string);
    must(once == ERE_BAD || ere_search(pattern, "") != ERE_BAD);
    if (n <= MOST_PATTERN && strlen(string) <= MOST_STRING && !is_disputed(pattern))
        compare_both(pattern, string);
    free(pattern);
    free(string);
    return 0;
}
