/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parser.h"
#include "helper.h"

static void hosts_of_a_range(void **state)
{
    (void)state;
    const struct {
        SpParser first, last;
        const char *hosts;
    } cases[] = {
        {SP_0_4_7, SP_0_4_7, "XenServer 5.5 to 6.2"},
        {SP_0_4_9_31, SP_0_4_9_31, "XenServer 6.5"},
        {SP_0_4_9_86, SP_0_4_9_86, "XenServer 7.0 to 7.6, XCP-ng 7"},
        {SP_0_4_9_119, SP_0_4_9_119, "XenServer 8, XCP-ng 8"},
        {SP_0_4_9_86, SP_0_4_9_119, "XenServer 7.0 to 8, XCP-ng 7 and 8"},
        {SP_0_4_9_31, SP_0_15_0, "XenServer 6.5 to 8, XCP-ng 7 and 8, XenServer 9"},
        {SP_0_4_7, SP_0_9_0,
         "XenServer 5.5 to 8, XCP-ng 7 and 8, XenServer 9 (multipath-tools before 0.9.6)"},
        {SP_0_6_0, SP_0_15_0, "XenServer 9"},
        {SP_0_9_9, SP_0_15_0, "XenServer 9 (multipath-tools 0.9.9 and later)"},
        {SP_0_9_6, SP_0_9_6, "XenServer 9 (multipath-tools 0.9.6 to before 0.9.9)"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *hosts = sp_parser_hosts(cases[i].first, cases[i].last);
        assert_string_equal(hosts, cases[i].hosts);
    }
}

static guint number(char **at)
{
    guint found = (guint)g_ascii_strtoull(*at, at, 10);
    *at += strspn(*at, ".-");
    return found;
}

/* The hook takes the last that is not newer, so the order is the versions'. */
static void names_ascend(void **state)
{
    (void)state;
    for (SpParser p = SP_0_4_9_31; p < SP_PARSERS; p++) {
        g_autofree char *one = g_strdup(sp_parser_name(p - 1));
        g_autofree char *two = g_strdup(sp_parser_name(p));
        char *a = one, *b = two;
        guint x = 0, y = 0;
        while (x == y && (*a != '\0' || *b != '\0')) {
            x = number(&a);
            y = number(&b);
        }
        assert_true(x < y);
    }
}

static void what_hosts_are_known_to_have(void **state)
{
    (void)state;
    assert_true(sp_parser_is_shipped(SP_0_4_7));
    assert_true(sp_parser_is_shipped(SP_0_4_9_119));
    assert_false(sp_parser_is_shipped(SP_0_6_0));
    assert_false(sp_parser_is_shipped(SP_0_9_0));
    assert_true(sp_parser_is_shipped(SP_0_9_6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_of_a_range),
        cmocka_unit_test(names_ascend),
        cmocka_unit_test(what_hosts_are_known_to_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
