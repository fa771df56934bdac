/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keyword.h"
#include "helper.h"

/* By the parsers of 5.6 .. 6.2, 6.5, 7.0 .. 7.6, 8, and of 0.9.9 and 0.15.0. */
static void known_to(void **state)
{
    (void)state;
    static const SpParser parsers[] = {SP_0_4_7,     SP_0_4_9_31, SP_0_4_9_86,
                                       SP_0_4_9_119, SP_0_9_9,    SP_0_15_0};
    const char *const cases[][2] = {
        {"vendor", "yyyyyy"},
        {"getuid_callout", "ynnnnn"},
        {"prio_callout", "ynnnnn"},
        {"prio", "nyyyyy"},
        {"rr_min_io", "yyyyyn"},
        {"rr_min_io_rq", "nyyyyn"},
        {"rr_weight", "yyyyyn"},
        {"pg_timeout", "nyyynn"},
        {"skip_kpartx", "nnnyyy"},
        {"max_sectors_kb", "nnnyyy"},
        {"all_devs", "nnyynn"},
        {"detect_checker", "nnnnyy"},
        {"detect_pgpolicy", "nnnnyy"},
        {"detect_prio", "nyyyyy"},
        {"purge_disconnected", "nnnnny"},
        {"ghost_delay", "nnnyyy"},
        {"all_tg_pt", "nnnnyy"},
        {"detect_path_checker", "nnnynn"},
        {"features", "yyyyyy"},
        {"uid_attribute", "nnyyyy"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const SpKeyword *keyword = sp_keyword_find(cases[i][0]);
        assert_non_null(keyword);
        char found[G_N_ELEMENTS(parsers) + 1] = "";
        for (gsize k = 0; k < G_N_ELEMENTS(parsers); k++)
            found[k] = sp_keyword_is_known(keyword, parsers[k]) ? 'y' : 'n';
        print_message("%s\n", keyword->name);
        assert_string_equal(found, cases[i][1]);
    }
    assert_null(sp_keyword_find("Vendor"));
    assert_null(sp_keyword_find("hwtable_regex_match"));
}

/* A row of the table that is a slip of the pen would show here. */
static void every_alias_is_a_keyword(void **state)
{
    (void)state;
    const char *const names[] = {"prio", "prio_callout", "checker", "detect_checker",
                                 "detect_path_checker"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        assert_non_null(sp_keyword_find(sp_keyword_find(names[i])->alias));
}

static void values(void **state)
{
    (void)state;
    const SpKeyword *failback = sp_keyword_find("failback");
    assert_true(sp_keyword_accepts(failback, "immediate"));
    assert_true(sp_keyword_accepts(failback, "10"));
    assert_false(sp_keyword_accepts(failback, "soon"));
    assert_false(sp_keyword_accepts(failback, "-1"));
    assert_false(sp_keyword_accepts(failback, "N"));
    assert_false(sp_keyword_accepts(failback, "12345678901"));
    const SpKeyword *loss = sp_keyword_find("dev_loss_tmo");
    assert_true(sp_keyword_accepts(loss, "2147483647"));
    assert_true(sp_keyword_accepts(loss, "4294967295"));
    assert_false(sp_keyword_accepts(loss, "4294967296"));
    assert_true(sp_keyword_accepts(sp_keyword_find("features"), "1 queue_if_no_path"));
}

static void advice(void **state)
{
    (void)state;
    const char *const cases[][2] = {
        {"path_grouping_polcy", ", did you mean 'path_grouping_policy'?"},
        {"Vendor", ", did you mean 'vendor'?"},
        {"no_path_rerty", ", did you mean 'no_path_retry'?"},
        {"polling_interval", ", it belongs to the section 'defaults'"},
        {"nonsense", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *said = sp_keyword_advice(cases[i][0]);
        assert_string_equal(said, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_to),
        cmocka_unit_test(every_alias_is_a_keyword),
        cmocka_unit_test(values),
        cmocka_unit_test(advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
