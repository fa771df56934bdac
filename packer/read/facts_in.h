/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole pack image as facts: its entries with mode, owner and time; the metadata field by field;
 * each RPM tag by tag and file by file; of all else the digest. */
#pragma once
#include "error.h"
#include "fact.h"

/* `fd` stays the caller's. Not a pack, or metadata or an RPM that cannot be read: SP_ERROR_INPUT.
 */
GPtrArray *sp_facts_read(int fd, const char *name, GError **error) SP_MUST_CHECK;
