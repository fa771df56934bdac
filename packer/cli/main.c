/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "fileio.h"
#include "interrupt.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static gboolean is_live(void)
{
    const char *term = g_getenv("TERM");
    return isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
}

static gboolean want_color(const SpOptions *options, const SpEnvironment *environment)
{
    if (options->color != SP_COLOR_AUTO)
        return options->color == SP_COLOR_ALWAYS;
    return !environment->no_color && is_live();
}

static gboolean run_command(const SpRun *run, GError **error)
{
    if (run->options->help) {
        g_autofree char *text = sp_options_help(run->options->command);
        return sp_print(text, error);
    }
    if (run->options->version) {
        g_autofree char *text = sp_versions();
        return sp_print(text, error);
    }
    switch (run->options->command) {
    case SP_COMMAND_BUILD:
        return sp_cmd_build(run, error);
    case SP_COMMAND_INSPECT:
        return sp_cmd_inspect(run, error);
    case SP_COMMAND_NEW:
        return sp_cmd_new(run, error);
    case SP_COMMAND_DIFF:
        return sp_cmd_diff(run, error);
    case SP_COMMAND_PUBLISH:
        return sp_cmd_publish(run, error);
    case SP_COMMAND_SIGN:
        return sp_cmd_sign(run, error);
    case SP_COMMAND_KEY:
        return sp_cmd_key(run, error);
    case SP_COMMAND_LINT:
        return sp_cmd_lint(run, error);
    case SP_COMMAND_VERIFY:
        return sp_cmd_verify(run, error);
    default:
        return sp_throw(error, SP_ERROR_USAGE, "no command given");
    }
}

int main(int argc, char **argv)
{
    sp_interrupt_install();
    SpRun run = {.log = {.verbosity = SP_LOG_NORMAL}};
    g_autoptr(GError) error = NULL;
    g_autoptr(SpOptions) options = sp_options_parse(argc, argv, &error);
    g_autoptr(SpEnvironment) environment = options != NULL ? sp_environment_read(&error) : NULL;
    if (environment != NULL) {
        run.options = options;
        run.environment = environment;
        run.log.verbosity = options->verbosity;
        run.log.color = want_color(options, environment);
        run.log.live = is_live();
        gboolean done = run_command(&run, &error);
        GError *cut_short = NULL;
        if (sp_map_check(&cut_short)) {
            if (done)
                return 0;
        } else { /* whatever went wrong, it is why */
            g_clear_error(&error);
            error = cut_short;
        }
    }
    sp_log_error(&run.log, error != NULL ? error->message : "failed without a reason");
    sp_interrupt_die();
    return error != NULL && error->domain == SP_ERROR ? error->code : SP_ERROR_SYSTEM;
}
