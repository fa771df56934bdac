/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"
#include "nearest.h"
#include "sign_detached.h"

#include <getopt.h>
#include <stddef.h>
#include <string.h>

#define ON(command)  (1U << (command))
#define EVERYWHERE   (~0U)
#define FIRST_NUMBER 256 /* getopt_long's value of an option is FIRST_NUMBER + its row */

typedef enum {
    OPT_OUTPUT,
    OPT_KEY,
    OPT_KEY_NAME,
    OPT_PASSPHRASE_FD,
    OPT_NO_PASSPHRASE,
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
    [OPT_OUTPUT] = {"output", 'o', "DIR",
                    ON(SP_COMMAND_BUILD) | ON(SP_COMMAND_SIGN) | ON(SP_COMMAND_KEY),
                    "the folder that what is made goes to; sign takes a file name too"},
    [OPT_KEY] = {"key", 'k', "ID", ON(SP_COMMAND_BUILD) | ON(SP_COMMAND_SIGN),
                 "sign with this secret key: fingerprint, key id or user id"},
    [OPT_KEY_NAME] = {"key-name", 0, "NAME", ON(SP_COMMAND_SIGN) | ON(SP_COMMAND_KEY),
                      "what hosts call the key: RPM-GPG-KEY-<who signs>"},
    [OPT_PASSPHRASE_FD] = {"passphrase-fd", 0, "N",
                           ON(SP_COMMAND_BUILD) | ON(SP_COMMAND_SIGN) | ON(SP_COMMAND_KEY),
                           "read the key's passphrase from this file descriptor"},
    [OPT_NO_PASSPHRASE] = {"no-passphrase", 0, NULL, ON(SP_COMMAND_KEY),
                           "new: leave the secret key without a passphrase"},
    [OPT_UNSIGNED] = {"unsigned", 0, NULL, ON(SP_COMMAND_BUILD),
                      "do not sign; no host takes the pack through xapi"},
    [OPT_NO_CLASSIC] = {"no-classic", 0, NULL, ON(SP_COMMAND_BUILD),
                        "leave out the half for XenServer 5.6 to 7.0"},
    [OPT_JSON] = {"json", 0, NULL,
                  ON(SP_COMMAND_INSPECT) | ON(SP_COMMAND_LINT) | ON(SP_COMMAND_VERIFY),
                  "print JSON (schema 1)"},
    [OPT_FORCE] = {"force", 'f', NULL,
                   ON(SP_COMMAND_BUILD) | ON(SP_COMMAND_PUBLISH) | ON(SP_COMMAND_SIGN) |
                       ON(SP_COMMAND_KEY),
                   "replace an output that exists"},
    [OPT_IGNORE_SIGNATURES] = {"ignore-signatures", 0, NULL, ON(SP_COMMAND_DIFF),
                               "ignore signatures and what depends on them"},
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
    [OPT_VERBOSE] = {"verbose", 'v', NULL, EVERYWHERE, "show what is done and derived"},
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
    [SP_COMMAND_DIFF] = {"diff", "A.iso B.iso", "show in what two images differ", 2, 2},
    [SP_COMMAND_SIGN] = {"sign", "FILE.iso", "sign a finished image, or have it signed elsewhere",
                         1, 1},
    [SP_COMMAND_PUBLISH] = {"publish", "FILE.iso DIR", "make a yum repository of a signed image", 2,
                            2},
    [SP_COMMAND_LINT] = {"lint", "PACK.ini",
                         "say what is wrong with a description, and what each release gets", 1, 1},
    [SP_COMMAND_NEW] = {"new", "DIR", "make a commented description to start from", 1, 1},
    [SP_COMMAND_KEY] = {"key", "new|check|export KEY",
                        "make a key that every host takes, say why hosts refuse one, or write the "
                        "file they import",
                        2, 2},
    [SP_COMMAND_VERIFY] = {"verify", "FILE.iso...", "report all that would make a host refuse it",
                           1, G_MAXUINT},
};

static const char exit_statuses[] =
    "Exit status: 0 done, 1 differences or findings, 2 usage, 3 input is wrong, 4 system or I/O,\n"
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

/* Where the argument of an option goes, or that it was given; 0: it takes more than that. */
static const gsize texts[OPTIONS] = {
    [OPT_OUTPUT] = offsetof(SpOptions, output),
    [OPT_KEY] = offsetof(SpOptions, key),
    [OPT_KEY_NAME] = offsetof(SpOptions, key_name),
    [OPT_PASSPHRASE_FD] = offsetof(SpOptions, passphrase_fd),
    [OPT_BASE_URL] = offsetof(SpOptions, base_url),
    [OPT_KEYRING] = offsetof(SpOptions, keyring),
    [OPT_EMIT] = offsetof(SpOptions, emit),
    [OPT_ATTACH] = offsetof(SpOptions, attach),
    [OPT_FROM] = offsetof(SpOptions, from),
    [OPT_VENDOR] = offsetof(SpOptions, vendor),
    [OPT_PRODUCT] = offsetof(SpOptions, product),
};
static const gsize flags[OPTIONS] = {
    [OPT_NO_PASSPHRASE] = offsetof(SpOptions, no_passphrase),
    [OPT_UNSIGNED] = offsetof(SpOptions, is_unsigned),
    [OPT_NO_CLASSIC] = offsetof(SpOptions, no_classic),
    [OPT_JSON] = offsetof(SpOptions, json),
    [OPT_FORCE] = offsetof(SpOptions, force),
    [OPT_IGNORE_SIGNATURES] = offsetof(SpOptions, ignore_signatures),
    [OPT_HELP] = offsetof(SpOptions, help),
    [OPT_VERSION] = offsetof(SpOptions, version),
};

static gboolean set_option(SpOptions *options, OptionId id, const char *value, GError **error)
{
    char *base = (char *)options;
    if (texts[id] != 0)
        *(const char **)(void *)(base + texts[id]) = value;
    else if (flags[id] != 0)
        *(gboolean *)(void *)(base + flags[id]) = TRUE;
    else if (id == OPT_COLOR)
        return set_color(options, value, error);
    else if (id == OPT_QUIET)
        options->verbosity = -1;
    else
        options->verbosity = MAX(options->verbosity, 0) + 1;
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
        SpNearest nearest = {.word = word};
        for (SpCommand command = 0; command < SP_COMMANDS; command++)
            sp_nearest_offer(&nearest, commands[command].name);
        g_autofree char *question = sp_nearest_question(&nearest);
        sp_throw(error, SP_ERROR_USAGE, "unknown command '%s'%s", word, question);
        return sp_hint(error, "suppack --help lists them");
    }
    g_ptr_array_remove_index(options->operands, 0);
    return TRUE;
}

/* What getopt_long stopped at. */
static gboolean refuse_option(const char *word, gboolean known, GError **error)
{
    if (known)
        return sp_throw(error, SP_ERROR_USAGE, "option '%s' needs an argument", word);
    g_autofree char *name = g_strndup(word, strcspn(word, "="));
    SpNearest nearest = {.word = name};
    g_autoptr(GPtrArray) spelled = g_ptr_array_new_with_free_func(g_free);
    for (OptionId id = 0; id < OPTIONS && g_str_has_prefix(word, "--"); id++) {
        if (strcmp(name + 2, table[id].name) == 0)
            return sp_throw(error, SP_ERROR_USAGE, "option '%s' takes no argument: '%s'", name,
                            word);
        g_ptr_array_add(spelled, g_strconcat("--", table[id].name, NULL));
        sp_nearest_offer(&nearest, spelled->pdata[id]);
    }
    g_autofree char *question = sp_nearest_question(&nearest);
    sp_throw(error, SP_ERROR_USAGE, "unknown option '%s'%s", name, question);
    return sp_hint(error, "suppack --help lists what each command takes");
}

static gboolean check_signing(const SpOptions *options, GError **error)
{
    if (options->command == SP_COMMAND_BUILD && (options->key != NULL) == options->is_unsigned) {
        sp_throw(error, SP_ERROR_USAGE, "'build' needs exactly one of --key and --unsigned");
        return options->key != NULL ? FALSE : sp_hint(error, SP_HINT_NEW_KEY);
    }
    int ways = (options->key != NULL) + (options->emit != NULL) + (options->attach != NULL);
    if (options->command == SP_COMMAND_SIGN && ways != 1) {
        sp_throw(error, SP_ERROR_USAGE, "'sign' needs exactly one of --key, --emit and --attach");
        return ways > 0 ? FALSE : sp_hint(error, SP_HINT_NEW_KEY);
    }
    if (options->emit != NULL && (options->output != NULL || options->force))
        return sp_throw(error, SP_ERROR_USAGE, "--emit makes no image: no -o and no --force");
    if (options->no_passphrase && options->passphrase_fd != NULL)
        return sp_throw(error, SP_ERROR_USAGE,
                        "--passphrase-fd and --no-passphrase cannot both be given");
    return TRUE;
}

/* Several files are made, so what -o names is a folder; an image's name there is a slip. */
static gboolean check_output(const SpOptions *options, GError **error)
{
    const char *output = options->output;
    if (options->command != SP_COMMAND_BUILD || output == NULL ||
        !g_str_has_suffix(output, ".iso") || g_file_test(output, G_FILE_TEST_IS_DIR))
        return TRUE;
    sp_throw(error, SP_ERROR_USAGE,
             "-o '%s' names an image, and 'build' wants the folder to write several files into",
             output);
    return sp_hint(error, "the image is called <label>-<version>.iso there");
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
    if ((options->vendor != NULL) != (options->product != NULL))
        return sp_throw(error, SP_ERROR_USAGE, "'new' needs both of --vendor and --product");
    if (options->vendor != NULL && options->from != NULL)
        return sp_throw(error, SP_ERROR_USAGE, "--from names the vendor and product already");
    return check_signing(options, error) && check_output(options, error);
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
            (void)refuse_option(argv[optind - 1], code == ':', error);
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
