/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "closure.h"
#include "helper.h"

static void what_meets_what(void **state)
{
    (void)state;
    static const struct {
        const char *provided, *required;
        gboolean met;
    } cases[] = {
        {"a", "a", TRUE},
        {"a", "b", FALSE},
        {"a", "a >= 5", TRUE}, /* as rpm has it: without a version it is every version */
        {"a = 1", "a", TRUE},
        {"a = 1", "a = 1", TRUE},
        {"a = 1-2", "a = 1", TRUE},
        {"a = 1", "a > 1", FALSE},
        {"a = 1.10", "a >= 1.9", TRUE},
        {"a = 1.0~rc1", "a >= 1.0", FALSE},
        {"a = 2:1", "a >= 5", TRUE},
        {"a = 5", "a >= 2:1", FALSE},
        {"a <= 3", "a >= 4", FALSE},
        {"a <= 3", "a < 2", TRUE},
        {"/bin/a", "/bin/a", TRUE},
        {"/opt/a b", "/opt/a b", TRUE},
        {"libc.so.6(GLIBC_2.17)(64bit)", "libc.so.6(GLIBC_2.17)(64bit)", TRUE},
        {"libc.so.6(GLIBC_2.17)(64bit)", "libc.so.6(GLIBC_2.34)(64bit)", FALSE},
        {"b", "rpmlib(FileDigests) <= 4.6.0-1", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpClosure) closure = sp_closure_new();
        sp_closure_provide(closure, cases[i].provided);
        if (sp_closure_meets(closure, cases[i].required) != cases[i].met)
            fail_msg("'%s' for '%s'", cases[i].provided, cases[i].required);
    }
}

static void one_of_many_is_enough(void **state)
{
    (void)state;
    g_autoptr(SpClosure) closure = sp_closure_new();
    sp_closure_provide(closure, "a = 1");
    sp_closure_provide(closure, "a = 3");
    assert_true(sp_closure_meets(closure, "a = 1"));
    assert_true(sp_closure_meets(closure, "a = 3"));
    assert_false(sp_closure_meets(closure, "a = 2"));
    sp_closure_provide(closure, "a");
    sp_closure_provide(closure, "a = 4");
    assert_true(sp_closure_meets(closure, "a = 2"));
}

static void a_promise_is_a_bound(void **state)
{
    (void)state;
    static const struct {
        const char *promised, *required;
        gboolean met;
    } cases[] = {
        {"p >= 2.2.0", "p", TRUE},          {"p >= 2.2.0", "p >= 2.1", TRUE},
        {"p >= 2.2.0", "p >= 2.2.0", TRUE}, {"p >= 2.2.0", "p >= 3", FALSE},
        {"p >= 2.2.0", "p = 2.2.0", FALSE}, {"p >= 2.2.0", "p <= 9", FALSE},
        {"p = 2.2.0", "p = 2.2.0", TRUE},   {"p = 2.2.0", "p <= 9", TRUE},
        {"p <= 3", "p <= 4", TRUE},         {"p <= 3", "p >= 1", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpClosure) closure = sp_closure_new();
        sp_closure_promise(closure, cases[i].promised);
        if (sp_closure_meets(closure, cases[i].required) != cases[i].met)
            fail_msg("'%s' for '%s'", cases[i].promised, cases[i].required);
    }
}

static void what_can_be_read(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "a = 1", "/a b c", "perl(A::B) >= 1:2-3"};
    static const char *const wrong[] = {"", "a b", "a == 1", "a = 1 2", "a ="};
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        assert_true(sp_capability_is_good(good[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        assert_false(sp_capability_is_good(wrong[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_meets_what),
        cmocka_unit_test(one_of_many_is_enough),
        cmocka_unit_test(a_promise_is_a_bound),
        cmocka_unit_test(what_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
