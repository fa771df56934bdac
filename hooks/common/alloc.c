/* SPDX-License-Identifier: MIT */
/* malloc for the shipped program, which runs for milliseconds and on hosts whose every page counts:
 * powers of two with a list of free ones each, cut from a static arena, then from pages; what is
 * large has pages of its own and moves with mremap(). libc's own gives pages back and takes them
 * anew all the time, which was more than half of this program's system calls. One thread. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HEAD  16u /* keeps what is given out aligned as malloc's is */
#define LEAST 5   /* 32 bytes, head included */
#define MOST  15  /* 32 KiB; above that pages */
#define PAGE  4096u
#define CHUNK (256u << 10)

union head {
    struct {
        size_t size; /* of the whole piece */
        union head *next;
    } h;
    char align[HEAD];
};

static union head *idle[MOST + 1];
static _Alignas(HEAD) char first[192u << 10];
static char *arena = first, *arena_end = first + sizeof first;

static void *pages(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static unsigned class_of(size_t size)
{
    unsigned class = LEAST;
    while ((size_t)1 << class < size)
        class ++;
    return class;
}

static union head *small(unsigned class)
{
    union head *p = idle[class];
    size_t size = (size_t)1 << class;
    if (p) {
        idle[class] = p->h.next;
        return p;
    }
    if ((size_t)(arena_end - arena) < size) {
        char *more = pages(CHUNK);
        if (!more)
            return NULL;
        arena = more;
        arena_end = more + CHUNK;
    }
    p = (union head *)(void *)arena;
    arena += size;
    p->h.size = size;
    return p;
}

void *malloc(size_t want)
{
    union head *p;
    if (want > PTRDIFF_MAX - 2 * PAGE) {
        errno = ENOMEM;
        return NULL;
    }
    size_t size = want + HEAD;
    if (size <= (size_t)1 << MOST) {
        p = small(class_of(size));
    } else {
        size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
        p = pages(size);
        if (p)
            p->h.size = size;
    }
    return p ? p + 1 : NULL;
}

void free(void *given)
{
    if (!given)
        return;
    union head *p = (union head *)given - 1;
    if (p->h.size > (size_t)1 << MOST) {
        int error = errno;
        munmap(p, p->h.size);
        errno = error;
        return;
    }
    unsigned class = class_of(p->h.size);
    p->h.next = idle[class];
    idle[class] = p;
}

void *realloc(void *given, size_t want)
{
    if (!given)
        return malloc(want);
    union head *p = (union head *)given - 1;
    if (want + HEAD <= p->h.size && want + HEAD > want)
        return given;
    if (p->h.size > (size_t)1 << MOST && want < PTRDIFF_MAX - 2 * PAGE) {
        size_t size = (want + HEAD + PAGE - 1) & ~(size_t)(PAGE - 1);
        union head *moved = mremap(p, p->h.size, size, MREMAP_MAYMOVE);
        if (moved == MAP_FAILED)
            return NULL;
        moved->h.size = size;
        return moved + 1;
    }
    void *new = malloc(want);
    if (new) {
        memcpy(new, given, p->h.size - HEAD < want ? p->h.size - HEAD : want);
        free(given);
    }
    return new;
}

void *calloc(size_t count, size_t size)
{
    size_t want;
    if (__builtin_mul_overflow(count, size, &want)) {
        errno = ENOMEM;
        return NULL;
    }
    void *p = malloc(want);
    return p ? memset(p, 0, want) : NULL;
}
