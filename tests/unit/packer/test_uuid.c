/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "uuid.h"
#include "helper.h"

/* Expected values from Python's uuid.uuid5() with our namespace. */
static void derives_as_python_does(void **state)
{
    (void)state;
    g_autofree char *first = sp_uuid_derive("osnexus", "osnexus-quantastor-multipath", "1.0.0");
    g_autofree char *next = sp_uuid_derive("osnexus", "osnexus-quantastor-multipath", "1.0.1");
    assert_string_equal(first, "10bea843-73d5-5c22-81f2-bede62817dcb");
    assert_string_not_equal(first, next);
    assert_true(sp_uuid_is_valid(first));
}

static void knows_a_uuid(void **state)
{
    (void)state;
    assert_true(sp_uuid_is_valid("0a4f1234-5678-9abc-def0-0123456789ab"));
    const char *bad[] = {"",
                         "0a4f1234-5678-9abc-def0-0123456789a",
                         "0a4f1234-5678-9abc-def0-0123456789abc",
                         "0A4F1234-5678-9abc-def0-0123456789ab",
                         "0a4f123405678-9abc-def0-0123456789ab",
                         "0a4f1234-5678-9abc-def0-0123456789ag",
                         "00000000-0000-0000-0000-000000000000"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_false(sp_uuid_is_valid(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derives_as_python_does),
        cmocka_unit_test(knows_a_uuid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
