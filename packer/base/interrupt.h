/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ctrl-C, SIGTERM and SIGHUP become an error at the next stage boundary, so that scopes unwind and
 * nothing temporary stays; a second signal, or ten seconds, end the process at once. Process-wide,
 * installed once by main. */
#pragma once
#include "error.h"

void sp_interrupt_install(void);
/* FALSE with SP_ERROR_SYSTEM when a signal came or sp_map_check() fails; call between stages. */
gboolean sp_interrupt_check(GError **error) SP_MUST_CHECK;
/* Dies of the signal that came, if one did, so that a shell sees the truth. */
void sp_interrupt_die(void);
