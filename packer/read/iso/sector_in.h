/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of a volume's own records share: sectors, numbers that ECMA-119 stores twice,
 * and a place to say what is wrong. Offsets are bytes from the start of the image. */
#pragma once
#include "error.h"
#include "verify_rules.h"
#include "volume.h"

#define SP_SECTOR ((gsize)2048)

typedef struct {
    int fd;
    SpVolume *volume;
    SpFindings *found;
    gint64 continued;    /* bytes of records that go on elsewhere */
    guint said;          /* how many breaches were told */
    gboolean is_quiet;   /* what is read now is read once more later: nothing is told or claimed */
    const char *refused; /* why no more of the image is to be read; NULL while there is no reason */
} SpSectors;

/* Exactly `size` bytes; FALSE when the image does not have them. */
gboolean sp_sectors_read(const SpSectors *in, gint64 offset, void *data, gsize size);
/* Breach of that rule at that byte; after a hundred of them nothing more is said. */
void sp_sectors_breach(SpSectors *in, SpRule rule, gint64 offset, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* The same, of image-structure. */
void sp_sectors_say(SpSectors *in, gint64 offset, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* No more of the image is to be read. The first reason counts. */
void sp_sectors_refuse(SpSectors *in, const char *why);
/* Something is stored in these bytes. */
void sp_sectors_claim(SpSectors *in, gint64 start, gint64 size, gboolean is_file);
/* The number at data + at, stored little then big endian; said when the two differ. `base` is the
 * offset of data. */
guint32 sp_sectors_both32(SpSectors *in, const guint8 *data, gsize at, gint64 base);
guint16 sp_sectors_both16(SpSectors *in, const guint8 *data, gsize at, gint64 base);
guint32 sp_le32(const guint8 *data);
guint32 sp_be32(const guint8 *data);
/* Said when one of these bytes is not zero. */
void sp_sectors_zero(SpSectors *in, const guint8 *data, gsize at, gsize size, gint64 base);
/* Seconds of the seven bytes of ECMA-119 9.1.5. */
gint64 sp_sectors_time(SpSectors *in, const guint8 *data, gsize at, gint64 base);
