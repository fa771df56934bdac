/* SPDX-License-Identifier: MIT */
/* The diff as a patcher takes it: applied to the one text it gives the other. */
#include "conf.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXTS 4000
#define LINES 40

static unsigned seed = 1;

static unsigned any(unsigned most)
{
    seed = seed * 1103515245 + 12345;
    return (seed >> 16) % most;
}

/* Few different lines, so that many are alike; the last may have no end. */
static void add_line(struct buf *b)
{
    static const char *const lines[] = {"}\n", "\n", "a\n", "b\r\n", "device {\n", "-c\n", "+c\n"};
    buf_str(b, lines[any(sizeof lines / sizeof *lines)]);
}

static struct buf change(struct text before, unsigned one_in)
{
    struct buf after = {0};
    for (size_t at = 0; at < before.n;) {
        const char *lf = memchr(before.p + at, '\n', before.n - at);
        size_t end = lf ? (size_t)(lf - before.p) + 1 : before.n;
        unsigned what = any(one_in);
        if (what == 0)
            add_line(&after);
        if (what != 1)
            buf_add(&after, before.p + at, end - at);
        at = end;
    }
    return after;
}

static struct text diff_line(struct text t, size_t *at)
{
    const char *lf = memchr(t.p + *at, '\n', t.n - *at);
    assert_non_null(lf);
    size_t begin = *at;
    *at = (size_t)(lf - t.p) + 1;
    return text_sub(t, begin, *at);
}

static void copy_until(struct text before, size_t *from, size_t *line, size_t until,
                       struct buf *out)
{
    for (; *line < until; ++*line) {
        struct text one = diff_line(before, from);
        buf_text(out, one);
    }
}

/* Is the line of the diff that begins at `at` followed by "\ No newline"? */
static struct text content(struct text diff, size_t *at, struct text line)
{
    line = text_sub(line, 1, line.n);
    if (*at < diff.n && diff.p[*at] == '\\') {
        line.n--;
        diff_line(diff, at);
    }
    return line;
}

/* A small patch(1): it checks each line it takes away or keeps, and where each hunk stands in both
 * texts. */
static void patch(struct text before, struct text diff, struct buf *out, unsigned *gone,
                  unsigned *come)
{
    size_t at = 0, from = 0, old_line = 0, new_line = 0;
    *gone = *come = 0;
    diff_line(diff, &at);
    diff_line(diff, &at);
    while (at < diff.n) {
        size_t old_at, old_n, new_at, new_n;
        struct text head = diff_line(diff, &at);
        assert_int_equal(
            sscanf(head.p, "@@ -%zu,%zu +%zu,%zu @@\n", &old_at, &old_n, &new_at, &new_n), 4);
        old_at -= old_n != 0;
        new_at -= new_n != 0;
        new_line += old_at - old_line;
        copy_until(before, &from, &old_line, old_at, out);
        assert_int_equal(new_line, new_at);
        while (old_line < old_at + old_n || new_line < new_at + new_n) {
            struct text line = diff_line(diff, &at);
            char mark = line.p[0];
            line = content(diff, &at, line);
            if (mark != '+') {
                assert_true(line.n <= before.n - from);
                assert_memory_equal(before.p + from, line.p, line.n);
                from += line.n;
                old_line++;
            }
            if (mark != '-') {
                buf_text(out, line);
                new_line++;
            }
            *gone += mark == '-';
            *come += mark == '+';
        }
    }
    buf_text(out, text_sub(before, from, before.n));
}

static unsigned count_lines(struct text t)
{
    unsigned n = t.n && t.p[t.n - 1] != '\n';
    for (size_t i = 0; i < t.n; i++)
        n += t.p[i] == '\n';
    return n;
}

static void check(struct text before, struct text after, unsigned *gone, unsigned *come)
{
    struct buf diff = {0}, patched = {0};
    mp_diff(before, after, "/f", &diff);
    buf_cstr(&diff); /* for sscanf() */
    *gone = *come = 0;
    assert_int_equal(diff.n == 0, text_eq(before, after));
    if (diff.n) {
        patch(before, text_buf(&diff), &patched, gone, come);
        assert_true(text_eq(text_buf(&patched), after));
        assert_true(*gone + *come <= count_lines(before) + count_lines(after));
    }
    buf_free(&diff);
    buf_free(&patched);
}

static void test_applied_it_gives_the_other_text(void **state)
{
    unsigned gone, come;
    (void)state;
    for (int i = 0; i < TEXTS; i++) {
        struct buf before = {0};
        for (unsigned n = any(LINES); n--;)
            add_line(&before);
        if (before.n && any(4) == 0)
            before.n--; /* no end of the last line */
        struct buf after = change(text_buf(&before), 3 + any(20));
        if (after.n && any(4) == 0)
            after.n--;
        check(text_buf(&before), text_buf(&after), &gone, &come);
        check(text_buf(&after), text_buf(&before), &gone, &come);
        buf_free(&before);
        buf_free(&after);
    }
}

/* However often the line's neighbours are repeated. */
static void test_one_line_edited_is_one_out_and_one_in(void **state)
{
    unsigned gone, come;
    (void)state;
    for (int i = 0; i < TEXTS; i++) {
        struct buf before = {0}, after = {0};
        unsigned lines = 1 + any(LINES), edited = any(lines);
        for (unsigned n = 0; n < lines; n++) {
            size_t begin = before.n;
            add_line(&before);
            if (n == edited)
                buf_str(&after, "edited\n");
            else
                buf_add(&after, before.p + begin, before.n - begin);
        }
        check(text_buf(&before), text_buf(&after), &gone, &come);
        assert_int_equal(gone, 1);
        assert_int_equal(come, 1);
        buf_free(&before);
        buf_free(&after);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_applied_it_gives_the_other_text),
        cmocka_unit_test(test_one_line_edited_is_one_out_and_one_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
