/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digester.h"
#include "sha256.h"

#define PIECES 4 /* one is filled and written, the others are digested or wait for it */

struct SpDigester {
    SpSha256 *digest;
    GAsyncQueue *empty, *full; /* of SpPiece; in full, one of size 0 is the end */
    GThread *thread;           /* NULL: none to be had */
};

static gpointer digest_full(gpointer given)
{
    SpDigester *to = given;
    for (gsize size = 1; size > 0;) {
        SpPiece *piece = g_async_queue_pop(to->full);
        size = piece->size;
        sp_sha256_add(to->digest, piece->data, size);
        g_async_queue_push(to->empty, piece);
    }
    return NULL;
}

SpDigester *sp_digester_new(void)
{
    SpDigester *to = g_new0(SpDigester, 1);
    *to = (SpDigester){sp_sha256_new(), g_async_queue_new_full(g_free),
                       g_async_queue_new_full(g_free), NULL};
    for (guint i = 0; i < PIECES; i++)
        g_async_queue_push(to->empty, g_new(SpPiece, 1));
    to->thread = g_thread_try_new("digest", digest_full, to, NULL);
    return to;
}

SpPiece *sp_digester_take(SpDigester *digester)
{
    return g_async_queue_pop(digester->empty);
}

void sp_digester_give_back(SpDigester *digester, SpPiece *piece)
{
    g_async_queue_push(digester->empty, piece);
}

void sp_digester_add(SpDigester *digester, SpPiece *piece)
{
    if (digester->thread == NULL)
        sp_sha256_add(digester->digest, piece->data, piece->size);
    g_async_queue_push(digester->thread != NULL ? digester->full : digester->empty, piece);
}

char *sp_digester_end(SpDigester *digester)
{
    SpPiece *last = sp_digester_take(digester);
    last->size = 0;
    g_async_queue_push(digester->full, last);
    if (digester->thread != NULL)
        (void)g_thread_join(digester->thread);
    char *sha256 = sp_sha256_end(digester->digest);
    g_async_queue_unref(digester->empty);
    g_async_queue_unref(digester->full);
    sp_sha256_free(digester->digest);
    g_free(digester);
    return sha256;
}
