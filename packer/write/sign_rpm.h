/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signs RPMs in place: the header, and header and payload, as rpm 4.11's own rpmsign does, for its
 * `rpm -K` and yum to find what they are used to. Signatures an RPM has go. */
#pragma once
#include "error.h"
#include "sign_detached.h"

/* SP_ERROR_KEY where no signature can be made. */
gboolean sp_rpm_sign(const char *path, SpSigner *signer, GError **error) SP_MUST_CHECK;
/* The bytes these signatures are of, in that order; the caller unrefs. SP_ERROR_INPUT, naming
 * `name`, when it is no RPM. */
gboolean sp_rpm_signed_parts(const char *name, GBytes *rpm, GBytes *parts[2],
                             GError **error) SP_MUST_CHECK;
/* Signs with what was made elsewhere: ASCII-armored detached signatures of those parts by an RSA
 * key. SP_ERROR_KEY when a text is none. */
gboolean sp_rpm_attach(const char *path, GBytes *const armors[2], GError **error) SP_MUST_CHECK;
