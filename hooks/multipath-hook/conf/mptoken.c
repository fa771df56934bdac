/* SPDX-License-Identifier: MIT */
#include "mptoken.h"

#include <string.h>

COMPILE_FOR_SPEED

#define TOKENS MP_LINE

/* What a byte is to the tokenizer, one bit each; LETTER, WORD and TEXT are what is no more than
 * that to any of them: in a keyword, in a value, in a value in quotes. */
enum {
    BLANK = 1,
    COMMENT = 2,
    BRACE = 4,
    QUOTE = 8,
    HIGH = 16,
    LETTER = 32,
    WORD = 64,
    TEXT = 128
};

static const unsigned char kinds[256] = {
    ['\t'] = BLANK,
    ['\n'] = BLANK,
    ['\v'] = BLANK,
    ['\f'] = BLANK,
    ['\r'] = BLANK,
    [' '] = BLANK | TEXT,
    ['!'] = COMMENT | TEXT,
    ['"'] = QUOTE,
    ['#'] = COMMENT | TEXT,
    ['$' ... '^'] = WORD | TEXT,
    ['_'] = LETTER | WORD | TEXT,
    ['`'] = WORD | TEXT,
    ['a' ... 'z'] = LETTER | WORD | TEXT,
    ['{'] = BRACE | TEXT,
    ['|'] = WORD | TEXT,
    ['}'] = BRACE | TEXT,
    ['~'] = WORD | TEXT,
    [128 ... 255] = HIGH,
};

static bool is_a(char c, unsigned kind)
{
    return kinds[(unsigned char)c] & kind;
}

/* From 0.4.9 on a byte over 127 counts as white space outside a word in quotes. */
static unsigned blank_in(enum mp_era era)
{
    return era >= MP_049 ? BLANK | HIGH : BLANK;
}

static bool is_blank(enum mp_era era, char c)
{
    return is_a(c, blank_in(era));
}

static bool is_comment(char c)
{
    return is_a(c, COMMENT);
}

static const char *word_end(enum mp_era era, const char *s, const char *end, bool in_string)
{
    unsigned stop = QUOTE | (in_string ? 0 : blank_in(era));
    if (era >= MP_049 && !in_string)
        stop |= COMMENT | BRACE;
    for (; s < end; s++) {
        if (!is_a(*s, stop))
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
        } else if (era >= MP_049 && !in_string && (*s == '{' || *s == '}')) {
            s++;
        } else {
            s = word_end(era, s, end, in_string);
        }
        tokens[count++] = (struct text){start, (size_t)(s - start)};
    }
}

static const char *behind(const char *s, const char *end, unsigned kind)
{
    while (s < end && is_a(*s, kind))
        s++;
    return s;
}

bool mp_usual(struct text line, struct text *keyword, struct text *value)
{
    const char *end = line.p + line.n, *word = behind(line.p, end, BLANK);
    const char *s = behind(word, end, LETTER), *start = s;
    while (end - start >= 8 && bytes_eq(start, "        ", 8)) /* columns */
        start += 8;
    start = behind(start, end, BLANK);
    *keyword = (struct text){word, (size_t)(s - word)};
    if (s == word || start == s || start == end)
        return false;
    bool quoted = *start == '"';
    start += quoted;
    s = behind(start, end, quoted ? TEXT : WORD);
    /* At the beginning of a string eras differ about blanks and signs of comments. */
    if (s == start || is_a(*start, BLANK | COMMENT) || (quoted && (s == end || *s != '"')))
        return false;
    *value = (struct text){start, (size_t)(s - start)};
    return behind(s + quoted, end, BLANK) == end;
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
    else if (*begin == '"' || (era >= MP_049 && (*begin == '{' || *begin == '}')))
        s = begin + 1;
    else
        s = word_end(era, begin, end, false);
    *rest = (struct text){s, (size_t)(end - s)};
    return (struct text){begin, (size_t)(s - begin)};
}
