/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "completion.h"

#include <stdio.h>

static void print_quoted(const char *text)
{
    g_autofree char *quoted = g_shell_quote(text);
    printf("\n        %s", quoted);
}

/* One spelling of an option as _arguments wants it: '(-o --output)--output=[help]:DIR: action'. */
static void print_option(const SpOptionRow *row, const char *spelling, const char *joint)
{
    g_autoptr(GString) spec = g_string_new(NULL);
    if (row->letter != 0)
        g_string_append_printf(spec, "(-%c --%s)", row->letter, row->name);
    g_string_append_printf(spec, "%s%s[%s]", spelling, row->argument != NULL ? joint : "",
                           row->help);
    if (row->argument != NULL)
        g_string_append_printf(spec, ":%s: _suppack_offer '%s'", row->argument, row->argument);
    print_quoted(spec->str);
}

static void print_options(SpCommand command)
{
    const SpOptionRow *row = NULL;
    for (guint i = 0; (row = sp_option_row(i)) != NULL; i++) {
        if (!sp_option_is_on(row, command))
            continue;
        const char letter[] = {'-', row->letter, '\0'};
        g_autofree char *name = g_strconcat("--", row->name, NULL);
        if (row->letter != 0)
            print_option(row, letter, "+");
        print_option(row, name, "=");
    }
}

void sp_completion_zsh(void)
{
    puts("#compdef suppack\n"
         "# Sets `options` and `operands` of a command, or what may stand before one.\n"
         "_suppack_command() {\n    case $1 in");
    const SpCommandRow *row = NULL;
    for (SpCommand c = 0; (row = sp_command_row(c)) != NULL; c++) {
        g_autofree char *quoted = sp_completion_operands(row);
        printf("    %s) operands=(%s) options=(", row->name, quoted);
        print_options(c);
        puts(") ;;");
    }
    fputs("    '') options=(", stdout);
    print_options(SP_COMMAND_NONE);
    fputs(") operands=(", stdout);
    for (SpCommand c = 0; (row = sp_command_row(c)) != NULL; c++) {
        g_autofree char *described = g_strdup_printf("%s:%s", row->name, row->summary);
        print_quoted(described);
    }
    puts(") ;;\n    *) options=() operands=() ;;\n    esac\n}\n");
}
