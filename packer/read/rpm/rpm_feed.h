/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hands an RPM, or the headers in front of it, in (mapped) memory to librpm, which reads from
 * descriptors only and to their end, through a pipe: filled at once with what fits in, else by a
 * thread. And keeps what librpm logs meanwhile. From several threads at once, as long as there is
 * one SpRpmFeed a thread. */
#pragma once
#include "error.h"

#include <rpm/rpmtypes.h>

typedef struct {
    GBytes *rpm;
    int to;
    GThread *thread; /* NULL: none was needed */
    FD_t fd;         /* for librpm */
} SpRpmFeed;

/* SP_ERROR_SYSTEM: no pipe or thread is available for `name`. To be ended in either case. */
gboolean sp_rpm_feed_begin(SpRpmFeed *feed, GBytes *rpm, const char *name, GError **error);
void sp_rpm_feed_end(SpRpmFeed *feed);

/* While caught, nothing librpm logs goes to stderr. */
void sp_rpm_words_catch(void);
void sp_rpm_words_release(void);
/* What it logs in this thread from here on; freed by the caller. */
GString *sp_rpm_words_begin(void);
/* Those words on one line; the caller frees. */
char *sp_rpm_words_end(const GString *words);
