/* SPDX-License-Identifier: MIT */
#include "log.h"

#include "win.h"

#include <stdlib.h>

#define EVENT_SOURCE L"storagelink-hook"
#define EVENT_DONE   1
#define EVENT_FAILED 2

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

/* The source's texts are those of the system's own EventCreate, "%1" for the numbers 1 to 1000:
 * Server 2003 R2 and later have it. Registered once, as `eventcreate /so` does. */
static void register_source(void)
{
    static const wchar_t texts[] = L"%SystemRoot%\\System32\\EventCreate.exe";
    const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_INFORMATION_TYPE;
    HKEY key;
    if (RegCreateKeyExW(
            HKEY_LOCAL_MACHINE,
            L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\" EVENT_SOURCE, 0, NULL,
            0, KEY_SET_VALUE, NULL, &key, NULL))
        return;
    RegSetValueExW(key, L"EventMessageFile", 0, REG_EXPAND_SZ, (const BYTE *)texts, sizeof texts);
    RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD, (const BYTE *)&types, sizeof types);
    RegCloseKey(key);
}

static void log_event(bool good, struct text text)
{
    wchar_t *words = widened(text);
    const wchar_t *strings[] = {words};
    register_source();
    HANDLE events = RegisterEventSourceW(NULL, EVENT_SOURCE);
    if (events) {
        ReportEventW(events, good ? EVENTLOG_INFORMATION_TYPE : EVENTLOG_ERROR_TYPE, 0,
                     good ? EVENT_DONE : EVENT_FAILED, NULL, 1, 0, strings, NULL);
        DeregisterEventSource(events);
    }
    free(words);
}

void log_line(bool good, const char *command, const char *text)
{
    SYSTEMTIME t;
    struct buf line = {0}, words = {0};
    DWORD n;
    buf_printf(&words, "%s: %s", command, text);
    log_event(good, text_buf(&words));
    HANDLE file = log_open();
    GetSystemTime(&t);
    const unsigned parts[] = {t.wMonth, t.wDay, t.wHour, t.wMinute, t.wSecond};
    buf_printf(&line, "%u", (unsigned)t.wYear);
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++)
        buf_printf(&line, "%c%u%u", "--T::"[i], parts[i] / 10, parts[i] % 10);
    buf_printf(&line, "Z %s\r\n", buf_cstr(&words));
    if (file != INVALID_HANDLE_VALUE) {
        WriteFile(file, line.p, (DWORD)line.n, &n, NULL);
        CloseHandle(file);
    }
    buf_free(&words);
    buf_free(&line);
}
