/* SPDX-License-Identifier: MIT */
/* multipath-hook: merges a pack's multipath stanza into this host's configuration, proves that
 * multipathd took it, and gives the original bytes back. */
#include "action.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

static const char usage[] =
    "usage: multipath-hook install|remove|check|plan|status [--root DIR] [--json] [--no-reload]\n"
    "  install  merge the stanza, make multipathd take it, prove that it did\n"
    "  remove   take it out again: the original bytes, or only our block where others edited\n"
    "  check    silent and 0 when install would succeed, else xapi's <error> on stdout\n"
    "  plan     what install would change, as a unified diff\n"
    "  status   applied, pending, missing, drifted, conflict or refused\n"
    "exit: 0 done or nothing to do, 1 refused (file untouched; status: not applied), 2 usage,\n"
    "      4 system, 5 multipathd did not take it (rolled back), 10 plan: would change\n";

static const struct {
    const char *name;
    int (*run)(const struct action *);
} commands[] = {
    {"install", action_install}, {"remove", action_remove}, {"check", action_check},
    {"plan", action_plan},       {"status", action_status},
};

/* Descriptors 0 to 2 must be something, or the first file opened becomes stderr. */
static void hold_standard_fds(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

static int bad_usage(const char *about, const char *word)
{
    fprintf(stderr, "multipath-hook: %s '%s'\n%s", about, word, usage);
    return USAGE;
}

/* "" for "/", no slash at the end; false when it is no folder. */
static bool take_root(struct action *a, char *dir)
{
    struct stat st;
    if (*dir != '/' || stat(dir, &st) < 0 || !S_ISDIR(st.st_mode))
        return false;
    for (size_t n = strlen(dir); n && dir[n - 1] == '/'; n--)
        dir[n - 1] = '\0';
    a->root = dir;
    return true;
}

int main(int argc, char **argv)
{
    struct action a = {.root = ""};
    int (*run)(const struct action *) = NULL;
    struct fail f;

    hold_standard_fds();
    umask(022);
    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return fputs(usage, stdout) < 0 ? SYSTEM : DONE;
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            run = commands[i].run;
    if (!run)
        return bad_usage("unknown command", argc > 1 ? argv[1] : "");
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            a.json = true;
        else if (strcmp(argv[i], "--no-reload") == 0)
            a.no_reload = true;
        else if (strcmp(argv[i], "--root") != 0)
            return bad_usage("unknown option", argv[i]);
        else if (++i == argc || !take_root(&a, argv[i]))
            return bad_usage("--root needs the absolute path of a folder, not",
                             i < argc ? argv[i] : "");
    }
    if (*a.root)
        say_no_syslog();
    int rc = pack_load(&a.pack, &f);
    if (rc)
        say("multipath-hook", LOG_ERR, "%s", f.text);
    else
        rc = run(&a);
    pack_free(&a.pack);
    return fflush(stdout) == 0 ? rc : SYSTEM;
}
