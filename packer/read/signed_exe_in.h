/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vendor's Authenticode on storagelink-hook.exe. */
#pragma once
#include "error.h"

/* `given` must be `ours`, to the byte, but for what a signature adds (Microsoft's "Windows
 * Authenticode Portable Executable Signature Format", 2008: the checksum, the entry of the
 * certificate table, the table behind the end); SP_ERROR_INPUT, under `name`, says what it is not.
 * Whose the signature is is not looked at. */
gboolean sp_signed_exe_check(const char *name, GBytes *given, GBytes *ours,
                             GError **error) SP_MUST_CHECK;
