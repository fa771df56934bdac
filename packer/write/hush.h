/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps what a library or its children write to stdout and stderr, to be quoted under our own
 * sentence: librpmbuild prints its errors a second time, librpmsign prints paths and runs gpg.
 * For short, single-threaded stretches: the descriptors of the whole process are redirected. */
#pragma once
#include <glib.h>

typedef struct {
    int saved[2];
    int memory;
} SpHush;

SpHush sp_hush_begin(void);
/* Gives the streams back. What was said, at most 1 KiB, on one line; the caller frees. */
char *sp_hush_end(SpHush *hush);
