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
#define MOST_COPIES  64

static bool is_in(const char *set, char c)
{
    return c && strchr(set, c);
}

/* The larger number behind a "{", in which "\0" is a digit too. */
static unsigned copies(const char *p)
{
    unsigned now = 0, most = 1;
    for (; is_in("0123456789,\\", *p) && now <= MOST_COPIES; p++) {
        now = *p == ',' ? 0 : *p == '\\' ? now : now * 10 + (unsigned)(*p - '0');
        most = now > most ? now : most;
    }
    return most;
}

/* "a{200}{200}" takes glibc all memory, signs on signs ("a+*{,}*") time that multiplies with each,
 * and a back-reference in a repetition time nobody waits for. */
static bool is_costly(const char *pattern)
{
    unsigned all = 1;
    for (const char *p = pattern; *p; p++) {
        if (*p == '{')
            all *= copies(p + 1);
        if (p > pattern && is_in("*+?{", *p) && is_in("*+?})", p[-1]))
            all *= 4;
        if (all > MOST_COPIES || (*p == '\\' && is_in("123456789", p[1])))
            return true;
    }
    return false;
}

/* On the string of the input and on a few that many expressions tell apart. */
static void compare(const char *pattern, const char *string)
{
    const char *strings[] = {string,   pattern,    "",         "a",      "aab",
                             "abcabc", "b _9\xe9", "aaaaaaaa", "Z 9-\t]"};
    regex_t r;
    bool compiles = regcomp(&r, pattern, REG_EXTENDED | REG_NOSUB) == 0;
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        if (strchr(strings[i], '\n')) /* ere.h does not take them */
            continue;
        enum ere theirs = ERE_BAD, ours = ere_search(ERE_GLIBC, pattern, strings[i]);
        if (compiles)
            theirs = regexec(&r, strings[i], 0, NULL, 0) == 0 ? ERE_YES : ERE_NO;
        must(ours == theirs || (ours == ERE_UNSURE && compiles && strchr(pattern, '{')));
    }
    if (compiles)
        regfree(&r);
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

    /* Whether it compiles has nothing to do with the string. */
    for (enum ere_flavour f = ERE_GLIBC; f <= ERE_BUNDLED; f++)
        must((ere_search(f, pattern, string) == ERE_BAD) ==
             (ere_search(f, pattern, "") == ERE_BAD));
    if (n <= MOST_PATTERN && strlen(string) <= MOST_STRING && !is_costly(pattern)) {
        /* How often something is repeated shows in a whole string only, between anchors. */
        char whole[MOST_PATTERN + 5];
        snprintf(whole, sizeof whole, "^(%s)$", pattern);
        compare(pattern, string);
        compare(whole, string);
    }
    free(pattern);
    free(string);
    return 0;
}
