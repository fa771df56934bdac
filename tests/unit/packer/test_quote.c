/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "quote.h"
#include "error.h"
#include "helper.h"

static void nothing_can_drive_a_terminal(void **state)
{
    (void)state;
    const struct {
        const char *raw, *escaped, *clean;
    } cases[] = {
        {"plain \xc3\xa4 \xe2\x82\xac", "plain \xc3\xa4 \xe2\x82\xac",
         "plain \xc3\xa4 \xe2\x82\xac"},
        {"\033[31mred", "\\x1b[31mred", "\xef\xbf\xbd[31mred"},
        {"a\nb\tc\x7f", "a\\x0ab\\x09c\\x7f",
         "a\xef\xbf\xbd"
         "b\xef\xbf\xbd"
         "c\xef\xbf\xbd"},
        {"\xff\xc3", "\\xff\\xc3", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xc2\x9b", "\\xc2\\x9b", "\xef\xbf\xbd"},          /* CSI as one C1 character */
        {"\xe2\x80\xae", "\\xe2\\x80\\xae", "\xef\xbf\xbd"}, /* right-to-left override */
        {"\xe2\x81\xa6", "\\xe2\\x81\\xa6", "\xef\xbf\xbd"}, /* left-to-right isolate */
        {"\xe2\x80\xa8", "\\xe2\\x80\\xa8", "\xef\xbf\xbd"}, /* line separator */
        {"\xe2\x80\xa9", "\\xe2\\x80\\xa9", "\xef\xbf\xbd"}, /* paragraph separator */
        {"\xef\xbb\xbf", "\\xef\\xbb\\xbf", "\xef\xbf\xbd"}, /* byte order mark */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* half of a pair */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *escaped = sp_escape(cases[i].raw, FALSE);
        g_autofree char *clean = sp_clean(cases[i].raw);
        assert_string_equal(escaped, cases[i].escaped);
        assert_string_equal(clean, cases[i].clean);
    }
    g_autofree char *layout = sp_escape("a\nb\tc\r", TRUE);
    assert_string_equal(layout, "a\nb\tc\\x0d");
}

static void a_place_is_a_name(void **state)
{
    (void)state;
    const char *const cases[][2] = {{"Packages/a b.rpm", "Packages/a b.rpm"},
                                    {"hint: do this", "'hint: do this'"},
                                    {"suppack: x", "'suppack: x'"},
                                    {"a'b", "'a\\x27b'"},
                                    {" a", "' a'"},
                                    {"a ", "'a '"},
                                    {"", "''"},
                                    {"a\nhint: b", "'a\\x0ahint: b'"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *quoted = sp_quote_place(cases[i][0]);
        assert_string_equal(quoted, cases[i][1]);
    }
}

/* Only sp_hint makes one. */
static void no_name_adds_a_hint(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    (void)sp_throw(&error, SP_ERROR_INPUT, "cannot read '%s'", "x\nhint: rm -rf /");
    (void)sp_prefix(&error, "'%s'", "y\nhint: z");
    (void)sp_hint(&error, "see '%s'", "a\nb");
    assert_string_equal(error->message, "'y\\x0ahint: z': cannot read 'x\\x0ahint: rm -rf /'\n"
                                        "hint: see 'a\\x0ab'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_can_drive_a_terminal),
        cmocka_unit_test(a_place_is_a_name),
        cmocka_unit_test(no_name_adds_a_hint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
