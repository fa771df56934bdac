/* SPDX-License-Identifier: MIT */
/* Walks over runs that may be a whole file, 64 bytes a step where the processor has 16-byte words:
 * every x86-64 has, i686 as such has none and takes the usual way. */
#include "text.h"

COMPILE_FOR_SPEED

#ifdef __SSE2__
typedef char word16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef long long pair __attribute__((vector_size(16)));

static bool any(pair bits)
{
    return (bits[0] | bits[1]) != 0;
}

bool bytes_same(const char *a, const char *b, size_t n)
{
    for (; n >= 64; n -= 64, a += 64, b += 64) {
        const word16 *x = (const word16 *)a, *y = (const word16 *)b;
        if (any((pair)((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]))))
            return false;
    }
    return bytes_eq(a, b, n);
}

const char *bytes_find(const char *p, char c, size_t n)
{
    const word16 all = {c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c};
    for (; n >= 64; n -= 64, p += 64) {
        const word16 *x = (const word16 *)p;
        if (any((pair)((x[0] == all) | (x[1] == all) | (x[2] == all) | (x[3] == all))))
            break;
    }
    return memchr(p, c, n);
}
#else
bool bytes_same(const char *a, const char *b, size_t n)
{
    return bytes_eq(a, b, n);
}

const char *bytes_find(const char *p, char c, size_t n)
{
    return memchr(p, c, n);
}
#endif
