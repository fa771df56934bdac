/* SPDX-License-Identifier: MIT */
/* Whose entry a path of the array gets, in which era. */
#include "conf.h"

#include <string.h>

#define OLD MP_049 /* the first that matches wins */
#define NEW MP_EL7 /* the last one */

static enum mp_clash clash(const char *vendor, const char *product, enum mp_era era, bool later)
{
    struct mp_device d = {.has_vendor = vendor, .has_product = product};
    if (vendor)
        strcpy(d.vendor, vendor);
    if (product)
        strcpy(d.product, product);
    return mp_clash(&d, "OSNEXUS", "QUANTASTOR", era, later);
}

static void which_one_wins(void **state)
{
    (void)state;
    static const struct {
        const char *vendor, *product;
        enum mp_clash where_it_wins;
    } cases[] = {
        {"OSNEXUS", "QUANTA", MP_SHADOWS},
        {"OSNEXUS *", "QUANTASTOR *", MP_SHADOWS},
        {"^OSNEXUS $", "^QUANTASTOR {6}$", MP_SHADOWS}, /* padded as INQUIRY has it */
        {"^OSNEXUS$", ".*", MP_NO_CLASH},
        {".*", ".*", MP_SHADOWS},
        {"OSNEXUS", NULL, MP_SHADOWS},
        {NULL, "QUANTASTOR", MP_SHADOWS},
        {NULL, "OTHER", MP_NO_CLASH},
        {"OTHER", "QUANTASTOR", MP_NO_CLASH},
        {"osnexus", "QUANTASTOR", MP_NO_CLASH},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *v = cases[i].vendor, *p = cases[i].product;
        if (clash(v, p, OLD, false) != cases[i].where_it_wins ||
            clash(v, p, NEW, true) != cases[i].where_it_wins)
            fail_msg("case %zu", i);
        assert_int_equal(clash(v, p, OLD, true), MP_NO_CLASH);
        assert_int_equal(clash(v, p, NEW, false), MP_NO_CLASH);
    }
}

/* The same names are one device, wherever it stands. */
static void the_same_device(void **state)
{
    (void)state;
    for (int era = 0; era < ERAS; era++)
        for (int later = 0; later < 2; later++) {
            enum mp_era e = (enum mp_era)era;
            assert_int_equal(clash("OSNEXUS", "QUANTASTOR", e, later), MP_SAME_DEVICE);
            assert_int_equal(clash(NULL, NULL, e, later), MP_NO_CLASH);
        }
}

/* Up to el6 an expression that does not compile ends the search: nothing behind it is found. */
static void one_that_does_not_compile(void **state)
{
    (void)state;
    assert_int_equal(clash("(", "QUANTASTOR", OLD, false), MP_SHADOWS);
    assert_int_equal(clash("OTHER", "[", OLD, false), MP_SHADOWS);
    assert_int_equal(clash("(", "QUANTASTOR", OLD, true), MP_NO_CLASH);
    assert_int_equal(clash("(", "QUANTASTOR", NEW, true), MP_NO_CLASH);
}

static void ours_is_an_expression(void **state)
{
    (void)state;
    struct mp_device d = {
        .has_vendor = true, .has_product = true, .vendor = "OSN", .product = ".*"};
    assert_int_equal(mp_clash(&d, "OSNEXUS", "QUANTA.*", NEW, true), MP_NO_CLASH);
    assert_int_equal(mp_clash(&d, "OSNEXUS", "QUANTA", NEW, true), MP_SHADOWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_one_wins),
        cmocka_unit_test(the_same_device),
        cmocka_unit_test(one_that_does_not_compile),
        cmocka_unit_test(ours_is_an_expression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
