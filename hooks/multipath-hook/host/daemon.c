/* SPDX-License-Identifier: MIT */
#include "daemon.h"
#include "clock.h"
#include "openfd.h"
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ABSTRACT   "/org/kernel/linux/storage/multipathd"
#define MOST_REPLY (16u << 20)

#define BUSY_MS 1000 /* how long a listener that is overrun is given */
#define NO_USER ((uid_t)-1)

struct link {
    int fd;
    size_t word;    /* bytes of the daemon's size_t */
    bool busy;      /* somebody listens and takes no connection */
    uid_t stranger; /* somebody answers who is not root */
};

/* name[0] == '\0' for an abstract one, whose length carries no trailing NUL. */
static int connect_to(const char *name, size_t n, struct link *link)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (n > sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, name, n);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    int got;
    for (long long until = ms_now() + BUSY_MS;; ms_sleep(20)) {
        got = connect(fd, (struct sockaddr *)&address,
                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
        if (got == 0 || (errno != EAGAIN && errno != EINTR) || !ms_left(until))
            break;
    }
    if (got == 0)
        return fd;
    link->busy = link->busy || errno == EAGAIN;
    close(fd);
    return -1;
}

static bool same_root(pid_t pid, const char *root)
{
    struct stat theirs, ours;
    char path[40];
    text_print(path, sizeof path, "/proc/%d/root/", (int)pid);
    return stat(path, &theirs) == 0 && stat(*root ? root : "/", &ours) == 0 &&
           theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

/* A 32-bit program may run beside a 64-bit daemon: its ELF class tells the size of its size_t. */
static size_t word_of(pid_t pid)
{
    char path[40];
    unsigned char head[5] = {0};
    text_print(path, sizeof path, "/proc/%d/exe", (int)pid);
    int fd = open_fd(path, O_RDONLY, 0);
    ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof head);
    if (fd >= 0)
        close(fd);
    if (n == sizeof head && memcmp(head, "\177ELF", 4) == 0)
        return head[4] == 1 ? 4 : 8;
    return sizeof(size_t);
}

static bool accept_peer(int fd, const char *root, struct link *link)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (fd < 0)
        return false;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid > 0 &&
        same_root(peer.pid, root)) {
        link->fd = fd;
        link->word = word_of(peer.pid);
        if (peer.uid == 0)
            return true;
        link->stranger = peer.uid;
    }
    close(fd);
    return false;
}

static bool link_open(const char *root, struct link *link)
{
    static const char *const paths[] = {"/run/multipathd.socket", "/var/run/multipathd.sock"};
    char abstract[sizeof ABSTRACT] = "";
    *link = (struct link){.fd = -1, .stranger = NO_USER};
    memcpy(abstract + 1, ABSTRACT, sizeof ABSTRACT - 1);
    if (accept_peer(connect_to(abstract, sizeof abstract, link), root, link))
        return true;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char *path = rootfs_outside(root, paths[i]);
        bool ok = accept_peer(connect_to(path, strlen(path) + 1, link), root, link);
        free(path);
        if (ok)
            return true;
    }
    return false;
}

static enum ask wait_for(int fd, short events, long long until)
{
    for (;;) {
        struct pollfd p = {.fd = fd, .events = events};
        int left = ms_left(until);
        int n = left ? poll(&p, 1, left) : 0;
        if (n == 0)
            return ASK_TIMEOUT;
        if (n > 0)
            return ASK_OK;
        if (errno != EINTR)
            return ASK_BROKEN;
    }
}

static enum ask send_all(int fd, const char *p, size_t n, long long until)
{
    while (n) {
        enum ask got = wait_for(fd, POLLOUT, until);
        if (got != ASK_OK)
            return got;
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return ASK_BROKEN;
        if (sent > 0) {
            p += sent;
            n -= (size_t)sent;
        }
    }
    return ASK_OK;
}

static enum ask receive(int fd, char *p, size_t n, long long until)
{
    while (n) {
        enum ask got = wait_for(fd, POLLIN, until);
        if (got != ASK_OK)
            return got;
        ssize_t here = recv(fd, p, n, 0);
        if (here == 0 || (here < 0 && errno != EAGAIN && errno != EINTR))
            return ASK_BROKEN;
        if (here > 0) {
            p += here;
            n -= (size_t)here;
        }
    }
    return ASK_OK;
}

static enum ask exchange(const struct link *link, const char *command, long long until,
                         struct buf *reply)
{
    /* Both lengths are in the machine's byte order, which on x86 lets one union serve both. */
    uint64_t length = strlen(command) + 1;
    enum ask got = send_all(link->fd, (const char *)&length, link->word, until);
    if (got == ASK_OK)
        got = send_all(link->fd, command, (size_t)length, until);
    length = 0;
    if (got == ASK_OK)
        got = receive(link->fd, (char *)&length, link->word, until);
    if (got != ASK_OK)
        return got;
    if (length > MOST_REPLY)
        return ASK_BROKEN;
    char *text = xalloc((size_t)length + 1);
    got = receive(link->fd, text, (size_t)length, until);
    if (got == ASK_OK) {
        text[length] = '\0';
        reply->n = 0;
        buf_str(reply, text); /* the length counts a NUL at the end */
    }
    free(text);
    return got;
}

/* From rpm 4.20 on a scriptlet may have a network namespace of its own, in which the daemon's
 * abstract socket is not seen (clients-2.md 3). In init's, one that is not seen is none. */
static bool in_inits_network(void)
{
    struct stat ours, inits;
    return stat("/proc/self/ns/net", &ours) < 0 || stat("/proc/1/ns/net", &inits) < 0 ||
           (ours.st_dev == inits.st_dev && ours.st_ino == inits.st_ino);
}

static bool is_multipathd(const char *pid)
{
    char *path = xprintf("/proc/%s/comm", pid);
    int fd = open_fd(path, O_RDONLY, 0);
    char name[32];
    ssize_t n = fd < 0 ? 0 : read(fd, name, sizeof name);
    if (fd >= 0)
        close(fd);
    free(path);
    return n > 0 && text_is(text_trim((struct text){name, (size_t)n}), "multipathd");
}

/* The number of a process that is a multipathd with this root; 0: none is seen. */
static int find_process(const char *root)
{
    struct names names = {0};
    int found = 0;
    rootfs_names("/proc", &names);
    for (size_t i = 0; i < names.n && !found; i++) {
        int pid = atoi(names.name[i]);
        if (pid > 0 && is_multipathd(names.name[i]) && same_root(pid, root))
            found = pid;
    }
    names_free(&names);
    return found;
}

enum daemon daemon_find(const char *root, struct fail *f)
{
    struct link link;
    int pid;
    f->text[0] = '\0';
    if (link_open(root, &link)) {
        close(link.fd);
        return DAEMON_SERVES;
    }
    if (link.busy) {
        fail_with(f, NOT_TAKEN, "multipathd's socket takes no connection");
        return DAEMON_HIDDEN;
    }
    if (link.stranger != NO_USER)
        fail_with(f, NOT_TAKEN, "a process of user %u answers in its place and is not believed",
                  (unsigned)link.stranger);
    if (in_inits_network() || !(pid = find_process(root)))
        return DAEMON_NONE;
    fail_with(f, NOT_TAKEN,
              "multipathd runs (process %d), but its socket is not seen from here, from "
              "a network namespace of its own",
              pid);
    return DAEMON_HIDDEN;
}

enum ask daemon_ask(const char *root, const char *command, int most_ms, struct buf *reply)
{
    struct link link;
    if (!link_open(root, &link))
        return ASK_NO_DAEMON;
    enum ask got = exchange(&link, command, ms_now() + most_ms, reply);
    close(link.fd);
    return got;
}
