/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define FEW 7 /* bytes a shortened read gives */

static int null_fd, said_fd;
static volatile sig_atomic_t running, too_long;

static void end_it(int signal)
{
    (void)signal;
    too_long = 1;
    if (running)
        kill((pid_t)running, SIGKILL);
}

void trace_prepare(void)
{
    struct sigaction action = {.sa_handler = end_it};
    null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    said_fd = memfd_create("said", MFD_CLOEXEC);
    if (null_fd < 0 || said_fd < 0 || sigaction(SIGALRM, &action, NULL) < 0)
        die("cannot prepare");
    /* The children of a hook that was killed become ours, and are waited for. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

const char *trace_said(void)
{
    static char text[1024];
    ssize_t n = pread(said_fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return text;
}

/* vfork: a copy of this program's page tables would cost more than all else. */
static pid_t start(char *const argv[], bool traced)
{
    static char *const env[] = {"LANG=C.UTF-8", "TZ=UTC", NULL};
    if (ftruncate(said_fd, 0) < 0 || lseek(said_fd, 0, SEEK_SET) < 0)
        die("cannot empty the output");
    pid_t pid = vfork();
    if (pid == 0) {
        dup2(null_fd, STDIN_FILENO);
        dup2(said_fd, STDOUT_FILENO);
        dup2(said_fd, STDERR_FILENO);
        if (!traced || ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
            execve(argv[0], argv, env);
        _exit(126);
    }
    if (pid < 0)
        die("cannot start '%s'", argv[0]);
    running = pid;
    too_long = 0;
    alarm(HUNG_SECONDS);
    return pid;
}

/* The next thing that happens to the program; false when it has ended. */
static bool next(pid_t pid, int *status)
{
    while (waitpid(pid, status, 0) < 0)
        if (errno != EINTR)
            die("cannot wait for the program");
    return WIFSTOPPED(*status);
}

static void finish(pid_t pid, struct outcome *out)
{
    while (next(pid, &out->status))
        ;
}

static void done(struct outcome *out)
{
    int status;
    running = 0;
    alarm(0);
    out->hung = too_long;
    while (waitpid(-1, &status, 0) > 0 || errno == EINTR)
        ;
    if (WIFEXITED(out->status) && WEXITSTATUS(out->status) == 126)
        die("the program could not be run");
}

void run_plain(char *const argv[], struct outcome *out)
{
    *out = (struct outcome){0};
    finish(start(argv, false), out);
    done(out);
}

static bool applies(const struct kind *kind, long call)
{
    switch (kind->act) {
    case KILL: /* the instant after the last change is the one before the exit */
        return true;
    case SIGNAL:
    case FAIL:
        return call != SYS_exit_group && call != SYS_exit && call != SYS_execve;
    case SHORTEN:
        return call == SYS_write || call == SYS_pwrite64 || call == SYS_writev ||
               call == SYS_sendto || call == SYS_read || call == SYS_pread64 || call == SYS_readv ||
               call == SYS_recvfrom;
    }
    return false;
}

static void ask(long request, pid_t pid, void *data)
{
    if (ptrace((enum __ptrace_request)request, pid, NULL, data) < 0 && errno != ESRCH)
        die("cannot trace");
}

/* Makes a vector call the plain call of its first piece that is not empty. */
static void unvector(pid_t pid, struct user_regs_struct *regs)
{
    struct iovec piece[8], here = {piece, sizeof piece},
                           there = {(void *)regs->rsi, regs->rdx * sizeof *piece};
    if (there.iov_len > here.iov_len)
        there.iov_len = here.iov_len;
    ssize_t n = process_vm_readv(pid, &here, 1, &there, 1, 0);
    if (n < 0)
        die("cannot read the program's memory");
    for (size_t i = 0; i < (size_t)n / sizeof *piece; i++) {
        if (!piece[i].iov_len)
            continue;
        regs->orig_rax = regs->orig_rax == SYS_writev ? SYS_write : SYS_read;
        regs->rsi = (unsigned long)piece[i].iov_base;
        regs->rdx = piece[i].iov_len;
        return;
    }
}

static void shorten(pid_t pid, struct user_regs_struct *regs)
{
    if (regs->orig_rax == SYS_writev || regs->orig_rax == SYS_readv)
        unvector(pid, regs);
    bool writes = regs->orig_rax == SYS_write || regs->orig_rax == SYS_pwrite64 ||
                  regs->orig_rax == SYS_sendto;
    if (writes)
        regs->rdx = regs->rdx > 1 ? regs->rdx / 2 : regs->rdx;
    else if (regs->rdx > FEW) /* half of a large buffer would still hold a whole file */
        regs->rdx = FEW;
}

/* The program stands before the call. Changes the call, and after it the registers back. */
static void change_call(pid_t pid, const struct kind *kind, struct outcome *out)
{
    struct user_regs_struct regs, before;
    ask(PTRACE_GETREGS, pid, &regs);
    before = regs;
    if (kind->act == SHORTEN)
        shorten(pid, &regs);
    else if (regs.orig_rax != SYS_close) /* which has closed even where it fails */
        regs.orig_rax = (unsigned long long)-1;
    ask(PTRACE_SETREGS, pid, &regs);
    ask(PTRACE_SYSCALL, pid, NULL);
    if (!next(pid, &out->status))
        return;
    ask(PTRACE_GETREGS, pid, &regs);
    if (kind->act == FAIL)
        regs.rax = (unsigned long long)-kind->value;
    regs.rsi = before.rsi;
    regs.rdx = before.rdx;
    ask(PTRACE_SETREGS, pid, &regs);
    ask(PTRACE_DETACH, pid, NULL);
    finish(pid, out);
}

static void inject(pid_t pid, const struct kind *kind, struct outcome *out)
{
    if (kind->act == KILL) {
        kill(pid, SIGKILL);
        finish(pid, out);
    } else if (kind->act == SIGNAL) {
        kill(pid, out->sent);
        ask(PTRACE_DETACH, pid, NULL);
        finish(pid, out);
    } else {
        change_call(pid, kind, out);
    }
}

void run_injected(char *const argv[], const struct kind *kind, unsigned n, struct outcome *out)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    *out = (struct outcome){.sent = signals[n % 3]};
    pid_t pid = start(argv, true);
    unsigned count = 0;
    bool inside = false; /* a call: the stops before and after one alternate */
    long forward = 0;

    if (next(pid, &out->status))
        ask(PTRACE_SETOPTIONS, pid, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    while (!out->reached && WIFSTOPPED(out->status)) {
        ask(PTRACE_SYSCALL, pid, (void *)forward);
        if (!next(pid, &out->status))
            break;
        int stop = WSTOPSIG(out->status);
        forward = stop == SIGTRAP || stop == (SIGTRAP | 0x80) ? 0 : stop;
        if (stop != (SIGTRAP | 0x80))
            continue;
        inside = !inside;
        if (!inside)
            continue;
        errno = 0;
        out->call = ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user_regs_struct, orig_rax), NULL);
        if (errno == 0 && applies(kind, out->call) && ++count == n) {
            out->reached = true;
            inject(pid, kind, out);
        }
    }
    done(out);
}
