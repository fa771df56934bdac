/* SPDX-License-Identifier: MIT */
/* The shared corpus of real files and probes, where it is. Tests that need it end with 77 (skip)
 * and say so where it is not. */
#ifndef TEST_CORPUS_H
#define TEST_CORPUS_H

#include "rootfs.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

static inline const char *corpus_dir(void)
{
    const char *dir = getenv("SUPPACK_CORPUS");
    return dir && *dir ? dir : "../shared/corpus";
}

/* All *.conf of the corpus and its probes; false when there is no corpus. */
static inline int corpus_files(glob_t *files)
{
    char pattern[512];
    snprintf(pattern, sizeof pattern, "%s/*.conf", corpus_dir());
    if (glob(pattern, 0, NULL, files) != 0) {
        printf("SKIPPED: no corpus in '%s'\n", corpus_dir());
        return 0;
    }
    snprintf(pattern, sizeof pattern, "%s/probes/*.conf", corpus_dir());
    return glob(pattern, GLOB_APPEND, NULL, files) == 0;
}

static inline struct buf load(const char *path)
{
    struct buf b = {0};
    char full[4096];
    if (!realpath(path, full) || rootfs_read("", full, &b) < 0)
        fail_msg("cannot read %s", path);
    return b;
}

#define SKIP 77

#endif
