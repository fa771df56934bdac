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

struct link {
    int fd;
    size_t word; /* bytes of the daemon's size_t */
};

/* name[0] == '\0' for an abstract one, whose length carries no trailing NUL. */
static int connect_to(const char *name, size_t n)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (n > sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, name, n);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (struct sockaddr *)&address,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) == 0)
        return fd;
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
        *link = (struct link){fd, word_of(peer.pid)};
        return true;
    }
    close(fd);
    return false;
}

static bool link_open(const char *root, struct link *link)
{
    static const char *const paths[] = {"/run/multipathd.socket", "/var/run/multipathd.sock"};
    char abstract[sizeof ABSTRACT] = "";
    memcpy(abstract + 1, ABSTRACT, sizeof ABSTRACT - 1);
    if (accept_peer(connect_to(abstract, sizeof abstract), root, link))
        return true;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char *path = rootfs_outside(root, paths[i]);
        bool ok = accept_peer(connect_to(path, strlen(path) + 1), root, link);
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

bool daemon_serves(const char *root)
{
    struct link link;
    if (!link_open(root, &link))
        return false;
    close(link.fd);
    return true;
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
