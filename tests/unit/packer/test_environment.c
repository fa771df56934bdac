/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "environment.h"
#include "helper.h"

static void clear(void)
{
    const char *names[] = {"GNUPGHOME", "TMPDIR", "NO_COLOR", "SOURCE_DATE_EPOCH"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        g_unsetenv(names[i]);
}

static void defaults(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    clear();
    g_autoptr(SpEnvironment) environment = sp_environment_read(&error);
    assert_non_null(environment);
    assert_string_equal(environment->tmpdir, "/tmp");
    assert_true(g_str_has_suffix(environment->gnupg_home, "/.gnupg"));
    assert_true(g_str_has_suffix(environment->program, "/test_environment"));
    assert_int_equal(environment->epoch, -1);
    assert_false(environment->no_color);
}

static void given(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    clear();
    g_setenv("TMPDIR", "/var/tmp", TRUE);
    g_setenv("GNUPGHOME", "relative", TRUE);
    g_setenv("NO_COLOR", "1", TRUE);
    g_setenv("SOURCE_DATE_EPOCH", "0", TRUE);
    g_autoptr(SpEnvironment) environment = sp_environment_read(&error);
    assert_non_null(environment);
    assert_string_equal(environment->tmpdir, "/var/tmp");
    assert_true(g_path_is_absolute(environment->gnupg_home));
    assert_int_equal(environment->epoch, 0);
    assert_true(environment->no_color);
}

static void malformed_epoch(void **state)
{
    (void)state;
    const char *bad[] = {"", "now", "-1"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        clear();
        g_setenv("SOURCE_DATE_EPOCH", bad[i], TRUE);
        assert_null(sp_environment_read(&error));
        assert_error(&error, 2, "SOURCE_DATE_EPOCH");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(given),
        cmocka_unit_test(malformed_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
