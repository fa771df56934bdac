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

#define BUSY_MS    1000 /* how long a listener that is overrun is given */
#define BUSY_TRIES 50
#define NO_USER    ((uid_t)-1)

struct link {
    int fd;
    size_t word;    /* bytes of the daemon's size_t */
    bool busy;      /* somebody listens and takes no connection */
    uid_t stranger; /* somebody answers who is not root */
};

/* name[0] == '\0' for an abstract one, whose length carries no trailing NUL. A socket that could
 * not be connected to one may be connected to the next. */
static bool connect_to(int fd, const char *name, size_t n, struct link *link)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (fd < 0 || n > sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, name, n);
    for (int tries = 0;; tries++, ms_sleep(BUSY_MS / BUSY_TRIES)) {
        if (connect(fd, (struct sockaddr *)&address,
                    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) == 0)
            return true;
        bool again = errno == EAGAIN || errno == EINTR;
        if (again && tries < BUSY_TRIES)
            continue;
        link->busy = link->busy || again;
        return false;
    }
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

static bool is_daemon(int fd, const char *root, struct link *link)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.pid <= 0 ||
        !same_root(peer.pid, root))
        return false;
    if (peer.uid != 0) {
        link->stranger = peer.uid;
        return false;
    }
    link->word = word_of(peer.pid);
    return true;
}

static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Up to el6 a path alone, el7 the abstract name alone, from 0.12 on another path besides. */
static const char *socket_path(enum mp_era era)
{
    return era <= MP_049   ? "/var/run/multipathd.sock"
           : era == MP_EL7 ? NULL
                           : "/run/multipathd.socket";
}

static bool link_open(const char *root, enum mp_era era, struct link *link)
{
    char abstract[sizeof ABSTRACT] = "";
    *link = (struct link){.fd = new_socket(), .stranger = NO_USER};
    memcpy(abstract + 1, ABSTRACT, sizeof ABSTRACT - 1);
    for (int i = era <= MP_049; i < (socket_path(era) ? 2 : 1); i++) {
        char *path = i ? rootfs_outside(root, socket_path(era)) : NULL;
        bool connected = connect_to(link->fd, path ? path : abstract,
                                    path ? strlen(path) + 1 : sizeof abstract, link);
        free(path);
        if (connected && is_daemon(link->fd, root, link))
            return true;
        if (connected) {
            close(link->fd);
            link->fd = new_socket();
        }
    }
    if (link->fd >= 0)
        close(link->fd);
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

static bool read_short(const char *path, char *text, size_t size)
{
    int fd = open_fd(path, O_RDONLY | O_NONBLOCK, 0);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = '\0';
    return n > 0;
}

/* The process of a multipathd of this root, by the file it leaves its number in; 0: none. From rpm
 * 4.20 on a scriptlet may have a network namespace of its own, in which the abstract socket, all
 * that the daemons of el7 up to 0.11 have, is not seen (clients-2.md 3). */
static int find_process(const char *root, enum mp_era era)
{
    char number[16], name[32], path[40];
    int pid = 0;
    if (era <= MP_049) /* a path is seen from any namespace */
        return 0;
    char *file = rootfs_outside(root, era == MP_EL7 ? "/run/multipathd/multipathd.pid"
                                                    : "/run/multipathd.pid");
    read_short(file, number, sizeof number);
    for (const char *p = number; *p >= '0' && *p <= '9' && pid < 1 << 24; p++)
        pid = pid * 10 + (*p - '0');
    free(file);
    text_print(path, sizeof path, "/proc/%d/comm", pid);
    bool runs = pid > 0 && same_root(pid, root) && read_short(path, name, sizeof name) &&
                strcmp(name, "multipathd\n") == 0;
    return runs ? pid : 0;
}

enum daemon daemon_find(const char *root, enum mp_era era, struct fail *f)
{
    struct link link;
    int pid;
    f->text[0] = '\0';
    if (link_open(root, era, &link)) {
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
    pid = find_process(root, era);
    if (!pid)
        return DAEMON_NONE;
    fail_with(f, NOT_TAKEN,
              "multipathd runs (process %d), but its socket is not seen from here: rpm may have "
              "given this scriptlet a network of its own",
              pid);
    return DAEMON_HIDDEN;
}

enum ask daemon_ask(const char *root, enum mp_era era, const char *command, int most_ms,
                    struct buf *reply)
{
    struct link link;
    if (!link_open(root, era, &link))
        return ASK_NO_DAEMON;
    enum ask got = exchange(&link, command, ms_now() + most_ms, reply);
    close(link.fd);
    return got;
}
