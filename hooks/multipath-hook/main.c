/* SPDX-License-Identifier: MIT */
/* multipath-hook: see multipath-hook.8. */
#include "action.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

static const char usage[] =
    "usage: multipath-hook install|remove|check|plan|status [--root DIR] [--json] [--no-reload]"
    " | --version\n"
    "  install  merge the stanza, make multipathd take it, prove that it did\n"
    "  remove   take it out again: the original bytes, or only our block where others edited\n"
    "  check    silent and 0 when install would succeed, else xapi's <error> on stdout\n"
    "  plan     what install would change, as a unified diff\n"
    "  status   applied, overridden, blacklisted, pending, missing, drifted, conflict or refused\n"
    "exit: 0 done or nothing to do, 1 refused (file untouched; status: not applied), 2 usage,\n"
    "      4 system, 5 multipathd did not take it (rolled back), 10 plan: would change\n";

static const struct {
    const char *name;
    int (*run)(const struct action *);
} commands[] = {
    {"install", action_install}, {"remove", action_remove}, {"check", action_check},
    {"plan", action_plan},       {"status", action_status},
};

static int bad_usage(const char *about, const char *word)
{
    struct buf out = {0};
    buf_printf(&out, "multipath-hook: %s '%s'\n%s", about, word, usage);
    text_write(STDERR_FILENO, text_buf(&out));
    buf_free(&out);
    return USAGE;
}

/* What is said of the program itself, or NULL. */
static const char *told_of(const char *option)
{
    if (strcmp(option, "--version") == 0)
        return "multipath-hook " HOOK_VERSION "\n";
    return strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0 ? usage : NULL;
}

/* "" for "/", no slash at the end. DONE, USAGE or SYSTEM. */
static int take_root(struct action *a, char *dir)
{
    struct stat st;
    if (*dir != '/')
        return USAGE;
    if (stat(dir, &st) < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return USAGE;
        say("multipath-hook", LOG_ERR, "cannot see the folder '%s': %s", dir, strerror(errno));
        return SYSTEM;
    }
    for (size_t n = strlen(dir); n && dir[n - 1] == '/'; n--)
        dir[n - 1] = '\0';
    a->root = dir;
    return S_ISDIR(st.st_mode) ? DONE : USAGE;
}

static int take_options(struct action *a, int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        int rc = DONE;
        if (strcmp(argv[i], "--json") == 0)
            a->json = true;
        else if (strcmp(argv[i], "--no-reload") == 0)
            a->no_reload = true;
        else if (strcmp(argv[i], "--root") != 0)
            return bad_usage("unknown option", argv[i]);
        else
            rc = ++i == argc ? USAGE : take_root(a, argv[i]);
        if (rc == USAGE)
            return bad_usage("--root needs the absolute path of a folder, not",
                             i < argc ? argv[i] : "");
        if (rc)
            return rc;
    }
    return DONE;
}

int main(int argc, char **argv)
{
    struct action a = {.root = ""};
    int (*run)(const struct action *) = NULL;
    struct fail f;
    hold_standard_fds();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that must not grow is an error of write() */
    const char *asked = argc == 2 ? told_of(argv[1]) : NULL;
    if (asked)
        return text_write(STDOUT_FILENO, text_of(asked)) ? DONE : SYSTEM;
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            run = commands[i].run;
    if (!run)
        return bad_usage("unknown command", argc > 1 ? argv[1] : "");
    int rc = take_options(&a, argc, argv);
    if (rc)
        return rc;
    if (*a.root)
        say_no_syslog();
    rc = pack_load(&a.pack, &f);
    if (rc)
        say("multipath-hook", LOG_ERR, "%s", f.text);
    else
        rc = run(&a);
    pack_free(&a.pack);
    return rc;
}
