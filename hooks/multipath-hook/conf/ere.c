/* SPDX-License-Identifier: MIT */
#include "ere.h"
#include "ere_set.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define MOST_STEPS 1000
#define MOST_SETS  64
#define MOST_DEPTH 100
#define MOST_TIMES 0x7fff /* RE_DUP_MAX of both libraries */

enum op { BYTE, ANY, SET, SPLIT, JUMP, LOOK, MATCH };

/* Jumps are relative, so that a piece of program can be moved and copied as it is. */
struct step {
    enum op op;
    int x, y; /* BYTE: the byte; SET: its number; SPLIT: both ways; JUMP: x; LOOK: what for */
};

struct program {
    bool glibc;
    struct step step[MOST_STEPS];
    int n;
    unsigned char set[MOST_SETS][ERE_SET];
    int set_count;
    const char *p;           /* what is left of the pattern */
    int depth;               /* of open parentheses */
    unsigned groups, closed; /* how many were opened; which of the first nine a \1 may mean */
    int last;                /* where what a sign repeats begins; < 0: there is nothing */
    int run;                 /* regex 0.12: the end of the plain text it takes as one atom */
    bool too_large;
    bool yes_unsure, no_unsure; /* a match, no match says nothing of the library's answer */
};

static bool alternatives(struct program *g);

static bool too_large(struct program *g)
{
    g->too_large = true;
    return false;
}

static bool emit(struct program *g, enum op op, int x, int y)
{
    if (g->n == MOST_STEPS)
        return too_large(g);
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

/* A new empty set, NULL where there are too many. */
static unsigned char *set_new(struct program *g)
{
    if (g->set_count == MOST_SETS) {
        g->too_large = true;
        return NULL;
    }
    unsigned char *set = g->set[g->set_count];
    memset(set, 0, sizeof g->set[0]);
    return set;
}

static bool set_end(struct program *g, unsigned char *set, bool negate)
{
    for (size_t i = 0; negate && i < sizeof g->set[0]; i++)
        set[i] = (unsigned char)~set[i];
    return emit(g, SET, g->set_count++, 0);
}

/* "[...]"; g->p stands behind the "[". */
static bool bracket(struct program *g)
{
    unsigned char *set = set_new(g);
    bool negate = *g->p == '^';
    g->p += negate;
    return set && (g->glibc ? ere_set_glibc : ere_set_bundled)(set, &g->p) &&
           set_end(g, set, negate);
}

/* regex 0.12 repeats plain text as a whole where there is an anchor between it and the sign. */
static bool byte(struct program *g, char c)
{
    if (g->glibc || g->run != g->n || strchr("*^+?{", *g->p))
        g->last = g->n;
    bool ok = emit(g, BYTE, (unsigned char)c, 0);
    g->run = g->n;
    return ok;
}

/* glibc lets no sign follow an anchor; regex 0.12 passes over it. */
static bool look(struct program *g, char what)
{
    if (g->glibc)
        g->last = -1;
    return emit(g, LOOK, what, 0);
}

/* \1: in its place "anything". */
static bool back_reference(struct program *g, char digit)
{
    unsigned i = (unsigned)(digit - '1');
    bool closed = g->closed >> i & 1;
    if (g->glibc ? !closed : i >= g->groups)
        return false;
    if (!closed)
        return byte(g, digit);
    g->last = g->n;
    g->yes_unsure = true;
    return emit(g, SPLIT, 1, 3) && emit(g, ANY, 0, 0) && emit(g, JUMP, -2, 0);
}

/* What follows a backslash. */
static bool escape(struct program *g)
{
    char c = *g->p++;
    unsigned char *set;
    switch (c) {
    case '\0':
        return false;
    case '<':
    case '>':
    case 'b':
    case 'B':
        return look(g, c);
    case '`':
        return look(g, '^');
    case '\'':
        return look(g, '$');
    case 's':
    case 'S':
        if (!g->glibc)
            return byte(g, c);
        /* fall through */
    case 'w':
    case 'W':
        if (!(set = set_new(g)))
            return false;
        if ((c | 32) == 'w') {
            ere_set_add_class(set, "alnum", 5);
            ere_set_add(set, '_', '_');
        } else {
            ere_set_add_class(set, "space", 5);
        }
        g->last = g->n;
        return set_end(g, set, c < 'a');
    default:
        return c >= '1' && c <= '9' ? back_reference(g, c) : byte(g, c);
    }
}

static bool group(struct program *g)
{
    int at = g->n;
    unsigned i = g->groups++;
    if (g->depth++ == MOST_DEPTH)
        return too_large(g);
    if (!alternatives(g) || *g->p != ')')
        return false;
    g->p++;
    g->depth--;
    if (i < 9)
        g->closed |= 1U << i;
    g->last = at;
    g->run = -1;
    return true;
}

static bool atom(struct program *g)
{
    char c = *g->p++;
    switch (c) {
    case '(':
        return group(g);
    case '[':
        g->last = g->n;
        return bracket(g);
    case '.':
        g->last = g->n;
        return emit(g, ANY, 0, 0);
    case '^':
    case '$':
        return look(g, c);
    case '\\':
        return escape(g);
    default:
        return byte(g, c);
    }
}

/* < 0: none. glibc reads "\0" and "\," as the bare byte here as well. */
static int number(struct program *g)
{
    for (int n = -1;; g->p++) {
        if (g->glibc && g->p[0] == '\\' && (g->p[1] == '0' || g->p[1] == ','))
            g->p++;
        if (*g->p < '0' || *g->p > '9')
            return n;
        if (n <= MOST_TIMES)
            n = (n < 0 ? 0 : n * 10) + (*g->p - '0');
    }
}

/* "{2,3}"; g->p stands behind the "{". most < 0: without end. */
static bool interval(struct program *g, int *least, int *most)
{
    *least = *most = number(g);
    if (*g->p == ',') {
        if (g->glibc && *least < 0)
            *least = 0;
        g->p++;
        *most = number(g);
    }
    return *g->p++ == '}' && *least >= 0 && *least <= MOST_TIMES && *most <= MOST_TIMES &&
           (*most < 0 || *least <= *most);
}

/* Does regex 0.12 lose its way repeating this? See ere.h. */
static bool is_hard(const struct step *piece, int n)
{
    bool eats = false;
    for (int i = 0; i < n; i++) {
        if (piece[i].op == SPLIT)
            return true;
        eats |= piece[i].op <= SET;
    }
    return !eats;
}

/* Turns what begins at g->last into itself repeated. */
static bool repeat(struct program *g, int least, int most)
{
    struct step piece[MOST_STEPS];
    int at = g->last, n = g->n - at, copies = most < 0 && least == 0 ? 1 : least;
    memcpy(piece, &g->step[at], (size_t)n * sizeof *piece);
    g->n = at;
    if (n == 0)
        return true;
    for (int i = 0; i < copies || i < most; i++) {
        if ((i >= least && !emit(g, SPLIT, 1, most < 0 ? n + 2 : n + 1)) || g->n + n > MOST_STEPS)
            return too_large(g);
        memcpy(&g->step[g->n], piece, (size_t)n * sizeof *piece);
        g->n += n;
    }
    if (most >= 0)
        return true;
    return least ? emit(g, SPLIT, -n, 1) : emit(g, JUMP, -(n + 1), 0);
}

/* The signs at g->p. A sign with nothing before it is an error for glibc, and nothing for regex
 * 0.12, which takes a "{" that begins no interval as a plain byte. */
static bool repetition(struct program *g)
{
    const char *begin = g->p;
    bool is_interval = *begin == '{', is_group = g->last >= 0 && begin[-1] == ')';
    int least = 1, most = 1;
    if (g->glibc && g->last < 0)
        return false;
    if (is_interval) {
        g->p++;
        if (!interval(g, &least, &most)) {
            g->p = begin + 1;
            return !g->glibc && byte(g, '{');
        }
        if (g->last < 0)
            g->last = g->n;
    }
    for (; !is_interval && *g->p && strchr("*+?", *g->p); g->p++) {
        least &= *g->p == '+';
        most = *g->p == '?' ? most : -1;
    }
    g->run = -1;
    if (g->last < 0)
        return true;
    if (!g->glibc && (is_interval || !is_group) &&
        (most == 0 || is_hard(&g->step[g->last], g->n - g->last)))
        g->yes_unsure = g->no_unsure = true;
    return repeat(g, least, most);
}

static bool branch(struct program *g)
{
    g->last = g->run = -1;
    while (*g->p && *g->p != '|' && !(*g->p == ')' && g->depth))
        if (!(strchr("*+?{", *g->p) ? repetition(g) : atom(g)))
            return false;
    return true;
}

static bool alternatives(struct program *g)
{
    int at = g->n;
    unsigned before = g->closed;
    if (!branch(g))
        return false;
    if (*g->p != '|')
        return true;
    g->p++;
    if (!insert(g, at, SPLIT, 1, g->n - at + 2))
        return false;
    int jump = g->n;
    unsigned closed = g->closed;
    if (g->glibc)
        g->closed = before; /* "(a)|\1" has no group 1 there */
    if (!emit(g, JUMP, 0, 0) || !alternatives(g))
        return false;
    g->closed |= closed;
    g->step[jump].x = g->n - jump;
    return true;
}

struct states {
    bool on[MOST_STEPS + 1];
};

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

static bool sees(const struct program *g, int what, const char *string, const char *at)
{
    bool begin = at == string, end = !*at;
    bool before = !begin && is_word(at[-1]), after = is_word(*at);
    /* regex 0.12 has a boundary of words at both ends of every string. */
    bool bound = before != after || (!g->glibc && (begin || end));
    switch (what) {
    case '^':
        return begin;
    case '$':
        return end;
    case '<':
        return !before && after;
    case '>':
        return before && !after;
    default:
        return (what == 'b') == bound;
    }
}

/* All states reachable without reading a byte. */
static void reach(const struct program *g, struct states *s, int i, const char *string,
                  const char *at)
{
    for (; !s->on[i]; i++) {
        s->on[i] = true;
        const struct step *step = &g->step[i];
        if (step->op == SPLIT)
            reach(g, s, i + step->y, string, at);
        if (step->op == SPLIT || step->op == JUMP)
            i += step->x - 1;
        else if (step->op != LOOK || !sees(g, step->x, string, at))
            return;
    }
}

static bool takes(const struct program *g, const struct step *step, unsigned char c)
{
    return step->op == ANY || (step->op == BYTE && step->x == c) ||
           (step->op == SET && g->set[step->x][c >> 3] >> (c & 7) & 1);
}

static bool matches(const struct program *g, const char *string)
{
    struct states now = {0};
    for (const char *s = string;; s++) {
        struct states next = {0};
        reach(g, &now, 0, string, s); /* a match may begin at any byte */
        if (now.on[g->n - 1] || !*s)
            return now.on[g->n - 1];
        for (int i = 0; i < g->n - 1; i++)
            if (now.on[i] && takes(g, &g->step[i], (unsigned char)*s))
                reach(g, &next, i + 1, string, s + 1);
        now = next;
    }
}

enum ere ere_search(enum ere_flavour flavour, const char *pattern, const char *string)
{
    /* Nearly every pattern is a plain word. */
    if (!pattern[strcspn(pattern, "\\^$.[()|*+?{")])
        return text_find(string, pattern) ? ERE_YES : ERE_NO;
    struct program g;
    memset(&g, 0, sizeof g);
    g.glibc = flavour == ERE_GLIBC;
    g.p = pattern;
    if (!alternatives(&g) || !emit(&g, MATCH, 0, 0))
        return g.too_large ? ERE_UNSURE : ERE_BAD;
    if (matches(&g, string))
        return g.yes_unsure ? ERE_UNSURE : ERE_YES;
    return g.no_unsure ? ERE_UNSURE : ERE_NO;
}
