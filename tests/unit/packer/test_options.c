/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"
#include "helper.h"

static SpOptions *parse(const char *line, GError **error)
{
    static char **argv; /* getopt keeps pointers into it until the next call */
    g_strfreev(argv);
    argv = g_strsplit(line, " ", -1);
    return sp_options_parse((int)g_strv_length(argv), argv, error);
}

static void options_before_and_after_the_command(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(SpOptions) options =
        parse("suppack -v build -o out --key=ID -v p.ini --force --color never", &error);
    assert_non_null(options);
    assert_int_equal(options->command, SP_COMMAND_BUILD);
    assert_string_equal(options->output, "out");
    assert_string_equal(options->key, "ID");
    assert_string_equal(options->operands->pdata[0], "p.ini");
    assert_int_equal(options->operands->len, 1);
    assert_int_equal(options->verbosity, 2);
    assert_int_equal(options->color, SP_COLOR_NEVER);
    assert_true(options->force);
    assert_false(options->is_unsigned);
    assert_false(options->no_classic);
}

static void help_and_version_need_nothing_else(void **state)
{
    (void)state;
    const char *lines[] = {"suppack --help", "suppack --version", "suppack build --help",
                           "suppack inspect -h"};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SpOptions) options = parse(lines[i], &error);
        assert_non_null(options);
        assert_true(options->help || options->version);
    }
}

static void usage_errors(void **state)
{
    (void)state;
    const char *cases[][2] = {
        {"suppack", "no command given\nhint: "},
        {"suppack frobnicate x.iso", "unknown command 'frobnicate'"},
        {"suppack inspect", "takes exactly one FILE.iso, got 0"},
        {"suppack inspect a b", "takes exactly one FILE.iso, got 2"},
        {"suppack inspect --nonsense a", "unknown option '--nonsense'"},
        {"suppack inspect -x a", "unknown option '-x'"},
        {"suppack inspect --force a", "'inspect' does not take --force"},
        {"suppack inspect a --key", "option '--key' needs an argument"},
        {"suppack inspect --json=1 a", "'--json=1'"},
        {"suppack build --unsigned --json p.ini", "'build' does not take --json"},
        {"suppack build p.ini", "exactly one of --key and --unsigned"},
        {"suppack build --unsigned --key X p.ini", "exactly one of --key and --unsigned"},
        {"suppack build --unsigned --color blue p.ini", "--color 'blue'"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(parse(cases[i][0], &error));
        assert_error(&error, 2, cases[i][1]);
    }
}

static void help_is_the_table(void **state)
{
    (void)state;
    g_autofree char *whole = sp_options_help(SP_COMMAND_NONE);
    g_autofree char *build = sp_options_help(SP_COMMAND_BUILD);
    g_autofree char *inspect = sp_options_help(SP_COMMAND_INSPECT);
    assert_non_null(strstr(whole, "inspect  FILE.iso "));
    assert_non_null(strstr(whole, "Exit status: 0 done"));
    assert_null(strstr(whole, "--unsigned"));
    assert_non_null(strstr(build, "-o, --output=DIR"));
    assert_non_null(strstr(build, "--unsigned"));
    assert_null(strstr(build, "--json"));
    assert_non_null(strstr(inspect, "--json"));
    assert_null(strstr(inspect, "--key"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_before_and_after_the_command),
        cmocka_unit_test(help_and_version_need_nothing_else),
        cmocka_unit_test(usage_errors),
        cmocka_unit_test(help_is_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
