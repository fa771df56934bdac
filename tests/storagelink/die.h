/* SPDX-License-Identifier: MIT */
/* Before every call that changes something, the program may be killed: see die.c. Included before
 * each source of storagelink-hook, for the tests only. */
#ifndef DIE_H
#define DIE_H

#include <windows.h>

void die_step(void);

#define ControlService(...)     (die_step(), ControlService(__VA_ARGS__))
#define CreateProcessW(...)     (die_step(), CreateProcessW(__VA_ARGS__))
#define DeleteFileW(...)        (die_step(), DeleteFileW(__VA_ARGS__))
#define GetExitCodeProcess(...) (die_step(), GetExitCodeProcess(__VA_ARGS__))
#define MoveFileExW(...)        (die_step(), MoveFileExW(__VA_ARGS__))
#define StartServiceW(...)      (die_step(), StartServiceW(__VA_ARGS__))
#define WriteFile(...)          (die_step(), WriteFile(__VA_ARGS__))

#endif
