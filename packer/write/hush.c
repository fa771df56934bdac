/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memfd_create */
#include "hush.h"
#include "cleanup.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>

static const int streams[2] = {STDOUT_FILENO, STDERR_FILENO};

SpHush sp_hush_begin(void)
{
    (void)fflush(NULL);
    SpHush hush = {.memory = memfd_create("said", MFD_CLOEXEC)};
    for (int i = 0; i < 2; i++) {
        hush.saved[i] = fcntl(streams[i], F_DUPFD_CLOEXEC, 3);
        if (hush.saved[i] >= 0 && hush.memory >= 0)
            (void)dup2(hush.memory, streams[i]);
    }
    return hush;
}

char *sp_hush_end(SpHush *hush)
{
    (void)fflush(NULL);
    for (int i = 0; i < 2; i++) {
        if (hush->saved[i] >= 0 && hush->memory >= 0)
            (void)dup2(hush->saved[i], streams[i]);
        sp_close_quietly(&hush->saved[i]);
    }
    char text[1024];
    ssize_t n = hush->memory >= 0 ? pread(hush->memory, text, sizeof(text) - 1, 0) : 0;
    text[n > 0 ? n : 0] = '\0';
    sp_close_quietly(&hush->memory);
    return g_strstrip(g_strdelimit(g_strdup(text), "\n", ' '));
}
