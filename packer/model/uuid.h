/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UUIDs of packs. A new one for every label and version, because xapi knows an update by nothing
 * else (packs.md B.2). Name-based form: RFC 9562 section 5.5 (SHA-1). */
#pragma once
#include <glib.h>

/* Version 5 of "originator:label:version" in our own namespace; the caller frees. */
char *sp_uuid_derive(const char *originator, const char *label, const char *version);
/* Lower case 8-4-4-4-12, not all zero. */
gboolean sp_uuid_is_valid(const char *text);
