/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_closure.h"
#include "helper.h"

#include <rpm/header.h>
#include <rpm/rpmds.h>
#include <rpm/rpmtag.h>

/* Asks for a capability with a package that has it as its only requirement. */
static gboolean met(SpRpmClosure *closure, const char *name, rpmsenseFlags sense, const char *evr)
{
    uint32_t flags = sense;
    Header h = headerNew();
    assert_true(headerPutString(h, RPMTAG_REQUIRENAME, name) &&
                headerPutString(h, RPMTAG_REQUIREVERSION, evr) &&
                headerPutUint32(h, RPMTAG_REQUIREFLAGS, &flags, 1));
    g_autoptr(SpPackage) package = sp_package_new("p.rpm");
    g_autoptr(GPtrArray) packages = g_ptr_array_new();
    g_ptr_array_add(packages, package);
    sp_rpm_closure_add(closure, h);
    assert_true(sp_rpm_closure_resolve(closure, packages, 1000));
    headerFree(h);
    assert_int_equal(package->needs->len, 0);
    return package->open->len + package->clash->len == 0;
}

typedef struct {
    const char *has, *name;
    rpmsenseFlags sense;
    const char *evr;
    gboolean met;
} Case;

#define ANY 0, ""
#define LT  RPMSENSE_LESS
#define LE  (RPMSENSE_LESS | RPMSENSE_EQUAL)
#define EQ  RPMSENSE_EQUAL
#define GE  (RPMSENSE_GREATER | RPMSENSE_EQUAL)
#define GT  RPMSENSE_GREATER

static void what_meets_what(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"a", "a", ANY, TRUE},
        {"a", "b", ANY, FALSE},
        {"a", "a", GE, "5", TRUE}, /* as rpm has it: without a version it is every version */
        {"a = 1", "a", ANY, TRUE},
        {"a = 1", "a", EQ, "1", TRUE},
        {"a = 1-2", "a", EQ, "1", TRUE},
        {"a = 1", "a", GT, "1", FALSE},
        {"a = 1.10", "a", GE, "1.9", TRUE},
        {"a = 1.0~rc1", "a", GE, "1.0", FALSE},
        {"a = 2:1", "a", GE, "5", TRUE},
        {"a = 5", "a", GE, "2:1", FALSE},
        {"a <= 3", "a", GE, "4", FALSE},
        {"a <= 3", "a", LT, "2", TRUE},
        {"/bin/a", "/bin/a", ANY, TRUE},
        {"/opt/a b", "/opt/a b", ANY, TRUE},
        {"libc.so.6(GLIBC_2.17)(64bit)", "libc.so.6(GLIBC_2.17)(64bit)", ANY, TRUE},
        {"libc.so.6(GLIBC_2.17)(64bit)", "libc.so.6(GLIBC_2.34)(64bit)", ANY, FALSE},
        {"b", "rpmlib(FileDigests)", LE, "4.6.0-1", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpRpmClosure) closure = sp_rpm_closure_new();
        assert_true(sp_rpm_closure_provide(closure, cases[i].has));
        if (met(closure, cases[i].name, cases[i].sense, cases[i].evr) != cases[i].met)
            fail_msg("'%s' for '%s %s'", cases[i].has, cases[i].name, cases[i].evr);
    }
}

static gboolean met_by(const char *const *has, rpmsenseFlags sense, const char *evr)
{
    g_autoptr(SpRpmClosure) closure = sp_rpm_closure_new();
    for (; *has != NULL; has++)
        assert_true(sp_rpm_closure_provide(closure, *has));
    return met(closure, "a", sense, evr);
}

static void one_of_many_is_enough(void **state)
{
    (void)state;
    static const char *const versions[] = {"a = 1", "a = 3", NULL};
    static const char *const any[] = {"a = 1", "a", "a = 4", NULL};
    assert_true(met_by(versions, EQ, "1"));
    assert_true(met_by(versions, EQ, "3"));
    assert_false(met_by(versions, EQ, "2"));
    assert_true(met_by(any, EQ, "2"));
}

static void a_promise_is_a_bound(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"p >= 2.2.0", "p", ANY, TRUE},          {"p >= 2.2.0", "p", GE, "2.1", TRUE},
        {"p >= 2.2.0", "p", GE, "2.2.0", TRUE},  {"p >= 2.2.0", "p", GE, "3", FALSE},
        {"p >= 2.2.0", "p", EQ, "2.2.0", FALSE}, {"p >= 2.2.0", "p", LE, "9", FALSE},
        {"p = 2.2.0", "p", EQ, "2.2.0", TRUE},   {"p = 2.2.0", "p", LE, "9", TRUE},
        {"p <= 3", "p", LE, "4", TRUE},          {"p <= 3", "p", GE, "1", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpRpmClosure) closure = sp_rpm_closure_new();
        sp_rpm_closure_promise(closure, cases[i].has);
        if (met(closure, cases[i].name, cases[i].sense, cases[i].evr) != cases[i].met)
            fail_msg("'%s' for '%s %s'", cases[i].has, cases[i].name, cases[i].evr);
    }
}

static void what_can_be_read(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "a = 1", "/a b c", "perl(A::B) >= 1:2-3"};
    static const char *const wrong[] = {"", "a b", "a == 1", "a = 1 2", "a ="};
    g_autoptr(SpRpmClosure) closure = sp_rpm_closure_new();
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        assert_true(sp_rpm_closure_provide(closure, good[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        assert_false(sp_rpm_closure_provide(closure, wrong[i]));
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
