/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nearest.h"
#include "helper.h"

static const char *best_of(const char *word, const char *const *offers)
{
    SpNearest nearest = {.word = word};
    for (; *offers != NULL; offers++)
        sp_nearest_offer(&nearest, *offers);
    return nearest.best;
}

static void one_edit_of_each_kind(void **state)
{
    (void)state;
    const char *const offers[] = {"vendor", "version", "label", NULL};
    const char *const words[] = {"vndor", "veendor", "vencor", "vednor", "VENDOR", "vendro"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        assert_string_equal(best_of(words[i], offers), "vendor");
    assert_string_equal(best_of("verson", offers), "version");
}

static void nothing_that_is_far(void **state)
{
    (void)state;
    const char *const offers[] = {"vendor", "id", NULL};
    assert_null(best_of("product", offers));
    assert_null(best_of("ox", offers));
    assert_null(best_of("", (const char *const[]){"ab", NULL}));
    g_autofree char *huge = g_strnfill(5000, 'v');
    assert_null(best_of(huge, offers));
}

static void asks(void **state)
{
    (void)state;
    SpNearest nearest = {.word = "x"};
    g_autofree char *nothing = sp_nearest_question(&nearest);
    assert_string_equal(nothing, "");
    sp_nearest_offer(&nearest, "y");
    g_autofree char *question = sp_nearest_question(&nearest);
    assert_string_equal(question, ", did you mean 'y'?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_edit_of_each_kind),
        cmocka_unit_test(nothing_that_is_far),
        cmocka_unit_test(asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
