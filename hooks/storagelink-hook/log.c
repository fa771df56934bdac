/* SPDX-License-Identifier: MIT */
#include "log.h"

#include "win.h"

#include <stdlib.h>

/* The same folder under every name Windows has given it: since Server 2008 it is %ProgramData%. */
static HANDLE log_open(void)
{
    wchar_t folder[MAX_PATH];
    DWORD n = ExpandEnvironmentStringsW(L"%ALLUSERSPROFILE%\\suppack", folder, MAX_PATH);
    if (!n || n > MAX_PATH || *folder == L'%')
        return INVALID_HANDLE_VALUE;
    CreateDirectoryW(folder, NULL);
    wchar_t *path = joined(folder, L"\\storagelink-hook.log");
    HANDLE file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                              OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    free(path);
    return file;
}

void log_line(const char *command, const char *text)
{
    SYSTEMTIME t;
    struct buf line = {0};
    DWORD n;
    HANDLE file = log_open();
    if (file == INVALID_HANDLE_VALUE)
        return;
    GetSystemTime(&t);
    const unsigned parts[] = {t.wMonth, t.wDay, t.wHour, t.wMinute, t.wSecond};
    buf_printf(&line, "%u", (unsigned)t.wYear);
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++)
        buf_printf(&line, "%c%u%u", "--T::"[i], parts[i] / 10, parts[i] % 10);
    buf_printf(&line, "Z %s: %s\r\n", command, text);
    WriteFile(file, line.p, (DWORD)line.n, &n, NULL);
    CloseHandle(file);
    buf_free(&line);
}
