/* SPDX-License-Identifier: MIT */
#include "adapter.h"

#include <stdlib.h>

#define ADAPTER_MINUTES 30
/* Windows Installer's: done, but the machine wants to be, or is being, restarted. */
#define REBOOT_STARTED 1641

int adapter_look(const wchar_t *given, struct fail *f)
{
    char *shown = utf8(given), head[2] = "";
    DWORD n = 0, attributes = GetFileAttributesW(given), code = GetLastError();
    size_t length = wcslen(given);
    int rc = DONE;
    HANDLE file = INVALID_HANDLE_VALUE;
    if (attributes == INVALID_FILE_ATTRIBUTES)
        rc = fail_code(f, REFUSED, code, "cannot read the installer '%s'", shown);
    else if (attributes & FILE_ATTRIBUTE_DIRECTORY)
        rc = fail(f, REFUSED, "the installer '%s' is a folder", shown);
    else if (length > 4 && lstrcmpiW(given + length - 4, L".msi") == 0)
        rc = fail(f, REFUSED,
                  "the installer '%s' is a package of Windows Installer, not a program: give "
                  "--adapter %%SystemRoot%%\\System32\\msiexec.exe --adapter-args \"/i FILE /qn\"",
                  shown);
    else
        file = CreateFileW(given, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                           OPEN_EXISTING, 0, NULL);
    if (!rc && file == INVALID_HANDLE_VALUE)
        rc = fail_code(f, REFUSED, GetLastError(), "cannot read the installer '%s'", shown);
    if (!rc && (!ReadFile(file, head, 2, &n, NULL) || n != 2 || memcmp(head, "MZ", 2) != 0))
        rc = fail(f, REFUSED, "the installer '%s' is not a program", shown);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    free(shown);
    return rc;
}

int adapter_run(const struct action *a, bool *reboot, struct fail *f)
{
    const wchar_t *given = a->adapter;
    wchar_t path[MAX_PATH];
    DWORD n = GetFullPathNameW(given, MAX_PATH, path, NULL), code = 0;
    char *shown = utf8(given);
    wchar_t *open = joined(L"\"", path), *quoted = joined(open, a->adapter_args ? L"\" " : L"\"");
    wchar_t *line = joined(quoted, a->adapter_args ? a->adapter_args : L"");
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION child;
    int rc = DONE;
    if (!n || n >= MAX_PATH ||
        !CreateProcessW(path, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &child)) {
        rc = fail_code(f, UNDONE, GetLastError(), "cannot run the installer '%s'", shown);
    } else {
        if (WaitForSingleObject(child.hProcess, ADAPTER_MINUTES * 60000) != WAIT_OBJECT_0)
            rc = fail(f, UNDONE, "the installer '%s' did not end within %d minutes, and still runs",
                      shown, ADAPTER_MINUTES);
        else if (!GetExitCodeProcess(child.hProcess, &code))
            rc = fail_code(f, UNDONE, GetLastError(), "cannot tell how '%s' ended", shown);
        *reboot = code == REBOOT || code == REBOOT_STARTED;
        if (!rc && code && !*reboot)
            rc = fail(f, UNDONE, "the installer '%s' ended with status %d", shown, (int)code);
        CloseHandle(child.hThread);
        CloseHandle(child.hProcess);
    }
    free(open);
    free(quoted);
    free(line);
    free(shown);
    return rc;
}
