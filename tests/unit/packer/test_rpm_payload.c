/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_payload.h"
#include "helper.h"

/* What is right is tested with real packages by test_rpmfile. */
static void refuses_what_is_no_payload(void **state)
{
    (void)state;
    const char *cases[] = {"", "no archive", "\xed\xab\xee\xdb cut off"};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bytes = bytes_of(cases[i]);
        g_autoptr(GPtrArray) files = sp_tree_new();
        SpRpmBudget budget = SP_RPM_BUDGET;
        assert_false(sp_rpm_read_payload(bytes, "x.rpm", &budget, files, &error));
        assert_error(&error, 3, "cannot read the payload of 'x.rpm'");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(refuses_what_is_no_payload)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
