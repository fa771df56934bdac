/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "completion.h"

#include <stdio.h>
#include <string.h>

static void print_arguments(void)
{
    puts("# Sets `argument`: what the option takes, by its name in the help; empty: nothing.\n"
         "_suppack_argument() {\n    case $1 in");
    const SpOptionRow *row = NULL;
    for (guint i = 0; (row = sp_option_row(i)) != NULL; i++) {
        if (row->argument == NULL)
            continue;
        if (row->letter != 0)
            printf("    -%c | --%s) argument='%s' ;;\n", row->letter, row->name, row->argument);
        else
            printf("    --%s) argument='%s' ;;\n", row->name, row->argument);
    }
    puts("    *) argument='' ;;\n    esac\n}\n");
}

static void print_options(SpCommand command)
{
    const SpOptionRow *row = NULL;
    const char *joint = " options='";
    for (guint i = 0; (row = sp_option_row(i)) != NULL; i++) {
        if (!sp_option_is_on(row, command))
            continue;
        printf("%s--%s", joint, row->name);
        joint = "|";
    }
    fputs("'", stdout);
}

char *sp_completion_operands(const SpCommandRow *row)
{
    g_auto(GStrv) words = g_strsplit(row->operands, " ", -1);
    for (guint i = 0; words[i] != NULL; i++) {
        char *quoted = g_strdup_printf(strchr(words[i], '|') != NULL ? "'%s'" : "%s", words[i]);
        g_free(words[i]);
        words[i] = quoted;
    }
    return g_strjoinv(" ", words);
}

void sp_completion_bash(void)
{
    print_arguments();
    puts("# Sets `options` and `operands` of a command, or what may stand before one.\n"
         "_suppack_command() {\n    case $1 in");
    const SpCommandRow *row = NULL;
    for (SpCommand c = 0; (row = sp_command_row(c)) != NULL; c++) {
        printf("    %s)", row->name);
        print_options(c);
        g_autofree char *quoted = sp_completion_operands(row);
        printf(" operands=(%s) ;;\n", quoted);
    }
    fputs("    '')", stdout);
    print_options(SP_COMMAND_NONE);
    const char *joint = " operands=('";
    for (SpCommand c = 0; (row = sp_command_row(c)) != NULL; c++) {
        printf("%s%s", joint, row->name);
        joint = "|";
    }
    puts("') ;;\n    *) options='' operands=() ;;\n    esac\n}\n");
}
