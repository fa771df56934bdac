/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_said.h"
#include "helper.h"

/* librpm's own entry, declared here so that the test needs no rpm headers. */
void rpmlog(int code, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void keeps_warnings_and_errors_on_one_line(void **state)
{
    (void)state;
    SpRpmSaid *said = sp_rpm_said_begin();
    assert_string_equal(sp_rpm_said(said), "rpm gave no reason");
    rpmlog(3, "an error\n");   /* RPMLOG_ERR */
    rpmlog(4, "a warning\n");  /* RPMLOG_WARNING */
    rpmlog(5, "a progress\n"); /* RPMLOG_NOTICE */
    assert_non_null(strstr(sp_rpm_said(said), "an error"));
    assert_non_null(strstr(sp_rpm_said(said), "a warning"));
    assert_null(strstr(sp_rpm_said(said), "progress"));
    assert_null(strchr(sp_rpm_said(said), '\n'));
    sp_rpm_said_clear(said);
    assert_string_equal(sp_rpm_said(said), "rpm gave no reason");
    sp_rpm_said_end(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_warnings_and_errors_on_one_line)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
