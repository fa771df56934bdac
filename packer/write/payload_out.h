/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The payload of an RPM: a tree as a cpio archive of the new ASCII format (magic 070701, cpio(5)),
 * compressed as gzip. Byte for byte what rpm 4.18 makes with w4.gzdio. Pure. */
#pragma once
#include "entry.h"

typedef struct {
    GBytes *gzip;
    char *sha256;  /* of it */
    gsize size;    /* of the archive */
    char *archive; /* its SHA-256 */
} SpPayload;

/* Files are numbered in the order of `tree`, from 1; all belong to 0:0 and have that mtime
 * (seconds). What the numbers count has to fit 32 bits. */
SpPayload *sp_payload_new(const GPtrArray *tree, guint32 mtime);
void sp_payload_free(SpPayload *payload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpPayload, sp_payload_free)

/* Of zlib: the bytes depend on it. */
const char *sp_payload_version(void);
