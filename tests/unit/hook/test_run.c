/* SPDX-License-Identifier: MIT */
/* A program that does not end is ended, with what it started, and how it ended is told. */
#include "clock.h"
#include "places.h"
#include "run.h"

#include <signal.h>

static struct buf out;

static int run(const char *script, int most_ms)
{
    char *const argv[] = {"/bin/sh", "-c", (char *)script, NULL};
    out.n = 0;
    return run_program("", argv, most_ms, NULL, NULL, &out);
}

static void how_it_ended(void **state)
{
    (void)state;
    assert_int_equal(run("echo said; exit 3", 5000), 3);
    assert_string_equal(buf_cstr(&out), "said\n");
    assert_int_equal(run("kill -SEGV $$", 5000), DIED - SIGSEGV);
    char *const none[] = {"/no/such/program", NULL};
    assert_int_equal(run_program("", none, 5000, NULL, NULL, &out), NO_PROGRAM);
    buf_free(&out);
}

/* Who starts us may have it so, and it is inherited. */
static void where_children_are_ignored(void **state)
{
    (void)state;
    signal(SIGCHLD, SIG_IGN);
    assert_int_equal(run("exit 3", 5000), 3);
    buf_free(&out);
}

static void one_that_does_not_end(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "sleep 60", "exec >&- 2>&-; sleep 60",                        /* its output ends at once */
        "exec >&- 2>&-; trap '' TERM; sleep 60", "sleep 60 & exit 0", /* held by a child of it */
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        long long start = ms_now();
        assert_int_equal(run(scripts[i], 300), TOO_LONG);
        assert_true(ms_now() - start < 5000);
    }
    buf_free(&out);
}

/* The child of the child, too. */
static void what_it_started_is_ended(void **state)
{
    (void)state;
    char *script = xprintf("exec >&- 2>&-; (sleep 1; echo alive >%s) & sleep 60", at("alive"));
    assert_int_equal(run(script, 300), TOO_LONG);
    ms_sleep(1500);
    assert_false(is_there(at("alive")));
    free(script);
    buf_free(&out);
}

static bool refuses(void *data)
{
    return *(bool *)data;
}

static void prepared_or_not(void **state)
{
    (void)state;
    bool yes = true, no = false;
    char *const argv[] = {"/bin/true", NULL};
    assert_int_equal(run_program("", argv, 5000, refuses, &yes, &out), 0);
    assert_int_equal(run_program("", argv, 5000, refuses, &no, &out), NOT_PREPARED);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_it_ended),
        cmocka_unit_test(where_children_are_ignored),
        cmocka_unit_test(one_that_does_not_end),
        cmocka_unit_test_setup_teardown(what_it_started_is_ended, make_place, remove_place),
        cmocka_unit_test(prepared_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
