/* SPDX-License-Identifier: MIT */
/* Strings that an expression stands for: what a stanza's vendor and product say of the INQUIRY
 * strings of its array. The shortest, with a letter where any will do. */
#include "devices.h"

#include <string.h>

struct making {
    const char *p;
    unsigned choice; /* of the alternatives met, in mixed radix */
    char *out;
    size_t n;
    int depth;
};

static const char *behind_bracket(const char *p)
{
    p += *p == '^';
    p += *p == ']';
    while (*p && *p != ']')
        p++;
    return *p ? p + 1 : p;
}

/* Behind the alternative that begins here: at its "|", its ")" or the end. */
static const char *behind_branch(const char *p)
{
    for (int depth = 0; *p; p++) {
        if (*p == '\\' && p[1])
            p++;
        else if (*p == '[')
            p = behind_bracket(p + 1) - 1;
        else if (*p == '(')
            depth++;
        else if (depth == 0 && (*p == '|' || *p == ')'))
            break;
        else if (*p == ')')
            depth--;
    }
    return p;
}

static void put(struct making *m, char c)
{
    if (m->n < 64)
        m->out[m->n++] = c;
}

static void alternatives(struct making *m);

static void bracket(struct making *m)
{
    const char *p = m->p;
    put(m, (char)(*p == '^' ? '~' : *p == '[' ? '0' : *p));
    m->p = behind_bracket(p);
}

static void atom(struct making *m)
{
    char c = *m->p++;
    if (c == '(') {
        m->depth++;
        alternatives(m);
        m->depth--;
        m->p += *m->p == ')';
    } else if (c == '[') {
        bracket(m);
    } else if (c == '\\' && *m->p) {
        put(m, *m->p++);
    } else if (c != '^' && c != '$') {
        put(m, (char)(c == '.' ? 'A' : c));
    }
}

/* A piece that may be left out is. */
static void branch(struct making *m)
{
    while (*m->p && *m->p != '|' && *m->p != ')') {
        size_t before = m->n;
        atom(m);
        if (*m->p && strchr("*?", *m->p)) {
            m->n = before;
            m->p++;
        } else if (*m->p == '+') {
            m->p++;
        } else if (*m->p == '{') {
            size_t piece = m->n - before;
            int times = 0;
            for (m->p++; *m->p >= '0' && *m->p <= '9'; m->p++)
                times = times < 64 ? times * 10 + (*m->p - '0') : times;
            m->p += strcspn(m->p, "}");
            m->p += *m->p == '}';
            m->n = times ? m->n : before;
            for (; times > 1; times--)
                for (size_t i = 0; i < piece; i++)
                    put(m, m->out[before + i]);
        }
    }
}

static void alternatives(struct making *m)
{
    unsigned count = 1, take;
    for (const char *p = behind_branch(m->p); *p == '|'; p = behind_branch(p + 1))
        count++;
    take = m->choice % count;
    m->choice /= count;
    for (unsigned i = 0; i < count; i++) {
        if (i == take)
            branch(m);
        m->p = behind_branch(m->p);
        m->p += *m->p == '|' && i + 1 < count;
    }
}

bool mp_sample(enum ere_flavour flavour, const char *pattern, unsigned choice, char out[65])
{
    struct making m = {.p = pattern, .choice = choice, .out = out};
    if (strlen(pattern) > 512)
        return false;
    alternatives(&m);
    while (m.n && out[m.n - 1] == ' ') /* INQUIRY's own, P3 */
        m.n--;
    if (!m.n) /* ".*" */
        put(&m, 'A');
    out[m.n] = '\0';
    /* The last choice leaves a quotient of 0; more are the same again. */
    return !m.choice && ere_search(flavour, pattern, out) != ERE_BAD;
}
