/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <getopt.h>
#include <string.h>

#define ON(command)  (1U << (command))
#define EVERYWHERE   (~0U)
#define FIRST_NUMBER 256 /* getopt_long's value of an option is FIRST_NUMBER + its row */

typedef enum {
    OPT_OUTPUT,
    OPT_KEY,
    OPT_UNSIGNED,
    OPT_NO_CLASSIC,
    OPT_JSON,
    OPT_FORCE,
    OPT_IGNORE_SIGNATURES,
    OPT_BASE_URL,
    OPT_KEYRING,
    OPT_EMIT,
    OPT_ATTACH,
    OPT_FROM,
    OPT_VENDOR,
    OPT_PRODUCT,
    OPT_QUIET,
    OPT_VERBOSE,
    OPT_COLOR,
    OPT_HELP,
    OPT_VERSION,
    OPTIONS
} OptionId;

static const SpOptionRow table[OPTIONS] = {
    [OPT_OUTPUT] = {"output", 'o', "DIR", ON(SP_COMMAND_BUILD) | ON(SP_COMMAND_SIGN),
                    "where the image and its side files go; sign takes a file name too"},
    [OPT_KEY] = {"key", 'k', "ID", ON(SP_COMMAND_BUILD) | ON(SP_COMMAND_SIGN),
                 "sign with this secret key: fingerprint, key id or user id"},
    [OPT_UNSIGNED] = {"unsigned", 0, NULL, ON(SP_COMMAND_BUILD),
                      "do not sign; no host takes the pack through xapi"},
    [OPT_NO_CLASSIC] = {"no-classic", 0, NULL, ON(SP_COMMAND_BUILD),
                        "leave out the half for XenServer 5.6 to 7.0"},
    [OPT_JSON] = {"json", 0, NULL,
                  ON(SP_COMMAND_INSPECT) | ON(SP_COMMAND_LINT) | ON(SP_COMMAND_VERIFY),
                  "print JSON (schema 1)"},
    [OPT_FORCE] = {"force", 'f', NULL,
                   ON(SP_COMMAND_BUILD) | ON(SP_COMMAND_PUBLISH) | ON(SP_COMMAND_SIGN),
                   "replace an output that exists"},
    [OPT_IGNORE_SIGNATURES] = {"ignore-signatures", 0, NULL, ON(SP_COMMAND_DIFF),
                               "pass over signatures and what follows from them"},
    [OPT_BASE_URL] = {"base-url", 0, "URL", ON(SP_COMMAND_PUBLISH),
                      "where hosts will find DIR (default: file:// and its path)"},
    [OPT_KEYRING] = {"keyring", 0, "FILE", ON(SP_COMMAND_VERIFY),
                     "the public keys you trust, armored or not"},
    [OPT_EMIT] = {"emit", 0, "DIR", ON(SP_COMMAND_SIGN),
                  "write the bytes another signer has to sign into DIR"},
    [OPT_ATTACH] = {"attach", 0, "DIR", ON(SP_COMMAND_SIGN),
                    "put the signatures that came back in DIR into the image"},
    [OPT_FROM] = {"from", 0, "NAME", ON(SP_COMMAND_NEW),
                  "start from what a vendor publishes; a wrong NAME lists them"},
    [OPT_VENDOR] = {"vendor", 0, "TEXT", ON(SP_COMMAND_NEW),
                    "what the array answers to INQUIRY as vendor; with --product"},
    [OPT_PRODUCT] = {"product", 0, "TEXT", ON(SP_COMMAND_NEW),
                     "what it answers as product; with --vendor"},
    [OPT_QUIET] = {"quiet", 'q', NULL, EVERYWHERE, "print errors only"},
    [OPT_VERBOSE] = {"verbose", 'v', NULL, EVERYWHERE, "say what is done and derived"},
    [OPT_COLOR] = {"color", 0, "auto|always|never", EVERYWHERE,
                   "when to color messages (default: auto)"},
    [OPT_HELP] = {"help", 'h', NULL, EVERYWHERE, "show this help"},
    [OPT_VERSION] = {"version", 0, NULL, EVERYWHERE,
                     "show the versions of suppack and of the "
                     "libraries its output depends on"},
};

static const SpCommandRow commands[SP_COMMANDS] = {
    [SP_COMMAND_BUILD] = {"build", "PACK.ini [RPM...]",
                          "make the pack image a description asks for", 1, G_MAXUINT},
    [SP_COMMAND_INSPECT] = {"inspect", "FILE.iso", "show what is in an image and who signed it", 1,
                            1},
    [SP_COMMAND_DIFF] = {"diff", "A.iso B.iso", "say in what two images differ", 2, 2},
    [SP_COMMAND_SIGN] = {"sign", "FILE.iso", "sign a finished image, or have it signed elsewhere",
                         1, 1},
    [SP_COMMAND_PUBLISH] = {"publish", "FILE.iso DIR", "make a yum repository of a signed image", 2,
                            2},
    [SP_COMMAND_LINT] = {"lint", "PACK.ini",
                         "say what is wrong with a description, and what each release gets", 1, 1},
    [SP_COMMAND_NEW] = {"new", "DIR", "make a commented description to start from", 1, 1},
    [SP_COMMAND_VERIFY] = {"verify", "FILE.iso...", "say all that would keep a host from taking it",
                           1, G_MAXUINT},
};

static const char exit_statuses[] =
    "Exit status: 0 done, 1 the answer is no, 2 usage, 3 input is wrong, 4 system or I/O,\n"
    "5 key or signature could not be made.\n"
    "Environment: SOURCE_DATE_EPOCH, GNUPGHOME, TMPDIR, NO_COLOR.\n";

const SpOptionRow *sp_option_row(guint index)
{
    return index < OPTIONS ? &table[index] : NULL;
}

const SpCommandRow *sp_command_row(SpCommand command)
{
    return command < SP_COMMANDS ? &commands[command] : NULL;
}

gboolean sp_option_is_on(const SpOptionRow *row, SpCommand command)
{
    return command == SP_COMMAND_NONE ? row->commands == EVERYWHERE
                                      : (row->commands & ON(command)) != 0;
}

void sp_options_free(SpOptions *options)
{
    if (options == NULL)
        return;
    g_ptr_array_unref(options->operands);
    sp_ddk_free(options->ddk);
    g_free(options);
}

static void add_option_help(GString *out, OptionId id)
{
    g_autofree char *name = table[id].argument != NULL
                                ? g_strdup_printf("--%s=%s", table[id].name, table[id].argument)
                                : g_strdup_printf("--%s", table[id].name);
    g_autofree char *letter =
        table[id].letter != 0 ? g_strdup_printf("-%c,", table[id].letter) : g_strdup("");
    g_string_append_printf(out, "  %-3s %-25s %s\n", letter, name, table[id].help);
}

char *sp_options_help(SpCommand command)
{
    GString *out = g_string_new(NULL);
    if (command == SP_COMMAND_NONE) {
        g_string_append(out, "Usage: suppack COMMAND [OPTION]... OPERAND\n\n"
                             "Supplemental packs for XenServer and XCP-ng.\n\nCommands:\n");
        for (SpCommand c = 0; c < SP_COMMANDS; c++)
            g_string_append_printf(out, "  %-8s %-12s %s\n", commands[c].name, commands[c].operands,
                                   commands[c].summary);
        g_string_append(out, "\n`suppack COMMAND --help` shows the options of a command.\n");
    } else {
        g_string_append_printf(out, "Usage: suppack %s [OPTION]... %s\n\n", commands[command].name,
                               commands[command].operands);
        g_string_append_printf(out, "Does: %s.\n", commands[command].summary);
    }
    g_string_append(out, "\nOptions:\n");
    for (OptionId id = 0; id < OPTIONS; id++)
        if (sp_option_is_on(&table[id], command))
            add_option_help(out, id);
    if (command == SP_COMMAND_BUILD)
        g_string_append(out, sp_ddk_help());
    g_string_append_printf(out, "\n%s", exit_statuses);
    return g_string_free(out, FALSE);
}

static gboolean set_color(SpOptions *options, const char *when, GError **error)
{
    const char *argument = table[OPT_COLOR].argument;
    g_auto(GStrv) words = g_strsplit(argument, "|", -1); /* in SpColor's order */
    for (guint i = 0; words[i] != NULL; i++)
        if (strcmp(when, words[i]) == 0) {
            options->color = (SpColor)i;
            return TRUE;
        }
    return sp_throw(error, SP_ERROR_USAGE, "--color '%s' is not one of %s", when, argument);
}

static gboolean set_option(SpOptions *options, OptionId id, const char *value, GError **error)
{
    switch (id) {
    case OPT_OUTPUT:
        options->output = value;
        break;
    case OPT_KEY:
        options->key = value;
        break;
    case OPT_UNSIGNED:
        options->is_unsigned = TRUE;
        break;
    case OPT_NO_CLASSIC:
        options->no_classic = TRUE;
        break;
    case OPT_JSON:
        options->json = TRUE;
        break;
    case OPT_FORCE:
        options->force = TRUE;
        break;
    case OPT_IGNORE_SIGNATURES:
        options->ignore_signatures = TRUE;
        break;
    case OPT_BASE_URL:
        options->base_url = value;
        break;
    case OPT_KEYRING:
        options->keyring = value;
        break;
    case OPT_EMIT:
        options->emit = value;
        break;
    case OPT_ATTACH:
        options->attach = value;
        break;
    case OPT_FROM:
        options->from = value;
        break;
    case OPT_VENDOR:
        options->vendor = value;
        break;
    case OPT_PRODUCT:
        options->product = value;
        break;
    case OPT_QUIET:
        options->verbosity = -1;
        break;
    case OPT_VERBOSE:
        options->verbosity = MAX(options->verbosity, 0) + 1;
        break;
    case OPT_COLOR:
        return set_color(options, value, error);
    case OPT_HELP:
        options->help = TRUE;
        break;
    case OPT_VERSION:
        options->version = TRUE;
        break;
    case OPTIONS:
        break;
    }
    return TRUE;
}

static OptionId id_of(int code)
{
    if (code >= FIRST_NUMBER)
        return (OptionId)(code - FIRST_NUMBER);
    for (OptionId id = 0; id < OPTIONS; id++)
        if (table[id].letter == code)
            return id;
    return OPTIONS;
}

/* What getopt_long wants, out of the table. `letters` has room for three a row. */
static void fill_getopt(struct option longs[OPTIONS + 1], char *letters)
{
    memset(longs, 0, sizeof(struct option) * (OPTIONS + 1));
    *letters++ = ':'; /* a missing argument is ':' and not '?' */
    for (OptionId id = 0; id < OPTIONS; id++) {
        longs[id].name = table[id].name;
        longs[id].has_arg = table[id].argument != NULL ? required_argument : no_argument;
        longs[id].val = FIRST_NUMBER + (int)id;
        if (table[id].letter == 0)
            continue;
        *letters++ = table[id].letter;
        if (table[id].argument != NULL)
            *letters++ = ':';
    }
    *letters = '\0';
}

static gboolean find_command(SpOptions *options, GError **error)
{
    if (options->operands->len == 0)
        return options->help || options->version ||
               sp_throw(error, SP_ERROR_USAGE, "no command given") ||
               sp_hint(error, "suppack --help lists them");
    const char *word = options->operands->pdata[0];
    for (SpCommand command = 0; command < SP_COMMANDS; command++)
        if (strcmp(word, commands[command].name) == 0)
            options->command = command;
    if (options->command == SP_COMMAND_NONE) {
        sp_throw(error, SP_ERROR_USAGE, "unknown command '%s'", word);
        return sp_hint(error, "suppack --help lists them");
    }
    g_ptr_array_remove_index(options->operands, 0);
    return TRUE;
}

static gboolean check_command(const SpOptions *options, unsigned given, GError **error)
{
    SpCommand command = options->command;
    if (options->help || options->version)
        return TRUE;
    for (OptionId id = 0; id < OPTIONS; id++)
        if ((given & (1U << id)) != 0 && !sp_option_is_on(&table[id], command))
            return sp_throw(error, SP_ERROR_USAGE, "'%s' does not take --%s",
                            commands[command].name, table[id].name);
    guint got = options->operands->len, least = commands[command].least;
    if (got < least || got > commands[command].most) {
        sp_throw(error, SP_ERROR_USAGE, "'%s' takes %s %s %s, got %u", commands[command].name,
                 commands[command].most > least ? "at least" : "exactly",
                 least == 1 ? "one" : "two operands:", commands[command].operands, got);
        return sp_hint(error, "suppack %s --help", commands[command].name);
    }
    if (command == SP_COMMAND_BUILD && (options->key != NULL) == options->is_unsigned)
        return sp_throw(error, SP_ERROR_USAGE, "'build' needs exactly one of --key and --unsigned");
    if ((options->vendor != NULL) != (options->product != NULL))
        return sp_throw(error, SP_ERROR_USAGE, "'new' needs both of --vendor and --product");
    if (options->vendor != NULL && options->from != NULL)
        return sp_throw(error, SP_ERROR_USAGE, "--from names the vendor and product already");
    int ways = (options->key != NULL) + (options->emit != NULL) + (options->attach != NULL);
    if (command == SP_COMMAND_SIGN && ways != 1)
        return sp_throw(error, SP_ERROR_USAGE,
                        "'sign' needs exactly one of --key, --emit and --attach");
    if (options->emit != NULL && (options->output != NULL || options->force))
        return sp_throw(error, SP_ERROR_USAGE, "--emit makes no image: no -o and no --force");
    return TRUE;
}

SpOptions *sp_options_parse(int argc, char **argv, GError **error)
{
    g_autoptr(SpOptions) options = g_new0(SpOptions, 1);
    options->operands = g_ptr_array_new();
    options->command = SP_COMMAND_NONE;
    if (argc > 1 && strcmp(argv[1], "build") == 0 && sp_ddk_is_called(argc - 1, argv + 1)) {
        options->command = SP_COMMAND_BUILD;
        options->ddk = sp_ddk_parse(argc - 1, argv + 1, error);
        return options->ddk != NULL ? g_steal_pointer(&options) : NULL;
    }
    struct option longs[OPTIONS + 1];
    char letters[3 * OPTIONS + 2];
    fill_getopt(longs, letters);
    unsigned given = 0;
    opterr = 0;
    optind = 0; /* start anew: tests parse more than once */
    for (int code; (code = getopt_long(argc, argv, letters, longs, NULL)) != -1;) {
        if (code == '?' || code == ':') {
            sp_throw(error, SP_ERROR_USAGE,
                     code == ':' ? "option '%s' needs an argument" : "unknown option '%s'",
                     argv[optind - 1]);
            return NULL;
        }
        OptionId id = id_of(code);
        given |= 1U << id;
        if (!set_option(options, id, optarg, error))
            return NULL;
    }
    for (int i = optind; i < argc; i++)
        g_ptr_array_add(options->operands, argv[i]);
    if (!find_command(options, error))
        return NULL;
    if (options->command != SP_COMMAND_NONE && !check_command(options, given, error))
        return NULL;
    return g_steal_pointer(&options);
}
