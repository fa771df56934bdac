/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What librpm logs while this exists is kept instead of going to stderr, to be quoted under our own
 * sentence. One at a time in a process: the log callback is global. */
#pragma once
#include <glib.h>

typedef struct SpRpmSaid SpRpmSaid;

SpRpmSaid *sp_rpm_said_begin(void);
void sp_rpm_said_end(SpRpmSaid *said);
void sp_rpm_said_clear(SpRpmSaid *said);
/* Warnings and errors since the last clear, on one line; valid until the next call. */
const char *sp_rpm_said(SpRpmSaid *said);
