/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A macro, so that the backtrace ends in the line of the law that is broken. */
#define must(law)                                                                                  \
    do {                                                                                           \
        if (!(law))                                                                                \
            abort();                                                                               \
    } while (0)

/* What is left of the input; choices are taken from its front. */
struct input {
    const uint8_t *p;
    size_t n;
};

/* A number below `most`; 0 where nothing is left. */
static inline unsigned choose(struct input *in, unsigned most)
{
    if (!in->n)
        return 0;
    in->n--;
    return *in->p++ % most;
}

#endif
