/* SPDX-License-Identifier: MIT */
/* Ropes against plain strings that say the same. */
#include "rope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static unsigned seed = 20100601;

static size_t below(size_t most)
{
    return most ? (size_t)rand_r(&seed) % most : 0;
}

static void assert_is(const struct rope *r, const char *want, size_t n)
{
    struct buf b = {0};
    rope_copy(r, &b);
    assert_int_equal(r->n, n);
    assert_int_equal(b.n, n);
    assert_memory_equal(b.p ? b.p : "", want, n);
    for (size_t i = 0; i < r->count; i++)
        assert_true(r->piece[i].n > 0);
    buf_free(&b);
}

static void neighbours_are_one_piece(void **state)
{
    (void)state;
    static const char text[] = "hello world";
    struct rope r = rope_of((struct text){text, 5});
    rope_add(&r, (struct text){text + 5, 0});
    rope_add(&r, (struct text){text + 5, 6});
    assert_int_equal(r.count, 1);
    assert_is(&r, text, 11);
    rope_add(&r, (struct text){text, 5});
    assert_int_equal(r.count, 2);
    rope_cut(&r, 11);
    assert_int_equal(r.count, 1);
    rope_cut(&r, 20); /* shorter than that already */
    assert_is(&r, text, 11);
    rope_cut(&r, 0);
    assert_is(&r, "", 0);
    rope_free(&r);

    r = rope_of((struct text){NULL, 0});
    assert_int_equal(r.count, 0);
    rope_free(&r);
}

/* Everything a rope can be told to do, in any order, done to a plain buffer, too. */
static void any_order(void **state)
{
    (void)state;
    static const char source[] = "The quick brown fox\r\njumps over the\n\n\rlazy dog.\r";
    for (int round = 0; round < 3000; round++) {
        struct rope rope = {0}, half = {0};
        struct buf flat = {0};
        for (size_t steps = below(12); steps; steps--) {
            size_t from = below(sizeof source), n = below(sizeof source - from);
            switch (below(4)) {
            case 0:
                rope_add(&rope, (struct text){source + from, n});
                buf_add(&flat, source + from, n);
                break;
            case 1:
                rope_own(&rope, xprintf("%.*s", (int)n, source + from), n);
                buf_add(&flat, source + from, n);
                break;
            case 2:
                n = below(rope.n + 1);
                rope_cut(&rope, n);
                flat.n = n;
                break;
            default:
                from = below(rope.n + 1);
                n = below(rope.n + 1);
                rope_free(&half);
                rope_range(&half, &rope, from, n);
                assert_is(&half, flat.p ? flat.p + from : "", n > from ? n - from : 0);
            }
        }
        rope_free(&half);
        assert_is(&rope, buf_cstr(&flat), flat.n);
        for (size_t i = 0; i < rope.n; i++)
            assert_int_equal(rope_byte(&rope, i), flat.p[i]);
        rope_free(&rope);
        buf_free(&flat);
    }
}

static void equal_or_not(void **state)
{
    (void)state;
    char word[] = "hello world, hello";
    struct rope a = rope_of((struct text){word, 18}), b = {0}, none = {0};
    for (size_t i = 0; i < 18; i++)
        rope_own(&b, xprintf("%c", word[i]), 1);
    assert_true(rope_eq(&a, &b) && rope_eq(&b, &a) && rope_eq(&none, &none));
    assert_false(rope_eq(&a, &none) || rope_eq(&none, &a));
    for (size_t i = 0; i < 18; i++) {
        b.owned[i][0] ^= 1;
        assert_false(rope_eq(&a, &b) || rope_eq(&b, &a));
        b.owned[i][0] ^= 1;
    }
    rope_cut(&b, 17);
    assert_false(rope_eq(&a, &b));
    rope_free(&a);
    rope_free(&b);
}

/* The same memory at the ends; equal bytes elsewhere do not count. */
static void the_same_memory(void **state)
{
    (void)state;
    static const char text[] = "0123456789";
    struct rope a = rope_of((struct text){text, 10}), b = {0}, none = {0};
    rope_range(&b, &a, 0, 4);
    rope_own(&b, xstrdup("45"), 2);
    rope_range(&b, &a, 7, 10);
    assert_int_equal(rope_same_head(&a, &b), 4);
    assert_int_equal(rope_same_head(&b, &a), 4);
    assert_int_equal(rope_same_tail(&a, &b), 3);
    assert_int_equal(rope_same_tail(&b, &a), 3);
    assert_int_equal(rope_same_head(&a, &a), 10);
    assert_int_equal(rope_same_tail(&a, &a), 10);
    assert_int_equal(rope_same_head(&a, &none), 0);
    assert_int_equal(rope_same_tail(&a, &none), 0);
    assert_int_equal(rope_same_tail(&none, &a), 0);
    rope_add(&b, text_of("x"));
    assert_int_equal(rope_same_tail(&a, &b), 0);
    rope_free(&a);
    rope_free(&b);
}

static void looking_ahead(void **state)
{
    (void)state;
    static const char text[] = "abcdefghijklmnopqrstuvwxyz";
    for (int round = 0; round < 2000; round++) {
        struct rope rope = {0};
        char joined[64];
        for (size_t at = 0, n; at < 26; at += n) {
            n = 1 + below(26 - at < 7 ? 26 - at : 7);
            rope_own(&rope, xprintf("%.*s", (int)n, text + at), n);
        }
        struct rope_eye eye = {.rope = &rope};
        while (eye.at < 26) {
            size_t most = 1 + below(30);
            struct text seen = rope_look(&eye, most, joined);
            assert_true(seen.n >= (most < 26 - eye.at ? most : 26 - eye.at));
            assert_memory_equal(seen.p, text + eye.at, seen.n);
            eye.at += 1 + below(seen.n);
        }
        assert_int_equal(rope_look(&eye, 5, joined).n, 0);
        rope_free(&rope);
    }
}

/* Lines of any length, with every kind of end, in pieces of any size, are text_line()'s. */
static void lines(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\r", "\r\r\n", ""};
    for (int round = 0; round < 400; round++) {
        struct buf flat = {0};
        struct rope rope = {0};
        for (size_t count = below(5); count; count--) {
            /* around the length at which a line comes cut, and at which it is read on */
            size_t n = below(2) ? below(20) : ROPE_LINE * (1 + below(3)) - 3 + below(6);
            for (size_t i = 0; i < n; i++)
                buf_str(&flat, i % 50 ? "x" : "y");
            buf_str(&flat, ends[below(sizeof ends / sizeof *ends)]);
        }
        size_t most = below(2) ? 4 : 3000;
        for (size_t at = 0, n; at < flat.n; at += n) {
            n = 1 + below(flat.n - at < most ? flat.n - at : most);
            rope_own(&rope, xprintf("%.*s", (int)n, flat.p + at), n);
        }
        struct rope_eye eye = {.rope = &rope};
        struct rope_line line;
        struct text want;
        size_t at = 0;
        for (size_t begin = 0; text_line(text_buf(&flat), &at, &want); begin = at) {
            assert_true(rope_next_line(&eye, &line));
            assert_int_equal(line.begin, begin);
            assert_int_equal(line.end, at);
            assert_int_equal(line.head.n, want.n < ROPE_LINE ? want.n : ROPE_LINE);
            assert_memory_equal(line.head.p, want.p, line.head.n);
        }
        assert_false(rope_next_line(&eye, &line));
        rope_free(&rope);
        buf_free(&flat);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_one_piece),
        cmocka_unit_test(any_order),
        cmocka_unit_test(equal_or_not),
        cmocka_unit_test(the_same_memory),
        cmocka_unit_test(looking_ahead),
        cmocka_unit_test(lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
