/* SPDX-License-Identifier: MIT */
#include "ere.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define MOST_STEPS 1000
#define MOST_SETS  64
#define MOST_TIMES 255 /* RE_DUP_MAX */

enum op { BYTE, ANY, SET, SPLIT, JUMP, AT_BEGIN, AT_END, MATCH };

/* Jumps are relative, so that a piece of program can be moved and copied as it is. */
struct step {
    enum op op;
    int x, y; /* BYTE: the byte; SET: its number; SPLIT: both ways; JUMP: x */
};

struct program {
    struct step step[MOST_STEPS];
    int n;
    unsigned char set[MOST_SETS][32];
    int set_count;
    const char *p; /* what is left of the pattern */
    int depth;     /* of open parentheses */
};

static bool alternatives(struct program *g);

static bool emit(struct program *g, enum op op, int x, int y)
{
    if (g->n == MOST_STEPS)
        return false;
    g->step[g->n++] = (struct step){op, x, y};
    return true;
}

static bool insert(struct program *g, int at, enum op op, int x, int y)
{
    if (!emit(g, MATCH, 0, 0))
        return false;
    memmove(&g->step[at + 1], &g->step[at], (size_t)(g->n - 1 - at) * sizeof *g->step);
    g->step[at] = (struct step){op, x, y};
    return true;
}

static bool append_copy(struct program *g, const struct step *from, int n)
{
    if (g->n + n > MOST_STEPS)
        return false;
    memcpy(&g->step[g->n], from, (size_t)n * sizeof *from);
    g->n += n;
    return true;
}

static void set_add(unsigned char *set, int c)
{
    set[c >> 3] = (unsigned char)(set[c >> 3] | 1 << (c & 7));
}

static bool in_class(const char *name, size_t n, int c)
{
    static const struct {
        const char *name, *ranges;
    } classes[] = {
        {"alpha", "azAZ"},     {"digit", "09"},     {"alnum", "azAZ09"}, {"upper", "AZ"},
        {"lower", "az"},       {"space", "  \t\r"}, {"blank", "  \t\t"}, {"xdigit", "afAF09"},
        {"punct", "!/:@[`{~"}, {"print", " ~"},     {"graph", "!~"},     {"cntrl", "\1\37\177\177"},
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strlen(classes[i].name) == n && memcmp(classes[i].name, name, n) == 0)
            for (const char *r = classes[i].ranges; *r; r += 2)
                if (c >= r[0] && c <= r[1])
                    return true;
    return false;
}

static bool known_class(const char *name, size_t n)
{
    for (int c = 1; c < 128; c++)
        if (in_class(name, n, c))
            return true;
    return false;
}

/* "[:alpha:]" inside a bracket; g->p stands behind "[:". */
static bool class(struct program *g, unsigned char *set)
{
    const char *end = strstr(g->p, ":]");
    if (!end || !known_class(g->p, (size_t)(end - g->p)))
        return false;
    for (int c = 1; c < 128; c++)
        if (in_class(g->p, (size_t)(end - g->p), c))
            set_add(set, c);
    g->p = end + 2;
    return true;
}

/* "[...]"; g->p stands behind the "[". */
static bool bracket(struct program *g)
{
    if (g->set_count == MOST_SETS)
        return false;
    unsigned char *set = g->set[g->set_count];
    memset(set, 0, sizeof g->set[0]);
    bool negate = *g->p == '^';
    g->p += negate;
    for (bool first = true; first || *g->p != ']'; first = false) {
        if (!*g->p || (g->p[0] == '[' && (g->p[1] == '.' || g->p[1] == '=')))
            return false; /* collating elements: nobody's vendor string */
        if (g->p[0] == '[' && g->p[1] == ':') {
            g->p += 2;
            if (!class(g, set))
                return false;
            continue;
        }
        int from = (unsigned char)*g->p++, to = from;
        if (g->p[0] == '-' && g->p[1] && g->p[1] != ']') {
            to = (unsigned char)g->p[1];
            g->p += 2;
        }
        if (to < from)
            return false;
        for (int c = from; c <= to; c++)
            set_add(set, c);
    }
    g->p++;
    for (size_t i = 0; negate && i < sizeof g->set[0]; i++)
        set[i] = (unsigned char)~set[i];
    return emit(g, SET, g->set_count++, 0);
}

static bool atom(struct program *g)
{
    char c = *g->p++;
    switch (c) {
    case '(':
        g->depth++;
        if (!alternatives(g) || *g->p != ')')
            return false;
        g->depth--;
        g->p++;
        return true;
    case '[':
        return bracket(g);
    case '.':
        return emit(g, ANY, 0, 0);
    case '^':
        return emit(g, AT_BEGIN, 0, 0);
    case '$':
        return emit(g, AT_END, 0, 0);
    case '\\':
        c = *g->p++;
        return c && emit(g, BYTE, (unsigned char)c, 0);
    default:
        return emit(g, BYTE, (unsigned char)c, 0);
    }
}

static bool number(struct program *g, int *value)
{
    if (*g->p < '0' || *g->p > '9')
        return false;
    for (*value = 0; *g->p >= '0' && *g->p <= '9' && *value <= MOST_TIMES; g->p++)
        *value = *value * 10 + (*g->p - '0');
    return *value <= MOST_TIMES;
}

/* How often: the sign at g->p, which is moved behind it. most < 0: without end. */
static bool times(struct program *g, int *least, int *most)
{
    char sign = *g->p++;
    *least = sign == '+';
    *most = sign == '?' ? 1 : -1;
    if (sign != '{')
        return true;
    if (!number(g, least))
        return false;
    *most = *least;
    if (*g->p == ',') {
        g->p++;
        *most = -1;
        if (*g->p != '}' && !number(g, most))
            return false;
    }
    return *g->p++ == '}' && (*most < 0 || *most >= *least);
}

/* Turns the piece that begins at `at` into itself repeated. */
static bool repeat(struct program *g, int at, int least, int most)
{
    struct step piece[MOST_STEPS];
    int n = g->n - at;
    memcpy(piece, &g->step[at], (size_t)n * sizeof *piece);
    g->n = at;
    for (int i = 0; i < least; i++)
        if (!append_copy(g, piece, n))
            return false;
    if (most < 0)
        return emit(g, SPLIT, 1, n + 2) && append_copy(g, piece, n) && emit(g, JUMP, -(n + 1), 0);
    for (int i = least; i < most; i++)
        if (!emit(g, SPLIT, 1, n + 1) || !append_copy(g, piece, n))
            return false;
    return true;
}

static bool branch(struct program *g)
{
    while (*g->p && *g->p != '|' && !(*g->p == ')' && g->depth)) {
        int at = g->n, least, most;
        /* A sign with nothing before it repeats nothing, as in the library 0.4.x brings along. */
        if (!strchr("*+?{", *g->p) && !atom(g))
            return false;
        while (*g->p && strchr("*+?{", *g->p))
            if (!times(g, &least, &most) || !repeat(g, at, least, most))
                return false;
    }
    return true;
}

static bool alternatives(struct program *g)
{
    int at = g->n;
    if (!branch(g))
        return false;
    if (*g->p != '|')
        return true;
    g->p++;
    if (!insert(g, at, SPLIT, 1, g->n - at + 2))
        return false;
    int jump = g->n;
    if (!emit(g, JUMP, 0, 0) || !alternatives(g))
        return false;
    g->step[jump].x = g->n - jump;
    return true;
}

struct states {
    bool on[MOST_STEPS + 1];
};

/* All states reachable without reading a byte. */
static void reach(const struct program *g, struct states *s, int i, bool begin, bool end)
{
    if (s->on[i])
        return;
    s->on[i] = true;
    const struct step *step = &g->step[i];
    if (step->op == SPLIT || step->op == JUMP)
        reach(g, s, i + step->x, begin, end);
    if (step->op == SPLIT)
        reach(g, s, i + step->y, begin, end);
    if ((step->op == AT_BEGIN && begin) || (step->op == AT_END && end))
        reach(g, s, i + 1, begin, end);
}

static bool takes(const struct program *g, const struct step *step, unsigned char c)
{
    return step->op == ANY || (step->op == BYTE && step->x == c) ||
           (step->op == SET && g->set[step->x][c >> 3] >> (c & 7) & 1);
}

static bool is_special(char c)
{
    switch (c) {
    case '\\':
    case '^':
    case '$':
    case '.':
    case '[':
    case ']':
    case '(':
    case ')':
    case '|':
    case '*':
    case '+':
    case '?':
    case '{':
    case '}':
        return true;
    default:
        return false;
    }
}

enum ere ere_search(enum ere_flavour flavour, const char *pattern, const char *string)
{
    (void)flavour;
    /* Nearly every pattern is a plain word. */
    const char *p = pattern;
    while (*p && !is_special(*p))
        p++;
    if (!*p)
        return strstr(string, pattern) ? ERE_YES : ERE_NO;
    struct program g = {.p = pattern};
    if (!alternatives(&g) || *g.p || !emit(&g, MATCH, 0, 0))
        return ERE_BAD;

    struct states now = {0};
    for (const char *s = string;; s++) {
        struct states next = {0};
        reach(&g, &now, 0, s == string, !*s); /* a match may begin at any byte */
        if (now.on[g.n - 1])
            return ERE_YES;
        if (!*s)
            return ERE_NO;
        for (int i = 0; i < g.n - 1; i++)
            if (now.on[i] && takes(&g, &g.step[i], (unsigned char)*s))
                reach(&g, &next, i + 1, false, !s[1]);
        now = next;
    }
}
