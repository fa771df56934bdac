/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sums.h"
#include "helper.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void every_file_but_the_two_by_path(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) tree = sp_tree_new();
    static const char *const files[] = {"b", "a/z",         SP_SUMS, "a.b", SP_SUMS_SIGNATURE,
                                        "B", "a/SHA256SUMS"};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        sp_tree_take_text(tree, files[i], 0644, g_strdup("abc"));
    sp_tree_add_dir(tree, "a", 0755);
    g_autoptr(GBytes) sums = sp_sums_write(tree);
    static const char wanted[] =
        ABC "  B\n" ABC "  a.b\n" ABC "  a/SHA256SUMS\n" ABC "  a/z\n" ABC "  b\n";
    gsize size = 0;
    const char *text = g_bytes_get_data(sums, &size);
    assert_int_equal(size, strlen(wanted));
    assert_memory_equal(text, wanted, size);
}

/* The lines that are of the grammar, by their paths; '!' for one that is not. */
static char *read_all(const char *text, gsize size)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, size);
    GString *out = g_string_new(NULL);
    g_auto(SpSums) sums;
    sp_sums_open(&sums, bytes);
    for (int line = 1; sp_sums_next(&sums); line++) {
        assert_int_equal(sums.line, line);
        g_string_append_printf(out, "[%s]", sums.digest[0] != '\0' ? sums.path->str : "!");
    }
    return g_string_free(out, FALSE);
}

static void lines(void **state)
{
    (void)state;
    static const struct {
        const char *text, *read;
    } cases[] = {
        {"", ""},
        {ABC "  a\n" ABC "  b c/d\n", "[a][b c/d]"},
        {ABC "  a", "[!]"},
        {ABC "  a\n\n" ABC "  b\n", "[a][!][b]"},
        {ABC "  a\r\n", "[!]"},
        {ABC " *a\n", "[!]"},
        {ABC " a\n", "[!]"},
        {ABC "   a\n", "[ a]"},
        {ABC "  \n", "[!]"},
        {ABC "\n", "[!]"},
        {"0" ABC "  a\n", "[!]"},
        {"A" ABC "  a\n", "[!]"},
        {"\\" ABC "  a\n", "[!]"},
        {ABC "  a\\n\n", "[!]"},
        {ABC "  ./a\n" ABC "  /a\n" ABC "  a/../b\n" ABC "  a//b\n" ABC "  a/\n",
         "[!][!][!][!][!]"},
        {ABC "  a\tb\n" ABC "  \177\n" ABC "  \033[m\n", "[!][!][!]"},
        {ABC "  \303\244\n", "[\303\244]"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *read = read_all(cases[i].text, strlen(cases[i].text));
        assert_string_equal(read, cases[i].read);
    }
    static const char with_nul[] = ABC "  a\0b\n";
    g_autofree char *read = read_all(with_nul, sizeof(with_nul) - 1);
    assert_string_equal(read, "[!]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_but_the_two_by_path),
        cmocka_unit_test(lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
