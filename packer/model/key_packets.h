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

/* TRUE when there is nothing in it but signatures of the binary form (type 0x00, RFC 4880 5.2.1) of
 * version 4 with SHA-1, RIPEMD-160 or SHA-2. Of anything else gpg gives up without reading what was
 * signed, and gpgme 1.18 then waits for ever to hand it over; a signature of a text leaves the ends
 * of its lines free. */
gboolean sp_packets_are_signatures(GBytes *packets);

/* TRUE when there is nothing in it but what public keys are made of: nothing compressed, which may
 * unpack to any size, and nothing at which gpg would give up. */
gboolean sp_packets_are_keys(GBytes *packets);

/* TRUE when each key and subkey in `packets` is one of `key`, which is as gpg exports it. gpg drops
 * what has no self-signature; rpm before 4.17.1 imports such a key, and subkeys nobody bound to it
 * (CVE-2021-3521). */
gboolean sp_key_packets_are_of(GBytes *packets, GBytes *key);
