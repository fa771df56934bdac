/* SPDX-License-Identifier: MIT */
/* The shipped program's malloc, which the other tests leave out for the sanitizers': alloc.c under
 * names of its own, hammered against a list of what ought to be in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>
#include <errno.h>

/* Here, after the headers: libc's declarations keep their names. */
#define malloc  own_malloc
#define free    own_free
#define realloc own_realloc
#define calloc  own_calloc
void *own_malloc(size_t want);
void own_free(void *given);
void *own_realloc(void *given, size_t want);
void *own_calloc(size_t count, size_t size);
#include "../../../hooks/common/alloc.c"
#undef malloc
#undef free
#undef realloc
#undef calloc

#define PIECES 300

struct piece {
    unsigned char *p;
    size_t n;
    unsigned char mark;
};

static unsigned seed = 20100601;

static size_t below(size_t most)
{
    return (size_t)rand_r(&seed) % most;
}

/* Mostly small, sometimes around a power of two, where the classes change, sometimes whole pages.
 */
static size_t a_size(void)
{
    switch (below(8)) {
    case 0:
        return ((size_t)1 << (5 + below(13))) + below(40) - 20;
    case 1:
        return 30000 + below(200000);
    default:
        return below(300);
    }
}

static void fill(struct piece *piece, unsigned char *p, size_t n)
{
    assert_non_null(p);
    assert_int_equal((uintptr_t)p % 16, 0);
    *piece = (struct piece){p, n, (unsigned char)(1 + below(255))};
    memset(p, piece->mark, n);
}

/* Nobody else wrote into it: neither another piece nor the lists of free ones. */
static void check(const struct piece *piece, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (piece->p[i] != piece->mark)
            fail_msg("byte %zu of %zu was overwritten", i, piece->n);
}

static void resize(struct piece *piece)
{
    size_t n = a_size(), common = n < piece->n ? n : piece->n;
    unsigned char *p = own_realloc(piece->p, n);
    assert_non_null(p);
    piece->p = p;
    check(piece, common);
    fill(piece, p, n);
}

static void zeroed(struct piece *piece)
{
    size_t size = 1 + below(64), count = a_size() / size;
    unsigned char *p = own_calloc(count, size);
    assert_non_null(p);
    for (size_t i = 0; i < count * size; i++)
        if (p[i])
            fail_msg("byte %zu of %zu is not zero", i, count * size);
    fill(piece, p, count * size);
}

static void any_order(void **state)
{
    (void)state;
    static struct piece pieces[PIECES];
    for (int i = 0; i < 60000; i++) {
        struct piece *piece = &pieces[below(PIECES)];
        if (!piece->p) {
            if (below(4) == 0) {
                zeroed(piece);
            } else {
                size_t n = a_size();
                fill(piece, below(2) ? own_malloc(n) : own_realloc(NULL, n), n);
            }
        } else if (below(3) == 0) {
            resize(piece);
        } else {
            check(piece, piece->n);
            own_free(piece->p);
            piece->p = NULL;
        }
    }
    for (size_t i = 0; i < PIECES; i++)
        if (pieces[i].p) {
            check(&pieces[i], pieces[i].n);
            own_free(pieces[i].p);
            pieces[i].p = NULL;
        }
}

/* What is free is used again: a program that gives all back needs no more than it once did. */
static void what_is_free_is_used_again(void **state)
{
    (void)state;
    for (size_t n = 0; n < 32000; n += 13) {
        void *one = own_malloc(n);
        own_free(one);
        void *other = own_malloc(n);
        assert_ptr_equal(one, other);
        own_free(other);
    }
}

static void grows_from_nothing_to_megabytes(void **state)
{
    (void)state;
    struct piece piece;
    fill(&piece, own_malloc(0), 0);
    for (size_t n = 1; n < 16u << 20; n += n / 2 + 1) {
        unsigned char *p = own_realloc(piece.p, n);
        assert_non_null(p);
        piece.p = p;
        check(&piece, piece.n);
        memset(p, piece.mark, n);
        piece.n = n;
    }
    unsigned char *smaller = own_realloc(piece.p, 10);
    assert_non_null(smaller);
    piece.p = smaller;
    check(&piece, 10);
    own_free(smaller);
}

static void what_cannot_be(void **state)
{
    (void)state;
    volatile size_t most = SIZE_MAX; /* or the compiler knows better */
    static const size_t below_most[] = {0, 1, 15, 16, 17, 4096, SIZE_MAX / 2, SIZE_MAX / 2 + 1};
    struct piece small, large;
    fill(&small, own_malloc(100), 100);
    fill(&large, own_malloc(100000), 100000);
    for (size_t i = 0; i < sizeof below_most / sizeof *below_most; i++) {
        size_t n = most - below_most[i];
        errno = 0;
        assert_null(own_malloc(n));
        assert_int_equal(errno, ENOMEM);
        assert_null(own_realloc(small.p, n));
        assert_null(own_realloc(large.p, n));
        assert_null(own_calloc(n, 1));
        assert_null(own_calloc(n, 3));
        assert_null(own_calloc(1 + n / 2, 2));
    }
    check(&small, small.n); /* what could not grow is as it was */
    check(&large, large.n);
    /* More than there can be at once, though not in itself too much. */
    errno = 0;
    assert_null(own_malloc((size_t)1 << 50));
    assert_int_equal(errno, ENOMEM);
    assert_null(own_realloc(large.p, (size_t)1 << 50));
    check(&large, large.n);
    own_free(NULL);
    errno = EIO;
    own_free(small.p);
    own_free(large.p);
    assert_int_equal(errno, EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order),
        cmocka_unit_test(what_is_free_is_used_again),
        cmocka_unit_test(grows_from_nothing_to_megabytes),
        cmocka_unit_test(what_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
