/* SPDX-License-Identifier: MIT */
/* Keyword and value of a line, as each era's tokenizer splits it (multipath.md 1). */
#include "mptoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define ERAS 4

static const struct {
    const char *line, *keyword;
    const char *value[ERAS]; /* MP_047, MP_049, MP_EL7, MP_MODERN */
} lines[] = {
    {"vendor X", "vendor", {"X", "X", "X", "X"}},
    {"\t vendor\t\"X\"", "vendor", {"X", "X", "X", "X"}},
    {"vendor \"X Y\" Z", "vendor", {"X Y\"", "X Y\"", "X Y", "X Y"}},
    {"vendor \"X\",", "vendor", {"X\"", "X\"", "X", "X"}},
    {"vendor \"X", "vendor", {"", "", "X", "X"}},
    {"vendor \"\"", "vendor", {"", "", "", ""}},
    {"vendor \"A\"\"B\"", "vendor", {"A\"\"B", "A\"\"B", "A", "A\"B"}},
    {"vendor \"  A  \"", "vendor", {"A  ", "A  ", "A  ", "  A  "}},
    {"vendor \"A#B\"", "vendor", {"A#B", "A#B", "A#B", "A#B"}},
    {"vendor A#B", "vendor", {"A#B", "A", "A", "A"}},
    {"vendor X } # behind", "vendor", {"X", "X", "X", "X"}},
    {"device{", "device{", {"", NULL, NULL, NULL}},
    {"device{", "device", {NULL, "{", "{", "{"}},
    {"vendor # nothing", "vendor", {"", "", "", ""}},
    /* the quote that begins a line is a token that opens a string */
    {"\"a b\" c", "\"", {"a b", "a b", "a b", "a b"}},
};

static void test_keyword_and_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (int era = 0; era < ERAS; era++) {
            char value[MP_VALUE];
            struct text rest;
            if (!lines[i].value[era])
                continue;
            struct text keyword = mp_first_token((enum mp_era)era, text_of(lines[i].line), &rest);
            assert_true(text_is(keyword, lines[i].keyword));
            size_t n = mp_token_value((enum mp_era)era, keyword, rest, value);
            assert_string_equal(value, lines[i].value[era]);
            assert_int_equal(n, strlen(value));
        }
}

static void test_versions(void **state)
{
    (void)state;
    static const char *const bad[] = {"",       "0.4",       "0.4.7.1",    "0.4.",    "0..7",  "a",
                                      "0.4.9-", "0.4.9-86 ", "0.4.9-86-1", "0.4.256", "-1.4.7"};
    unsigned v;
    assert_true(mp_version_of(text_of("0.4.9-86"), &v));
    assert_int_equal(v, MP_VERSION(0, 4, 9, 86));
    assert_true(mp_version_of(text_of("0.15.1"), &v));
    assert_int_equal(v, MP_VERSION(0, 15, 1, 0));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mp_version_of(text_of(bad[i]), &v));
    assert_int_equal(mp_era_of(MP_VERSION(0, 4, 8, 0)), MP_047);
    assert_int_equal(mp_era_of(MP_VERSION(0, 4, 9, 31)), MP_049);
    assert_int_equal(mp_era_of(MP_VERSION(0, 4, 9, 86)), MP_EL7);
    assert_int_equal(mp_era_of(MP_VERSION(0, 6, 0, 0)), MP_MODERN);
}

static void test_no_token(void **state)
{
    (void)state;
    struct text rest;
    assert_int_equal(mp_first_token(MP_EL7, text_of(" \t# a comment"), &rest).n, 0);
    assert_int_equal(rest.n, 0);
    assert_null(mp_token_begin(MP_047, text_of("\t ")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keyword_and_value),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_no_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
