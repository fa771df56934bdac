/* SPDX-License-Identifier: MIT */
/* What install and remove did on this machine: %ALLUSERSPROFILE%\suppack\storagelink-hook.log, a
 * line a run; and the same in the Event Log (Application, source storagelink-hook, 1 done and 2
 * not). */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

/* Adds "TIME COMMAND: TEXT", in UTC. A log that cannot be written stops nothing. */
void log_line(bool good, const char *command, const char *text);

#endif
