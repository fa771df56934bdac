/* SPDX-License-Identifier: MIT */
/* Kills the program, with status 99, before its call number %DIE_AT% of those in die.h; call number
 * %FAIL_AT% fails. %DEPENDENTS% is how many services need the one that is asked for. */
#include "die.h"

#include <stdio.h>
#include <stdlib.h>

static long number(const wchar_t *name)
{
    wchar_t text[16] = L"";
    GetEnvironmentVariableW(name, text, 16);
    return wcstol(text, NULL, 10);
}

bool die_step(void)
{
    static long step;
    if (++step == number(L"DIE_AT"))
        TerminateProcess(GetCurrentProcess(), 99);
    return step == number(L"FAIL_AT");
}

/* Says so on stdout, where install and remove say nothing. */
BOOL die_fail(void)
{
    fputs("failed", stdout);
    fflush(stdout);
    SetLastError(ERROR_DISK_FULL);
    return FALSE;
}

BOOL die_dependents(SC_HANDLE service, DWORD state, ENUM_SERVICE_STATUSW *list, DWORD size,
                    DWORD *needed, DWORD *count)
{
    static wchar_t names[2][12] = {L"CtxFirst", L"CtxSecond"};
    (void)service, (void)state;
    *count = (DWORD)number(L"DEPENDENTS");
    *needed = *count * (DWORD)sizeof *list;
    if (size < *needed) {
        SetLastError(ERROR_MORE_DATA);
        return FALSE;
    }
    for (DWORD i = 0; i < *count; i++)
        list[i].lpServiceName = names[i];
    return TRUE;
}
