/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "epoch.h"
#include "helper.h"

static void takes_decimal_seconds(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    const struct {
        const char *text;
        gint64 epoch;
    } good[] = {{"0", 0}, {"1700000000", 1700000000}, {"2147483647", G_MAXINT32}};
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        gint64 epoch = -1;
        assert_true(sp_epoch_parse(good[i].text, &epoch, &error));
        assert_int_equal(epoch, good[i].epoch);
    }
}

static void refuses_everything_else(void **state)
{
    (void)state;
    const char *bad[] = {"",
                         " 1",
                         "1 ",
                         "+1",
                         "-1",
                         "0x10",
                         "1.5",
                         "abc",
                         "2147483648",
                         "1e9",
                         "99999999999999999999"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        gint64 epoch = -1;
        assert_false(sp_epoch_parse(bad[i], &epoch, &error));
        assert_error(&error, 2, "SOURCE_DATE_EPOCH");
        assert_int_equal(epoch, -1);
    }
}

static void shows_utc(void **state)
{
    (void)state;
    g_setenv("TZ", "Asia/Tokyo", TRUE);
    g_autofree char *text = sp_epoch_iso8601(1700000000);
    assert_string_equal(text, "2023-11-14T22:13:20Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_decimal_seconds),
        cmocka_unit_test(refuses_everything_else),
        cmocka_unit_test(shows_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
