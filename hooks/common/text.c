/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef HOOK_NAME /* storagelink-hook uses this file, too */
#define HOOK_NAME "multipath-hook"
#endif

static _Noreturn void out_of_memory(void)
{
    static const char message[] = HOOK_NAME ": out of memory\n";
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

char *text_dup(struct text t)
{
    char *p = xalloc(t.n + 1);
    if (t.n)
        memcpy(p, t.p, t.n);
    p[t.n] = '\0';
    return p;
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

void buf_size(struct buf *b, size_t n)
{
    if (b->cap <= n) {
        b->p = xgrow(b->p, n + 1);
        b->cap = n + 1;
    }
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

static void put_number(struct buf *b, size_t value, unsigned base, int width)
{
    char digits[24];
    int n = 0;
    do
        digits[n++] = "0123456789abcdef"[value % base];
    while (value /= base);
    for (int i = n; i < width; i++)
        buf_add(b, "0", 1);
    while (n)
        buf_add(b, &digits[--n], 1);
}

/* One conversion, of which `f` is what follows the "%"; returns the last character of it. */
static const char *convert(struct buf *b, const char *f, va_list *args)
{
    int width = 0, most = -1;
    for (; *f >= '0' && *f <= '9'; f++)
        width = width * 10 + (*f - '0');
    if (*f == '.') {
        most = va_arg(*args, int);
        f += 2;
    }
    if (*f == 's') {
        const char *s = va_arg(*args, const char *);
        buf_add(b, s, most < 0 ? strlen(s) : most ? strnlen(s, (size_t)most) : 0);
    } else if (*f == 'c') {
        buf_add(b, &(char){(char)va_arg(*args, int)}, 1);
    } else if (*f == 'd') {
        int value = va_arg(*args, int);
        if (value < 0)
            buf_add(b, "-", 1);
        put_number(b, value < 0 ? 0 - (size_t)value : (size_t)value, 10, width);
    } else if (*f == 'z') {
        put_number(b, va_arg(*args, size_t), 10, width);
        f++;
    } else {
        put_number(b, va_arg(*args, unsigned), *f == 'x' ? 16 : 10, width);
    }
    return f;
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
    va_list rest;
    va_copy(rest, args);
    for (const char *f = format; *f; f++) {
        size_t plain = strcspn(f, "%");
        buf_add(b, f, plain);
        f += plain;
        if (!*f)
            break;
        f = convert(b, f + 1, &rest);
    }
    va_end(rest);
    buf_cstr(b);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

char *xprintf(const char *format, ...)
{
    struct buf b = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&b, format, args);
    va_end(args);
    return b.p;
}

void text_print(char *out, size_t size, const char *format, ...)
{
    struct buf b = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&b, format, args);
    va_end(args);
    size_t n = b.n < size ? b.n : size - 1;
    memcpy(out, b.p, n);
    out[n] = '\0';
    buf_free(&b);
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

size_t text_utf8(struct text t)
{
    const unsigned char *p = (const unsigned char *)t.p;
    if (!t.n || (p[0] >= 0x80 && p[0] < 0xc2) || p[0] > 0xf4)
        return 0;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (t.n < n || (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

/* The character of `n` bytes at the start. */
static unsigned code_point(struct text t, size_t n)
{
    unsigned c = (unsigned char)t.p[0];
    if (n > 1)
        c &= 0x7fU >> n;
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)t.p[i] & 0x3f);
    return c;
}

bool text_is_control(struct text t, size_t n)
{
    /* Unicode's Cc, Cf, Zl and Zp; of the rare scripts' Cf none. */
    static const unsigned ranges[][2] = {
        {0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},     {0x600, 0x605},    {0x61c, 0x61c},
        {0x6dd, 0x6dd},   {0x70f, 0x70f},   {0x180e, 0x180e}, {0x200b, 0x200f},  {0x2028, 0x202e},
        {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};
    unsigned c = code_point(t, n);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

void buf_escape(struct buf *b, struct text t)
{
    while (t.n) {
        size_t n = text_utf8(t);
        bool plain = n && !text_is_control(t, n);
        if (plain)
            buf_add(b, t.p, n);
        n = n ? n : 1;
        for (size_t i = 0; !plain && i < n; i++)
            buf_printf(b, "\\x%02x", (unsigned)(unsigned char)t.p[i]);
        t = text_sub(t, n, t.n);
    }
}

struct text text_buf(const struct buf *b)
{
    return (struct text){b->p ? b->p : "", b->n};
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

const char *text_find(const char *in, const char *what)
{
    size_t n = strlen(what);
    while (*in && (*in != *what || strncmp(in, what, n) != 0))
        in++;
    return strncmp(in, what, n) == 0 ? in : NULL;
}

bool text_write(int fd, struct text t)
{
    while (t.n) {
        ssize_t n = write(fd, t.p, t.n);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            t = text_sub(t, (size_t)n, t.n);
    }
    return true;
}
