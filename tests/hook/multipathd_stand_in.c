/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stand-in for multipathd: the command socket of one era, and what it is told to answer.
 *
 * Not multipathd: it maps nothing. It reads the devices of the root's own files when it starts and
 * when it is reconfigured, and prints them for `show config` in the words of its era, so that a
 * client sees whether its file was taken (multipath.md 3.1; the forms of 0.4.7 and 0.9.4 are those
 * of their own print functions). A real one runs in the VM tests.
 *
 * usage: multipathd_stand_in ROOT ERA MOOD LOG
 *   ERA   0.4.7 0.4.9 el6 el7 modern
 *   MOOD  obeys    takes the file (modern: after two polls)
 *         refuses  any file but the one it started with      deaf     says ok, reads nothing
 *         late     says ok, has it a second later            slow     modern: five polls
 *         changes  takes the file, with another rr_min_io    timeout  says that instead of ok
 *         no-path  its map has no path that is ready         dies hangs
 *         one-path one of its two is not ready, and its map's name is no harmless one
 *         recovers the same, until it was asked three times  stranger is not root
 *         garbage  promises more than it sends, then closes  huge     a length no reply has
 *         trickle  one byte at a time
 *         "MOOD@COMMAND": only when that is asked; otherwise it obeys
 * LOG gets a line a command, "SECONDS<tab>COMMAND", and "SECONDS<tab># ..." what became of it. Its
 * size_t is this program's own: a 32-bit build speaks as a 32-bit daemon does. */
#include "stand_in_config.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define ABSTRACT "/org/kernel/linux/storage/multipathd" /* multipath-tools: libmpathcmd */
#define OLD_PATH "/var/run/multipathd.sock"
#define NEW_PATH "/run/multipathd.socket"
#define EL7_MOST 512 /* bytes of a command */
#define LATE     1.0

struct daemon {
    enum era era;
    const char *mood, *only; /* only: the command the mood is for, NULL for all */
    FILE *log;
    struct config config;
    char *first; /* the files' bytes when it started */
    bool no_maps;
    int looks;    /* how often its topology was asked for */
    bool pending; /* reconfigure was asked for, the files are still to be read */
    int polls;    /* "busy" answers left */
    double due;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void note(struct daemon *d, const char *prefix, const char *text)
{
    fprintf(d->log, "%.6f\t%s%s\n", now(), prefix, text);
    fflush(d->log);
}

static bool in_mood(const struct daemon *d, const char *mood, const char *command)
{
    return strcmp(d->mood, mood) == 0 && (!d->only || strcmp(d->only, command) == 0);
}

/* Reads the files; false when they are refused. What is refused leaves the configuration alone;
 * el7 has dropped its maps by then (multipath.md 0.6). */
static bool take_files(struct daemon *d)
{
    struct config taken;
    bool good = config_read(&taken, d->era);
    if (strcmp(d->mood, "refuses") == 0 && strcmp(taken.text, d->first) != 0)
        good = false;
    d->pending = false;
    if (good) {
        if (strcmp(d->mood, "changes") == 0)
            config_set(&taken, "rr_min_io", "1");
        config_free(&d->config);
        d->config = taken;
        d->no_maps = false;
    } else {
        config_free(&taken);
        d->no_maps = d->era == EL7;
    }
    note(d, "# ", good ? "taken" : d->no_maps ? "refused, maps dropped" : "refused");
    return good;
}

static const char *reconfigure(struct daemon *d)
{
    if (in_mood(d, "timeout", "reconfigure"))
        return "timeout\n";
    if (in_mood(d, "deaf", "reconfigure"))
        return "ok\n";
    if (in_mood(d, "late", "reconfigure")) {
        d->pending = true;
        d->due = now() + LATE;
        return "ok\n";
    }
    if (d->era != MODERN)
        return take_files(d) ? "ok\n" : "fail\n";
    d->pending = true;
    d->due = 0;
    d->polls = strcmp(d->mood, "slow") == 0 ? 5 : 2;
    return "ok\n";
}

static void help(FILE *out)
{
    fputs("multipath-tools v0.0.0 (a stand-in)\nCLI commands reference:\n list|show paths\n"
          " list|show maps|multipaths\n list|show topology\n list|show config\n reconfigure\n",
          out);
}

static void topology(struct daemon *d, FILE *out)
{
    bool none = strcmp(d->mood, "no-path") == 0, one = strcmp(d->mood, "one-path") == 0;
    if (strcmp(d->mood, "recovers") == 0)
        one = ++d->looks <= 3;
    if (d->no_maps)
        return;
    fprintf(out, "360a%s dm-0 OSNEXUS%s,QUANTASTOR\n", one ? "\033]0;x\a" : "",
            d->era == E047 ? "" : " ");
    if (d->era == E047)
        fprintf(out,
                "[size=1.0G][features=0][hwhandler=0]\n"
                "\\_ round-robin 0 [prio=1][%s]\n \\_ 2:0:0:0 sda 8:0   [%s]\n"
                " \\_ 3:0:0:0 sdb 8:16  [%s]\n",
                none ? "enabled" : "active", none ? "failed][faulty" : "active][ready",
                none || one ? "failed][faulty" : "active][ready");
    else
        fprintf(out,
                "size=1.0G features='0' hwhandler='0' wp=rw\n"
                "`-+- policy='service-time 0' prio=1 status=%s\n"
                "  |- 2:0:0:0 sda 8:0  %s running\n  `- 3:0:0:0 sdb 8:16 %s\n",
                none ? "enabled" : "active", none ? "failed faulty" : "active ready",
                none || one ? "failed faulty offline" : "active ready running");
}

static void answer(struct daemon *d, const char *command, FILE *out)
{
    if (d->pending && d->polls == 0 && now() >= d->due)
        take_files(d);
    if (strcmp(command, "reconfigure") == 0)
        fputs(reconfigure(d), out);
    else if (strcmp(command, "show config") == 0)
        config_print(&d->config, d->era, out);
    else if (strcmp(command, "show topology") == 0)
        topology(d, out);
    else if (strcmp(command, "show maps") == 0)
        fputs(d->no_maps ? "" : "name sysfs uuid\n360a dm-0  360a\n", out);
    else if (strcmp(command, "show daemon") == 0 && d->era == MODERN && d->polls)
        fprintf(out, "pid %d configure (pending reconfigure)\n", (int)getpid());
    else if (strcmp(command, "show daemon") == 0 && d->era == MODERN)
        fprintf(out, "pid %d idle\n", (int)getpid());
    else
        help(out);
    if (strcmp(command, "show daemon") == 0 && d->polls)
        d->polls--;
}

static bool take(int fd, void *p, size_t n)
{
    return recv(fd, p, n, MSG_WAITALL) == (ssize_t)n;
}

static bool give(int fd, const void *p, size_t n)
{
    return send(fd, p, n, MSG_NOSIGNAL) == (ssize_t)n;
}

/* Rests after each of the first bytes, so that they arrive alone, and seldom later: the reply must
 * not last as long as the hook waits for it, however busy this machine is. */
static void trickle(int fd, const char *p, size_t n)
{
    for (size_t i = 0; i < n && give(fd, p + i, 1); i++)
        if (i < 64 || i % 64 == 0)
            nanosleep(&(struct timespec){0, 200000}, NULL);
}

static bool reply(struct daemon *d, int fd, const char *command, const char *text, size_t n)
{
    char end;
    size_t length = n;
    if (in_mood(d, "trickle", command)) {
        trickle(fd, (const char *)&length, sizeof length);
        trickle(fd, text, n);
        return true;
    }
    if (in_mood(d, "garbage", command))
        length = n + 100;
    if (in_mood(d, "huge", command))
        length = sizeof length == 4 ? SIZE_MAX - 15 : (size_t)((uint64_t)1 << 40);
    bool sent = give(fd, &length, sizeof length) && give(fd, text, n);
    if (in_mood(d, "huge", command))
        take(fd, &end, 1); /* stays open: the client must see by itself */
    return sent && length == n;
}

static void serve(struct daemon *d, int fd)
{
    size_t length, n;
    bool more = true;
    while (more && take(fd, &length, sizeof length)) {
        char command[4096], *text, end;
        if (length == 0 || length > (d->era == EL7 ? EL7_MOST : sizeof command) ||
            !take(fd, command, length) || command[length - 1] != '\0')
            return;
        for (n = length - 1; n && strchr(" \n", command[n - 1]); n--)
            command[n - 1] = '\0'; /* what the real client puts behind it */
        note(d, "", command);
        if (in_mood(d, "hangs", "reconfigure") && strcmp(command, "reconfigure") == 0) {
            take(fd, &end, 1);
            return;
        }
        if (in_mood(d, "dies", "reconfigure") && strcmp(command, "reconfigure") == 0)
            exit(0);
        FILE *out = open_memstream(&text, &n);
        if (!out)
            return;
        answer(d, command, out);
        fclose(out);
        more = reply(d, fd, command, text, n + 1); /* its NUL counts */
        free(text);
    }
}

/* path: in the file system; else the abstract name, whose length has no NUL at the end. */
static int listen_at(const char *name, bool path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t n = strlen(name);
    memcpy(address.sun_path + !path, name, n);
    if (path) {
        char dir[sizeof address.sun_path];
        snprintf(dir, sizeof dir, "%s", name);
        for (char *slash = strchr(dir + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
            *slash = '\0';
            mkdir(dir, 0755);
            *slash = '/';
        }
        unlink(name);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 ||
        bind(fd, (struct sockaddr *)&address,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + 1)) < 0 ||
        listen(fd, 10) < 0) {
        perror(name);
        exit(1);
    }
    return fd;
}

/* As a real one: by its name and the file with its number it is seen where its socket is not. */
static void leave_number(const struct daemon *d)
{
    const char *path = d->era == EL7 ? "/run/multipathd/multipathd.pid" : "/run/multipathd.pid";
    mkdir("/run", 0755);
    if (d->era == EL7)
        mkdir("/run/multipathd", 0755);
    FILE *out = fopen(path, "w");
    if (!out || fprintf(out, "%d\n", (int)getpid()) < 0 || fclose(out) != 0 ||
        prctl(PR_SET_NAME, "multipathd") < 0) {
        perror(path);
        exit(1);
    }
}

static _Noreturn void run(struct daemon *d)
{
    struct pollfd p[2];
    nfds_t count = 0;
    if (d->era >= EL7)
        p[count++] = (struct pollfd){.fd = listen_at(ABSTRACT, false), .events = POLLIN};
    if (d->era != EL7)
        p[count++] = (struct pollfd){.fd = listen_at(d->era == MODERN ? NEW_PATH : OLD_PATH, true),
                                     .events = POLLIN};
    puts("ready");
    fflush(stdout);
    for (;;) {
        if (poll(p, count, -1) < 0 && errno != EINTR)
            exit(1);
        for (nfds_t i = 0; i < count; i++) {
            int fd = p[i].revents ? accept(p[i].fd, NULL, NULL) : -1;
            if (fd < 0)
                continue;
            serve(d, fd);
            close(fd);
        }
    }
}

int main(int argc, char **argv)
{
    static const char *const eras[] = {"0.4.7", "0.4.9", "el6", "el7", "modern"};
    struct daemon d = {0};
    bool known = false;
    for (int i = 0; argc == 5 && i < 5; i++)
        if (strcmp(argv[2], eras[i]) == 0) {
            d.era = (enum era)i;
            known = true;
        }
    if (!known) {
        fputs("usage: multipathd_stand_in ROOT ERA MOOD LOG\n", stderr);
        return 2;
    }
    char *at = strchr(argv[3], '@');
    if (at) {
        *at = '\0';
        d.only = at + 1;
    }
    d.mood = argv[3];
    d.log = fopen(argv[4], "w");
    /* Inside the root, as its own daemon is: the peer's root tells whose daemon it is. */
    if (!d.log || chroot(argv[1]) < 0 || chdir("/") < 0) {
        perror(argv[1]);
        exit(1);
    }
    if (d.era >= EL7 && strcmp(argv[1], "/") != 0)
        leave_number(&d);
    if (strcmp(d.mood, "stranger") == 0 && setuid(65534) < 0)
        return 1;
    config_read(&d.config, d.era);
    d.first = strdup(d.config.text);
    run(&d);
}
