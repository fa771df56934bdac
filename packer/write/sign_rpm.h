/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signs RPMs in place through librpmsign, which runs gpg by way of macros. Call after a
 * SpRpmBuilder was made: that is who reads rpm's configuration. Failures: SP_ERROR_KEY with gpg's
 * own words. */
#pragma once
#include "error.h"
#include "scratch.h"

/* `home` is the GNUPGHOME to use, `fingerprint` the key; header-and-payload RSA/SHA-256. */
gboolean sp_rpm_sign(const char *path, const char *home, const char *fingerprint,
                     GError **error) SP_MUST_CHECK;
/* The same with signatures made elsewhere: `bytes` and the ASCII-armored detached signatures
 * `armors` of them, first of the header alone, then of header and payload. */
gboolean sp_rpm_attach(const char *path, const SpScratch *scratch, GBytes *const bytes[2],
                       GBytes *const armors[2], GError **error) SP_MUST_CHECK;
