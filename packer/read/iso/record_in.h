/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory record of ISO 9660, taken apart (ECMA-119 9.1). */
#pragma once
#include "sector_in.h"

typedef struct {
    const guint8 *data; /* the reader's; its length stands in the first byte */
    gint64 offset;      /* in the image */
    guint32 extent;
    gint64 size;
    gint64 when;
    gboolean is_dir;
    gboolean goes_on; /* the next record is the next part of the same file */
    const guint8 *id;
    gsize id_length;
} SpRecord;

/* The record at data, of at most `left` bytes. FALSE, and said, when it cannot be followed: lengths
 * that are impossible, or what it describes lies beyond the end of the image. */
gboolean sp_record_take(SpSectors *in, const guint8 *data, gsize left, gint64 offset,
                        SpRecord *record);
/* Bytes of it up to its system use area. */
gsize sp_record_own(const SpRecord *record);
