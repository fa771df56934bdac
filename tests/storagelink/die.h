/* SPDX-License-Identifier: MIT */
/* Before every call that changes something, the program may be killed, or the call may fail; and a
 * service may have dependents, which wine's service manager never tells of: see die.c. Included
 * before each source of storagelink-hook, for the tests only. */
#ifndef DIE_H
#define DIE_H

#include <stdbool.h>

#include <windows.h>

/* Whether the call is to fail; then die_fail() is its answer. */
bool die_step(void);
BOOL die_fail(void);
BOOL die_dependents(SC_HANDLE service, DWORD state, ENUM_SERVICE_STATUSW *list, DWORD size,
                    DWORD *needed, DWORD *count);

#define ControlService(...)     (die_step() ? die_fail() : ControlService(__VA_ARGS__))
#define CreateProcessW(...)     (die_step() ? die_fail() : CreateProcessW(__VA_ARGS__))
#define DeleteFileW(...)        (die_step() ? die_fail() : DeleteFileW(__VA_ARGS__))
#define GetExitCodeProcess(...) (die_step() ? die_fail() : GetExitCodeProcess(__VA_ARGS__))
#define MoveFileExW(...)        (die_step() ? die_fail() : MoveFileExW(__VA_ARGS__))
#define StartServiceW(...)      (die_step() ? die_fail() : StartServiceW(__VA_ARGS__))
#define WriteFile(...)          (die_step() ? die_fail() : WriteFile(__VA_ARGS__))

#define EnumDependentServicesW die_dependents

#endif
