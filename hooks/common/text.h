/* SPDX-License-Identifier: MIT */
/* Slices of text that is never changed, and a buffer that grows. Bytes, not characters: a file
 * may hold NUL, CR or any encoding. Running out of memory ends the program with status 4 before
 * anything was written: every edit is computed whole before the first file is touched. */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct text {
    const char *p;
    size_t n;
};

struct buf {
    char *p;
    size_t n, cap;
};

void *xalloc(size_t size);
void *xgrow(void *old, size_t size);
char *xstrdup(const char *s);
char *text_dup(struct text t); /* with a NUL behind it */

/* printf() as far as this program goes: %s %.*s %c %d %u %zu, %x with a 0 and a width before it.
 * libc's own, which knows floating point and wide characters, would be a tenth of this program. */
char *xprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Cut to size, always ended by a NUL. */
void text_print(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Room for n bytes and a NUL, no more: for what is large and of known size. */
void buf_size(struct buf *b, size_t n);
void buf_add(struct buf *b, const char *p, size_t n);
void buf_text(struct buf *b, struct text t);
void buf_str(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Adds t so that no terminal, log or reader takes a byte of it for a command: control and format
 * characters and bytes that are no UTF-8 become "\\x1b". */
void buf_escape(struct buf *b, struct text t);
/* The bytes with a NUL behind them; still owned by b. */
const char *buf_cstr(struct buf *b);
void buf_free(struct buf *b);

static inline struct text text_of(const char *s)
{
    return (struct text){s, strlen(s)};
}

static inline bool text_eq(struct text a, struct text b)
{
    return a.n == b.n && (!a.n || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool text_is(struct text a, const char *s)
{
    return text_eq(a, text_of(s));
}

static inline bool text_starts(struct text a, const char *prefix)
{
    size_t n = strlen(prefix);
    return a.n >= n && memcmp(a.p, prefix, n) == 0;
}

static inline struct text text_sub(struct text t, size_t begin, size_t end)
{
    return (struct text){t.p + begin, end - begin};
}

struct text text_buf(const struct buf *b);
/* Without the blanks, tabs and line ends at both ends. */
struct text text_trim(struct text t);

/* Bytes of the UTF-8 character that t begins with, 0 where there is none (RFC 3629). */
size_t text_utf8(struct text t);
/* Is that character of n bytes one that no text of ours passes on: C0, DEL, C1, U+2028 and U+2029,
 * or of format, such as those that turn the direction of writing? */
bool text_is_control(struct text t, size_t n);

/* The line that begins at *at, its end of line ("\n", "\r\n" or a lone "\r") included; moves *at
 * behind it. False at the end of the text. */
bool text_line(struct text t, size_t *at, struct text *line);

/* strstr(), which in libc is made for long texts and large. */
const char *text_find(const char *in, const char *what);

/* All of it to a descriptor; false with errno. */
bool text_write(int fd, struct text t);

#endif
