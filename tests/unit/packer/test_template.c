/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "template.h"
#include "helper.h"

static const SpTemplateValue values[] = {
    {"name", "N"}, {"empty", ""}, {"odd", "%(id) $(id) @name@"}, {NULL, NULL}};

static GBytes *expand(const char *text, GError **error)
{
    g_autoptr(GBytes) bytes = bytes_of(text);
    return sp_template_expand("t.in", bytes, values, error);
}

static void replaces_names_and_keeps_blocks(void **state)
{
    (void)state;
    const char *cases[][2] = {
        {"a @name@-@name@ b\n", "a N-N b\n"},
        {"no final newline @name@", "no final newline N\n"},
        {"", ""},
        {"a@b\n", "a@b\n"},
        {"@if name@\nkept\n@end@\nafter\n", "kept\nafter\n"},
        {"@if empty@\ndropped @nobody@\n@end@\nafter\n", "after\n"},
        {"@if !empty@\nkept\n@end@\n", "kept\n"},
        {"@if !name@\ndropped\n@end@\n", ""},
        {"@odd@\n", "%(id) $(id) @name@\n"}, /* values are not looked at again */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) out = expand(cases[i][0], &error);
        assert_non_null(out);
        assert_bytes(out, cases[i][1]);
    }
}

static void a_wrong_template_names_its_line(void **state)
{
    (void)state;
    const char *cases[][2] = {
        {"fine\n@nobody@\n", "'t.in' line 2: unknown name 'nobody'"},
        {"@if nobody@\n@end@\n", "line 1: unknown name 'nobody'"},
        {"@if name@\n", "not closed"},
        {"@if name@\n@if name@\n@end@\n", "line 2: blocks do not nest"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(expand(cases[i][0], &error));
        assert_error(&error, 4, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replaces_names_and_keeps_blocks),
        cmocka_unit_test(a_wrong_template_names_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
