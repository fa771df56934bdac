/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The digest of what is written piece by piece, made by a thread of its own while the next piece is
 * read and written: of gigabytes each takes as long as the other. */
#pragma once
#include <glib.h>

typedef struct {
    gsize size; /* how much of data is used; not 0 */
    guint8 data[1 << 20];
} SpPiece;

typedef struct SpDigester SpDigester;

SpDigester *sp_digester_new(void);
/* A piece to be filled, of the few there are: it waits until one is digested. It comes back by one
 * of the next two. */
SpPiece *sp_digester_take(SpDigester *digester);
void sp_digester_add(SpDigester *digester, SpPiece *piece);
void sp_digester_give_back(SpDigester *digester, SpPiece *piece);
/* Frees the digester. The SHA-256 of what was added, in lower-case hexadecimal; the caller frees.
 */
char *sp_digester_end(SpDigester *digester);
