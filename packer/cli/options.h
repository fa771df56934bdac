/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line. Commands and options are two tables; parsing, --help and the checks of what
 * belongs to which command all come from them. Usage errors are SP_ERROR_USAGE. */
#pragma once
#include "ddk.h"
#include "error.h"

typedef enum {
    SP_COMMAND_NONE = -1,
    SP_COMMAND_BUILD,
    SP_COMMAND_INSPECT,
    SP_COMMAND_NEW,
    SP_COMMAND_LINT,
    SP_COMMAND_DIFF,
    SP_COMMAND_PUBLISH,
    SP_COMMAND_VERIFY,
    SP_COMMAND_SIGN,
    SP_COMMAND_KEY,
    SP_COMMANDS
} SpCommand;
typedef enum { SP_COLOR_AUTO, SP_COLOR_ALWAYS, SP_COLOR_NEVER } SpColor;

typedef struct {
    SpCommand command;
    GPtrArray *operands; /* of char *, argv's; without the command */
    SpDdk *ddk;          /* `build` called as build-update; NULL else */
    const char *output;  /* argv's, as key is */
    const char *key;
    const char *key_name;
    const char *passphrase_fd; /* a number, unless it is wrong */
    const char *base_url;
    const char *keyring;
    const char *emit;
    const char *attach;
    const char *from;
    const char *vendor;
    const char *product;
    gboolean no_passphrase;
    gboolean is_unsigned;
    gboolean no_classic;
    gboolean json;
    gboolean force;
    gboolean ignore_signatures;
    gboolean help;
    gboolean version;
    int verbosity;
    SpColor color;
} SpOptions;

/* The rows of the two tables, for what else describes the command line. */
typedef struct {
    const char *name;
    char letter; /* or 0 */
    /* What it is called in the help, "a|b" for one of these words; NULL = takes none. */
    const char *argument;
    unsigned commands; /* see sp_option_is_on */
    const char *help;
} SpOptionRow;

typedef struct {
    const char *name;
    const char *operands; /* "DIR", or what their names look like: "FILE.iso"; "..." = and more */
    const char *summary;
    guint least, most; /* operands */
} SpCommandRow;

/* NULL after the last one. */
const SpOptionRow *sp_option_row(guint index);
const SpCommandRow *sp_command_row(SpCommand command);
/* Does the command take it? For SP_COMMAND_NONE: do all of them? */
gboolean sp_option_is_on(const SpOptionRow *row, SpCommand command);

/* NULL with SP_ERROR_USAGE. */
SpOptions *sp_options_parse(int argc, char **argv, GError **error) SP_MUST_CHECK;
void sp_options_free(SpOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpOptions, sp_options_free)

/* The help text of a command, or of the program for SP_COMMAND_NONE; the caller frees. */
char *sp_options_help(SpCommand command);
