/* SPDX-License-Identifier: MIT */
/* The formatter against libc's, and texts. */
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

/* Both print the same arguments. */
#define assert_prints(...)                                                                         \
    do {                                                                                           \
        char *ours_ = xprintf(__VA_ARGS__), *theirs_ = NULL;                                       \
        assert_true(asprintf(&theirs_, __VA_ARGS__) >= 0);                                         \
        assert_string_equal(ours_, theirs_);                                                       \
        free(ours_);                                                                               \
        free(theirs_);                                                                             \
    } while (0)

static void numbers(void **state)
{
    (void)state;
    static const int ints[] = {0, 1, -1, 9, 10, -10, 255, 4096, INT_MAX, INT_MIN, INT_MIN + 1};
    static const size_t sizes[] = {0, 1, 10, UINT_MAX, (size_t)UINT_MAX + 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
        assert_prints("%d", ints[i]);
        assert_prints("<%u|%d>", (unsigned)ints[i], ints[i]);
        assert_prints("%x %02x %08x", (unsigned)ints[i], (unsigned)ints[i], (unsigned)ints[i]);
        assert_prints("%03u.%03d", (unsigned)ints[i], ints[i] < 0 ? 0 : ints[i]);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_prints("-%zu,%zu+", sizes[i], sizes[i]);
    unsigned seed = 1;
    for (int i = 0; i < 20000; i++) {
        unsigned n = (unsigned)rand_r(&seed) * 3u >> rand_r(&seed) % 32;
        assert_prints("%d%u%x%02x%zu", (int)n, n, n, n, (size_t)n * n);
    }
}

static void strings(void **state)
{
    (void)state;
    assert_prints("no conversion");
    assert_prints("%s", "");
    assert_prints("%s%s|%c%c", "a", "bc", 'd', '%');
    assert_prints("'%.*s' '%.*s' '%.*s'", 2, "abc", 0, "abc", 9, "abc");
    assert_prints("%.*s", 3, (const char[]){'a', 'b', 'c'}); /* no NUL behind it */
    char large[5000];
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    for (size_t cut = 200; cut < sizeof large; cut += 97)
        assert_prints("%.*s%s%d", (int)cut, large, large, 7);
    char *none = xprintf("%s", "");
    assert_string_equal(none, "");
    free(none);
}

static void printed_into_a_size(void **state)
{
    (void)state;
    for (size_t size = 1; size < 12; size++) {
        char ours[16], theirs[16];
        memset(ours, '~', sizeof ours);
        memset(theirs, '~', sizeof theirs);
        text_print(ours, size, "%s-%d", "hello", 42);
        assert_int_equal(snprintf(theirs, size, "%s-%d", "hello", 42), 8);
        assert_memory_equal(ours, theirs, sizeof ours);
    }
}

static void a_buffer_grows(void **state)
{
    (void)state;
    struct buf b = {0};
    assert_string_equal(text_buf(&b).p, "");
    buf_size(&b, 10);
    assert_int_equal(b.cap, 11);
    buf_size(&b, 3); /* large enough as it is */
    assert_int_equal(b.cap, 11);
    for (int i = 0; i < 1000; i++) {
        buf_printf(&b, "%d,", i % 10);
        assert_int_equal(b.n, 2 * (i + 1));
        assert_int_equal(b.p[b.n], '\0');
        assert_true(b.n < b.cap);
    }
    assert_memory_equal(b.p + 1990, "5,6,7,8,9,", 10);
    buf_add(&b, NULL, 0);
    assert_int_equal(b.n, 2000);
    buf_free(&b);
    assert_null(b.p);
}

static void trimmed(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},         {" \t\r\n ", ""},       {"a", "a"},
        {" a b ", "a b"}, {"\r\na\tb\n", "a\tb"}, {"\va", "\va"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(text_is(text_trim(text_of(cases[i][0])), cases[i][1]));
}

static void lines(void **state)
{
    (void)state;
    static const char text[] = "a\nb\r\nc\r\rd\n\ne";
    static const char *const want[] = {"a\n", "b\r\n", "c\r", "\r", "d\n", "\n", "e"};
    size_t at = 0, count = 0;
    for (struct text line; text_line(text_of(text), &at, &line); count++)
        assert_true(count < 7 && text_is(line, want[count]));
    assert_int_equal(count, 7);
    assert_int_equal(at, sizeof text - 1);
}

static void comparisons(void **state)
{
    (void)state;
    assert_true(text_starts(text_of("abc"), "ab") && text_starts(text_of("abc"), ""));
    assert_false(text_starts(text_of("a"), "ab") || text_starts(text_of("xbc"), "ab"));
    assert_false(text_is(text_of("ab"), "abc") || text_is(text_of("abc"), "ab"));
}

static void escaped(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *escaped;
    } cases[] = {
        {"plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 ~", 19,
         "plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 ~"},
        {"\033[31m\007", 6, "\\x1b[31m\\x07"},
        {"a\0b\r\n\tc\177", 8, "a\\x00b\\x0d\\x0a\\x09c\\x7f"},
        {"\xc2\x9b"
         "31m\xc2\xa0",
         7, "\\xc2\\x9b31m\xc2\xa0"}, /* C1, and a blank that is none of it */
        {"\x9b"
         "31m",
         4, "\\x9b31m"},
        {"\xff\xc3", 2, "\\xff\\xc3"},                            /* no UTF-8, and cut off */
        {"\xc0\xaf\xed\xa0\x80", 5, "\\xc0\\xaf\\xed\\xa0\\x80"}, /* too long, surrogate */
        {"\xf4\x90\x80\x80", 4, "\\xf4\\x90\\x80\\x80"},          /* behind the last */
        {"", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b = {0};
        char *exact = memcpy(xalloc(cases[i].n), cases[i].bytes, cases[i].n);
        buf_escape(&b, (struct text){exact, cases[i].n});
        assert_string_equal(buf_cstr(&b), cases[i].escaped);
        buf_free(&b);
        free(exact);
    }
}

static void written_whole_or_not(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC), pipes[2];
    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    assert_true(text_write(pipes[1], text_of("hello")));
    char got[8] = "";
    assert_int_equal(read(pipes[0], got, sizeof got), 5);
    assert_string_equal(got, "hello");
    assert_false(full >= 0 && text_write(full, text_of("x")));
    assert_int_equal(errno, ENOSPC);
    close(pipes[1]);
    assert_false(text_write(pipes[1], text_of("x")));
    assert_true(text_write(-1, text_of(""))); /* nothing to do */
    close(pipes[0]);
    close(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(strings),
        cmocka_unit_test(printed_into_a_size),
        cmocka_unit_test(a_buffer_grows),
        cmocka_unit_test(trimmed),
        cmocka_unit_test(lines),
        cmocka_unit_test(comparisons),
        cmocka_unit_test(escaped),
        cmocka_unit_test(written_whole_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
