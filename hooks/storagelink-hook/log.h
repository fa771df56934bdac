/* SPDX-License-Identifier: MIT */
/* What install and remove did on this machine: %ALLUSERSPROFILE%\suppack\storagelink-hook.log, a
 * line a run. */
#ifndef LOG_H
#define LOG_H

/* Adds "TIME COMMAND: TEXT", in UTC. A log that cannot be written stops nothing. */
void log_line(const char *command, const char *text);

#endif
