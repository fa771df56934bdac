/* SPDX-License-Identifier: MIT */
#include "mptoken.h"

#include <string.h>

#ifndef __clang__ /* every byte of every file goes through this; the rest is compiled for size */
#pragma GCC optimize("O2")
#endif

#define TOKENS MP_LINE

/* From 0.4.9 on a byte over 127 counts as white space outside a word in quotes. */
static bool is_blank(enum mp_era era, char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || (era >= MP_049 && (unsigned char)c > 127);
}

static bool is_comment(char c)
{
    return c == '#' || c == '!';
}

static bool is_brace(enum mp_era era, char c)
{
    return era >= MP_049 && (c == '{' || c == '}');
}

/* What ends a word outside a string. */
static bool ends_word(enum mp_era era, char c)
{
    return is_blank(era, c) || is_brace(era, c) || (era >= MP_049 && is_comment(c));
}

static const char *word_end(enum mp_era era, const char *s, const char *end, bool in_string)
{
    for (; s < end; s++) {
        if (*s != '"' && (in_string || !ends_word(era, *s)))
            continue;
        /* 0.7.6: two quotes inside a string are one quote, not its end. */
        if (*s != '"' || era < MP_MODERN || !in_string || s + 1 == end || s[1] != '"')
            break;
        s++;
    }
    return s;
}

/* Splits what is behind the first token of a line into the parser's tokens, at most `most`; a quote
 * is a token of its own, and in_string tells whether the first was one. */
static size_t split(enum mp_era era, struct text rest, bool in_string, struct text *tokens,
                    size_t most)
{
    const char *s = rest.p, *end = rest.p + rest.n;
    size_t count = 0;

    for (;;) {
        bool keep_blanks = era == MP_MODERN && in_string;
        while (!keep_blanks && s < end && is_blank(era, *s))
            s++;
        if (s == end || (is_comment(*s) && !keep_blanks) || count == most)
            return count;
        const char *start = s;
        bool doubled = era == MP_MODERN && in_string && s + 1 < end && s[1] == '"';
        if (*s == '"' && !doubled) {
            s++;
            in_string = !in_string;
        } else if (!in_string && is_brace(era, *s)) {
            s++;
        } else {
            s = word_end(era, s, end, in_string);
        }
        tokens[count++] = (struct text){start, (size_t)(s - start)};
    }
}

static size_t put(char *value, size_t at, const char *p, size_t n)
{
    memcpy(value + at, p, n);
    return at + n;
}

/* Up to el6 a quoted value is all tokens between the first quote and the last token, quotes in
 * between included: `"X",` reads X", a missing closing quote reads as nothing. */
static size_t join_old_value(const struct text *tokens, size_t count, char *value)
{
    size_t n = 0;
    for (size_t i = 1; i < count; i++) {
        if (i > 1 && !mp_is_quote(tokens[i]) && !mp_is_quote(tokens[i - 1]))
            n = put(value, n, " ", 1);
        if (i + 1 < count)
            n = put(value, n, tokens[i].p, tokens[i].n);
    }
    return n;
}

size_t mp_token_value(enum mp_era era, struct text keyword, struct text rest, char value[MP_VALUE])
{
    struct text tokens[TOKENS];
    size_t most = era <= MP_049 ? TOKENS - 1 : 2; /* only old ones look behind the second */
    size_t count = split(era, rest, mp_is_quote(keyword), tokens, most), n = 0;
    if (!count) {
        ; /* none */
    } else if (!mp_is_quote(tokens[0])) {
        n = put(value, n, tokens[0].p, tokens[0].n);
    } else if (era <= MP_049) {
        n = join_old_value(tokens, count, value);
    } else if (count > 1 && !mp_is_quote(tokens[1])) {
        for (size_t i = 0; i < tokens[1].n; i++) {
            n = put(value, n, tokens[1].p + i, 1);
            if (era == MP_MODERN && tokens[1].p[i] == '"')
                i++;
        }
    }
    value[n] = '\0';
    return n;
}

const char *mp_token_begin(enum mp_era era, struct text line)
{
    const char *s = line.p, *end = line.p + line.n;
    while (s < end && is_blank(era, *s))
        s++;
    return s < end && !is_comment(*s) ? s : NULL;
}

struct text mp_first_token(enum mp_era era, struct text line, struct text *rest)
{
    const char *begin = mp_token_begin(era, line), *end = line.p + line.n, *s = end;
    if (!begin)
        begin = end;
    else if (*begin == '"' || is_brace(era, *begin))
        s = begin + 1;
    else
        s = word_end(era, begin, end, false);
    *rest = (struct text){s, (size_t)(end - s)};
    return (struct text){begin, (size_t)(s - begin)};
}

bool mp_version_of(struct text name, unsigned *version)
{
    static const char between[] = "..-";
    unsigned number = 0, count = 0;
    bool digit = false;
    *version = 0;
    for (size_t i = 0; i <= name.n; i++) {
        if (i < name.n && name.p[i] >= '0' && name.p[i] <= '9') {
            digit = true;
            number = number * 10 + (unsigned)(name.p[i] - '0');
            if (number > 255)
                return false;
            continue;
        }
        if (!digit || count > 3 || (i < name.n && (count > 2 || name.p[i] != between[count])))
            return false;
        *version |= number << (24 - 8 * count++);
        number = 0;
        digit = false;
    }
    return count >= 3;
}
