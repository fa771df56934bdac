/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key that this run signs with, and its passphrase. */
#pragma once
#include "commands.h"
#include "sign_detached.h"

/* The first line of --passphrase-fd; NULL with error, or without one where the option is not given.
 * Freed by sp_passphrase_free(), which leaves no copy behind. */
char *sp_passphrase_read(const SpRun *run, GError **error) SP_MUST_CHECK;
void sp_passphrase_free(char *passphrase);
/* Whether hosts can be told to look for a key under this name: SP_ERROR_USAGE. */
gboolean sp_key_name_check(const char *name, GError **error) SP_MUST_CHECK;
/* Opens `key`, judged; the caller frees. */
SpSigner *sp_signing_open(const SpRun *run, const char *key, GError **error) SP_MUST_CHECK;
