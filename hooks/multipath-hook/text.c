/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void out_of_memory(void)
{
    static const char message[] = "multipath-hook: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    _exit(4);
}

void *xalloc(size_t size)
{
    return xgrow(NULL, size);
}

void *xgrow(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

char *xstrdup(const char *s)
{
    size_t size = strlen(s) + 1;
    return memcpy(xalloc(size), s, size);
}

char *xprintf(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *s = NULL;
    if (vasprintf(&s, format, args) < 0)
        out_of_memory();
    va_end(args);
    return s;
}

static void buf_reserve(struct buf *b, size_t more)
{
    if (b->cap - b->n > more)
        return;
    size_t cap = b->cap ? b->cap : 256;
    while (cap - b->n <= more) {
        if (cap > (size_t)-1 / 2)
            out_of_memory();
        cap *= 2;
    }
    b->p = xgrow(b->p, cap);
    b->cap = cap;
}

void buf_add(struct buf *b, const char *p, size_t n)
{
    buf_reserve(b, n);
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
}

void buf_text(struct buf *b, struct text t)
{
    buf_add(b, t.p, t.n);
}

void buf_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (n < 0)
        out_of_memory();
    buf_reserve(b, (size_t)n + 1);
    vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
    b->n += (size_t)n;
    va_end(again);
    va_end(args);
}

const char *buf_cstr(struct buf *b)
{
    buf_reserve(b, 1);
    b->p[b->n] = '\0';
    return b->p;
}

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}

struct text text_of(const char *s)
{
    return (struct text){s, strlen(s)};
}

struct text text_buf(const struct buf *b)
{
    return (struct text){b->p ? b->p : "", b->n};
}

bool text_eq(struct text a, struct text b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool text_is(struct text a, const char *s)
{
    return text_eq(a, text_of(s));
}

bool text_starts(struct text a, const char *prefix)
{
    size_t n = strlen(prefix);
    return a.n >= n && memcmp(a.p, prefix, n) == 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text text_trim(struct text t)
{
    while (t.n && is_space(t.p[0])) {
        t.p++;
        t.n--;
    }
    while (t.n && is_space(t.p[t.n - 1]))
        t.n--;
    return t;
}

struct text text_sub(struct text t, size_t begin, size_t end)
{
    return (struct text){t.p + begin, end - begin};
}

bool text_line(struct text t, size_t *at, struct text *line)
{
    if (*at >= t.n)
        return false;
    size_t end = *at;
    while (end < t.n && t.p[end] != '\n' && t.p[end] != '\r')
        end++;
    if (end < t.n && t.p[end] == '\r' && end + 1 < t.n && t.p[end + 1] == '\n')
        end++;
    if (end < t.n)
        end++;
    *line = text_sub(t, *at, end);
    *at = end;
    return true;
}
