/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system use area of a directory record: SUSP 1.12 and Rock Ridge (RRIP 1.09 to 1.12), held to
 * what Linux (fs/isofs/rock.c), libarchive and 7-Zip understand alike: breach of image-susp where
 * one of them would stop, skip or take it otherwise. */
#pragma once
#include "sector_in.h"

/* A kernel cuts a name that is longer short. */
#define SP_ROCK_NAME_MAX 253

typedef enum { SP_ROCK_ROOT, SP_ROCK_FOLDER, SP_ROCK_ENTRY } SpRockPlace;

typedef struct {
    gboolean has_susp;  /* SP, in the root's own record */
    gboolean has_rrip;  /* ER names Rock Ridge */
    guint8 skip;        /* bytes SP says to skip in every other record */
    gboolean has_posix; /* PX */
    gboolean has_time;  /* TF with a time of modification */
    guint mode;         /* type and permissions */
    gint64 mtime;       /* seconds */
    GString *name;      /* NM, never more than a few bytes over the limit; empty without */
} SpRock;

/* Starts anew for the next record; `skip` and the two above it stay. */
void sp_rock_reset(SpRock *rock);
/* Reads `size` bytes at data, which lie at `offset` in the image, and where they lead on to.
 * `place` says whose record it is: the root's first, any other folder's first two or the root's
 * second, or one that is a name in a folder. */
void sp_rock_read(SpRock *rock, SpSectors *in, const guint8 *data, gsize size, gint64 offset,
                  SpRockPlace place);
