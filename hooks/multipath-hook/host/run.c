/* SPDX-License-Identifier: MIT */
#include "run.h"
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_NO_PROGRAM   127
#define EXIT_NOT_PREPARED 126
#define KILLED_MS         1000 /* one that waits for a disk cannot even be killed */

static _Noreturn void child(const char *root, char *const argv[], bool (*prepare)(void *data),
                            void *data, int output)
{
    /* A group of its own, so that what it starts can be ended with it. */
    setpgid(0, 0);
    int null = open("/dev/null", O_RDONLY);
    if (prepare && !prepare(data))
        _exit(EXIT_NOT_PREPARED);
    if (*root && (chroot(root) < 0 || chdir("/") < 0))
        _exit(EXIT_NO_PROGRAM);
    dup2(null, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    char *const env[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
    execve(argv[0], argv, env);
    _exit(EXIT_NO_PROGRAM);
}

/* Reads to the end of the output; false when the time is up first. */
static bool drain(int fd, long long until, struct buf *out)
{
    char chunk[4096];
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int left = ms_left(until);
        int got = left ? poll(&p, 1, left) : 0;
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        ssize_t n = got < 0 ? -1 : read(fd, chunk, sizeof chunk);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0 && out->n < 1u << 20)
            buf_add(out, chunk, (size_t)n);
    }
}

static bool ended(pid_t pid, long long until, int *status)
{
    for (int ms = 0;; ms = 1) {
        pid_t got = waitpid(pid, status, WNOHANG);
        if (got == pid)
            return true;
        if ((got < 0 && errno != EINTR) || !ms_left(until))
            return false;
        ms_sleep(ms);
    }
}

int run_program(const char *root, char *const argv[], int most_ms, bool (*prepare)(void *data),
                void *data, struct buf *out)
{
    int pipes[2], status = 0;
    if (pipe2(pipes, O_CLOEXEC) < 0)
        return NOT_RUN;
    signal(SIGCHLD, SIG_DFL); /* who started us may have it ignored: then nothing is waited for */
    /* The kernel's own call: there are no threads, nothing of stdio and no handlers that libc's
     * fork() would look after, in 2 KB. */
    pid_t pid = (pid_t)syscall(SYS_fork);
    if (pid == 0)
        child(root, argv, prepare, data, pipes[1]);
    long long until = ms_now() + most_ms;
    close(pipes[1]);
    bool whole = pid > 0 && drain(pipes[0], until, out) && ended(pid, until, &status);
    close(pipes[0]);
    if (pid < 0)
        return NOT_RUN;
    if (!whole) {
        kill(-pid, SIGKILL);
        kill(pid, SIGKILL); /* one that has not reached setpgid() */
        ended(pid, ms_now() + KILLED_MS, &status);
        return TOO_LONG;
    }
    if (WIFSIGNALED(status))
        return DIED - WTERMSIG(status);
    status = WEXITSTATUS(status);
    return status == EXIT_NO_PROGRAM     ? NO_PROGRAM
           : status == EXIT_NOT_PREPARED ? NOT_PREPARED
                                         : status;
}
