/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keyword.h"
#include "helper.h"

static void knows_per_dialect(void **state)
{
    (void)state;
    const struct {
        const char *name;
        gboolean el5, el7, el10;
    } cases[] = {
        {"vendor", TRUE, TRUE, TRUE},         {"getuid_callout", TRUE, FALSE, FALSE},
        {"prio_callout", TRUE, FALSE, FALSE}, {"rr_min_io_rq", TRUE, TRUE, TRUE},
        {"pg_timeout", TRUE, TRUE, FALSE},    {"skip_kpartx", TRUE, FALSE, TRUE},
        {"all_devs", TRUE, TRUE, FALSE},      {"detect_pgpolicy", TRUE, FALSE, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const SpKeyword *keyword = sp_keyword_find(cases[i].name);
        assert_non_null(keyword);
        assert_int_equal(keyword->known[SP_EL5], cases[i].el5);
        assert_int_equal(keyword->known[SP_EL7], cases[i].el7);
        assert_int_equal(keyword->known[SP_EL10], cases[i].el10);
    }
    assert_null(sp_keyword_find("Vendor"));
    assert_null(sp_keyword_find("hwtable_regex_match"));
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
        cmocka_unit_test(knows_per_dialect),
        cmocka_unit_test(values),
        cmocka_unit_test(advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
