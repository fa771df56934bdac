/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hush.h"
#include "helper.h"

#include <stdio.h>

static void keeps_what_is_said_and_gives_the_streams_back(void **state)
{
    (void)state;
    SpHush outer = sp_hush_begin();
    SpHush inner = sp_hush_begin();
    (void)printf("one\n");
    (void)fflush(stdout);
    (void)fprintf(stderr, "two\n");
    g_autofree char *first = sp_hush_end(&inner);
    (void)fprintf(stderr, "three\n");
    g_autofree char *second = sp_hush_end(&outer);
    assert_string_equal(first, "one two");
    assert_string_equal(second, "three");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_is_said_and_gives_the_streams_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
