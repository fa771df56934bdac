/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helper.h"

#include <errno.h>

static void throw_returns_false_and_sets_code(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    assert_false(sp_throw(&error, SP_ERROR_KEY, "no key '%s'", "X"));
    assert_error(&error, 5, "no key 'X'");
    assert_false(sp_throw(NULL, SP_ERROR_KEY, "nobody asks"));
}

static void throw_errno_puts_the_cause_last(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    errno = ENOSPC;
    assert_false(sp_throw_errno(&error, "cannot write '%s'", "f"));
    assert_error(&error, 4, "cannot write 'f': No space left on device");
}

static void prefix_and_hint(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    sp_throw(&error, SP_ERROR_INPUT, "inner");
    assert_false(sp_prefix(&error, "outer %d", 1));
    assert_false(sp_hint(&error, "do this"));
    assert_false(sp_hint(&error, "a second one is not taken"));
    assert_string_equal(error->message, "outer 1: inner\nhint: do this");
    assert_false(sp_prefix(NULL, "nothing there"));
}

static void adopt_moves_a_foreign_error_into_our_domain(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    GError *foreign = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "theirs");
    assert_false(sp_adopt(&error, foreign, SP_ERROR_SYSTEM, "ours"));
    assert_error(&error, 4, "ours: theirs");
    assert_false(sp_adopt(&error, NULL, SP_ERROR_SYSTEM, "ours"));
    assert_error(&error, 4, "ours: no reason given");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(throw_returns_false_and_sets_code),
        cmocka_unit_test(throw_errno_puts_the_cause_last),
        cmocka_unit_test(prefix_and_hint),
        cmocka_unit_test(adopt_moves_a_foreign_error_into_our_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
