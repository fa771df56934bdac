/* SPDX-License-Identifier: MIT */
#include "run.h"
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void child(const char *root, char *const argv[], int output)
{
    int null = open("/dev/null", O_RDONLY);
    if (*root && (chroot(root) < 0 || chdir("/") < 0))
        _exit(127);
    dup2(null, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    char *const env[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
    execve(argv[0], argv, env);
    _exit(127);
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

int run_program(const char *root, char *const argv[], int most_ms, struct buf *out)
{
    int pipes[2], status = 0;
    if (pipe2(pipes, O_CLOEXEC) < 0)
        return NOT_RUN;
    pid_t pid = fork();
    if (pid == 0)
        child(root, argv, pipes[1]);
    close(pipes[1]);
    bool ended = pid > 0 && drain(pipes[0], ms_now() + most_ms, out);
    close(pipes[0]);
    if (pid < 0)
        return NOT_RUN;
    if (!ended)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return NOT_RUN;
    if (!ended || !WIFEXITED(status))
        return NOT_RUN;
    return WEXITSTATUS(status) == 127 ? NO_PROGRAM : WEXITSTATUS(status);
}
