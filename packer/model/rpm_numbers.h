/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tags of an RPM's header that librpm's headers name differently before and since version 6; the
 * numbers are the format's (rpm's docs/manual/tags.md). */
#pragma once

#define SP_TAG_OPENPGP            278  /* signatures as rpm 6 makes them, of the header */
#define SP_TAG_PAYLOAD_DIGEST     5092 /* of the payload as it lies there, in hexadecimal */
#define SP_TAG_PAYLOAD_DIGEST_BY  5093 /* the algorithm of both, RFC 4880 number */
#define SP_TAG_PAYLOAD_DIGEST_ALT 5097 /* of the payload, uncompressed */
