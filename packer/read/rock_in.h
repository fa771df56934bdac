/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system use area of a directory record: SUSP 1.12 and Rock Ridge (RRIP 1.09 to 1.12). */
#pragma once
#include "sector_in.h"

typedef struct {
    gboolean has_susp;  /* SP, in the root's own record */
    gboolean has_rrip;  /* ER names Rock Ridge */
    guint8 skip;        /* bytes SP says to skip in every other record */
    gboolean has_posix; /* PX */
    gboolean has_time;  /* TF with a time of modification */
    guint mode;         /* type and permissions */
    gint64 mtime;       /* seconds */
    GString *name;      /* NM; empty when there is none */
} SpRock;

/* Starts anew for the next record; `skip` and the two above it stay. */
void sp_rock_reset(SpRock *rock);
/* Reads `size` bytes at data, which lie at `offset` in the image, and where they lead on to. */
void sp_rock_read(SpRock *rock, SpSectors *in, const guint8 *data, gsize size, gint64 offset);
