/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a public key's own packets say that gpg does not tell. Format: RFC 4880 4.2, 5.2 and 11.1.
 */
#pragma once
#include <glib.h>

/* `packets`: one public key, not armored, as gpg exports it: with no self-signature that is not
 * right. TRUE when a user id that is not revoked has a self-signature with a digest of the SHA-2
 * family. Without, rpm 6 does not import the key: measured with rpm 6.1 and rpm-sequoia, "Policy
 * rejected non-revocation signature (PositiveCertification) requiring second pre-image
 * resistance, because SHA1 is not considered secure since 2023-02-01", and the same of MD5 and
 * RIPEMD-160. */
gboolean sp_key_packets_are_strong(GBytes *packets);
