/* SPDX-License-Identifier: MIT */
#include "ere_set.h"

#include <string.h>

#define ADDED 256 /* of element(): what was read is in the set already */

void ere_set_add(unsigned char *set, int from, int to)
{
    for (int c = from; c <= to; c++)
        set[c >> 3] = (unsigned char)(set[c >> 3] | 1 << (c & 7));
}

bool ere_set_add_class(unsigned char *set, const char *name, size_t n)
{
    static const struct {
        char name[7], ranges[9]; /* of pairs */
    } classes[] = {
        {"alpha", "azAZ"},     {"digit", "09"},     {"alnum", "azAZ09"}, {"upper", "AZ"},
        {"lower", "az"},       {"space", "  \t\r"}, {"blank", "  \t\t"}, {"xdigit", "afAF09"},
        {"punct", "!/:@[`{~"}, {"print", " ~"},     {"graph", "!~"},     {"cntrl", "\1\37\177\177"},
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strlen(classes[i].name) == n && memcmp(classes[i].name, name, n) == 0) {
            for (const char *r = classes[i].ranges; *r; r += 2)
                ere_set_add(set, r[0], r[1]);
            return true;
        }
    return false;
}

/* One member of glibc's bracket: its byte, ADDED, or -1 where it is wrong. */
static int element(unsigned char *set, const char **p)
{
    int c = (unsigned char)*(*p)++;
    char kind = **p;
    if (c != '[' || (kind != '.' && kind != '=' && kind != ':'))
        return c;
    const char *name = *p + 1, *end = name;
    while (*end && !(end[0] == kind && end[1] == ']'))
        end++;
    if (!*end)
        return -1;
    *p = end + 2;
    size_t n = (size_t)(end - name);
    if (kind == ':')
        return ere_set_add_class(set, name, n) ? ADDED : -1;
    if (n != 1)
        return -1; /* the C locale has no collating element of more than a byte */
    c = (unsigned char)*name;
    if (kind == '.')
        return c;
    ere_set_add(set, c, c);
    return ADDED;
}

bool ere_set_glibc(unsigned char *set, const char **p)
{
    for (bool first = true; first || **p != ']'; first = false) {
        /* A "-" is plain at either end of the bracket only. */
        if (!**p || (!first && **p == '-' && (*p)[1] != ']'))
            return false;
        int from = element(set, p), to = from;
        if (from < 0)
            return false;
        if (from == ADDED)
            continue;
        if (**p == '-' && (*p)[1] != ']') {
            if (!*++*p)
                return false;
            to = element(set, p);
        }
        if (to < from || to == ADDED)
            return false;
        ere_set_add(set, from, to);
    }
    ++*p;
    return true;
}

/* "[:alpha:]" in a bracket of regex 0.12, p behind its "["; what only looks like it is plain bytes.
 * NULL where it is wrong. */
static const char *bundled_class(unsigned char *set, const char *p, bool *is_class)
{
    size_t n = strcspn(p + 1, ":]");
    *is_class = n <= strlen("xdigit") && p[1 + n] == ':' && p[2 + n] == ']';
    if (*is_class)
        return ere_set_add_class(set, p + 1, n) ? p + n + 3 : NULL;
    ere_set_add(set, '[', '[');
    ere_set_add(set, ':', ':');
    return p + 1;
}

/* Read in libmultipath/regex.c, regex_compile() and compile_range(). There is no "[.x.]" and no
 * "[=x=]", and "a-c-e" is "a-e". */
bool ere_set_bundled(unsigned char *set, const char **at)
{
    const char *p = *at;
    for (bool was_class = false; *p != ']' || p == *at;) {
        int c = (unsigned char)*p++;
        if (!c || (was_class && c == '-' && *p != ']'))
            return false;
        bool goes_on = c == '-' && *p != ']' && p[-2] != '[' && !(p[-2] == '^' && p[-3] == '[');
        if (goes_on || (p[0] == '-' && p[1] != ']')) {
            int from = goes_on ? (unsigned char)p[-2] : c;
            p += !goes_on;
            if ((unsigned char)*p < from) /* at the end of the pattern as well */
                return false;
            ere_set_add(set, from, (unsigned char)*p++);
        } else if (c == '[' && *p == ':') {
            p = bundled_class(set, p, &was_class);
            if (!p)
                return false;
        } else {
            was_class = false;
            ere_set_add(set, c, c);
        }
    }
    *at = p + 1;
    return true;
}
