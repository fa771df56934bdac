/* SPDX-License-Identifier: MIT */
#include "win.h"

#include <stdlib.h>

static void set(struct fail *f, const char *format, va_list args)
{
    struct buf b = {0};
    buf_vprintf(&b, format, args);
    text_print(f->text, sizeof f->text, "%s", b.p);
    buf_free(&b);
}

int fail(struct fail *f, int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set(f, format, args);
    va_end(args);
    return status;
}

void fail_add(struct fail *f, const char *format, ...)
{
    struct buf b = {0};
    va_list args;
    buf_str(&b, f->text);
    va_start(args, format);
    buf_vprintf(&b, format, args);
    va_end(args);
    text_print(f->text, sizeof f->text, "%s", b.p);
    buf_free(&b);
}

int fail_code(struct fail *f, int status, DWORD code, const char *format, ...)
{
    wchar_t *message = NULL;
    va_list args;
    va_start(args, format);
    set(f, format, args);
    va_end(args);
    DWORD n = FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                                 FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
                             NULL, code, 0, (wchar_t *)(void *)&message, 0, NULL);
    while (n && (message[n - 1] == ' ' || message[n - 1] == '.'))
        message[--n] = L'\0';
    char *said = n ? utf8(message) : xstrdup("error");
    fail_add(f, ": %s (%u)", said, (unsigned)code);
    free(said);
    LocalFree(message);
    return status;
}

char *utf8(const wchar_t *s)
{
    int n = WideCharToMultiByte(CP_UTF8, 0, s, -1, NULL, 0, NULL, NULL);
    char *out = xalloc(n > 0 ? (size_t)n : 1);
    out[0] = '\0';
    WideCharToMultiByte(CP_UTF8, 0, s, -1, out, n, NULL, NULL);
    return out;
}

wchar_t *joined(const wchar_t *a, const wchar_t *b)
{
    size_t n = wcslen(a), m = wcslen(b);
    wchar_t *out = xalloc((n + m + 1) * sizeof *out);
    memcpy(out, a, n * sizeof *out);
    memcpy(out + n, b, (m + 1) * sizeof *out);
    return out;
}

wchar_t *widened(struct text t)
{
    int n = t.n ? MultiByteToWideChar(CP_UTF8, 0, t.p, (int)t.n, NULL, 0) : 0;
    wchar_t *out = xalloc(((size_t)n + 1) * sizeof *out);
    if (n)
        MultiByteToWideChar(CP_UTF8, 0, t.p, (int)t.n, out, n);
    out[n] = L'\0';
    return out;
}

wchar_t *beside(const wchar_t *path, const wchar_t *name)
{
    size_t n = wcslen(path);
    while (n && path[n - 1] != L'\\' && path[n - 1] != L'/')
        n--;
    wchar_t *folder = joined(path, L"");
    folder[n] = L'\0';
    wchar_t *out = joined(folder, name);
    free(folder);
    return out;
}

bool put(DWORD handle, struct text t)
{
    HANDLE to = GetStdHandle(handle);
    DWORD mode, n;
    if (GetConsoleMode(to, &mode)) {
        /* A console shows what it gets as text in whatever code page, unless it is UTF-16. */
        wchar_t *wide = widened(t);
        bool good = WriteConsoleW(to, wide, (DWORD)wcslen(wide), &n, NULL);
        free(wide);
        return good;
    }
    while (t.n) {
        if (!WriteFile(to, t.p, (DWORD)t.n, &n, NULL) || !n)
            return false;
        t = text_sub(t, n, t.n);
    }
    return true;
}

void say(const char *format, ...)
{
    struct buf b = {0};
    va_list args;
    buf_str(&b, "storagelink-hook: ");
    va_start(args, format);
    buf_vprintf(&b, format, args);
    va_end(args);
    buf_str(&b, "\r\n");
    put(STD_ERROR_HANDLE, text_buf(&b));
    buf_free(&b);
}
