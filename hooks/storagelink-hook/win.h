/* SPDX-License-Identifier: MIT */
/* What the rest needs of Windows: strings, words to the user, errors. API of Windows Server 2003.
 */
#ifndef WIN_H
#define WIN_H

#include "text.h"

#include <windows.h>

enum {
    DONE = 0,
    REFUSED = 1, /* nothing was changed */
    USAGE = 2,
    SYSTEM = 4,
    UNDONE = 5, /* service or installer failed: all is as it was */
    WOULD = 10,
    REBOOT = 3010, /* done, but the installer wants the machine to be restarted */
};

struct fail {
    char text[1200];
};

/* Returns `status`. */
int fail(struct fail *f, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with what Windows says of the error `code`. */
int fail_code(struct fail *f, int status, DWORD code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Another half sentence behind it. */
void fail_add(struct fail *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The caller frees what these return. */
char *utf8(const wchar_t *s);
wchar_t *joined(const wchar_t *a, const wchar_t *b);
wchar_t *widened(struct text t);
/* The name of the file `name` beside `path`. */
wchar_t *beside(const wchar_t *path, const wchar_t *name);

/* One line to stderr. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* UTF-8 to stdout, or to stderr; false where it cannot be written. */
bool put(DWORD handle, struct text t);

#endif
