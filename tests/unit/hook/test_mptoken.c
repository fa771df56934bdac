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

/* What has the usual form is read so in every era; what eras read differently has it not. */
static void test_usual_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line, *keyword, *value; /* keyword NULL: not the usual form */
    } usual[] = {
        {"\tvendor   \"A B#c{}\"  ", "vendor", "A B#c{}"},
        {"path_checker tur", "path_checker", "tur"},
        {"rr_min_io\t100\t", "rr_min_io", "100"},
        {"vendor \" A\"", NULL, NULL},
        {"vendor \"#A\"", NULL, NULL},
        {"vendor \"\"", NULL, NULL},
        {"vendor \"A", NULL, NULL},
        {"vendor \"A\"\"B\"", NULL, NULL},
        {"vendor \"A\" # why", NULL, NULL},
        {"vendor A B", NULL, NULL},
        {"vendor A#B", NULL, NULL},
        {"vendor A\"", NULL, NULL},
        {"vendor \"A\200\"", NULL, NULL},
        {"vendor", NULL, NULL},
        {"vendor ", NULL, NULL},
        {"vendor\"A\"", NULL, NULL},
        {"vendor{", NULL, NULL},
        {"Vendor A", NULL, NULL},
        {"}", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        struct text line = text_of(usual[i].line), keyword, value, rest;
        assert_int_equal(mp_usual(line, &keyword, &value), usual[i].keyword != NULL);
        for (int era = 0; era < ERAS && usual[i].keyword; era++) {
            char full[MP_VALUE];
            assert_true(text_is(keyword, usual[i].keyword));
            assert_true(text_is(value, usual[i].value));
            assert_true(text_eq(mp_first_token((enum mp_era)era, line, &rest), keyword));
            mp_token_value((enum mp_era)era, keyword, rest, full);
            assert_true(text_is(value, full));
        }
    }
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
        cmocka_unit_test(test_usual_lines),
        cmocka_unit_test(test_no_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
