/* SPDX-License-Identifier: MIT */
#include "lock.h"
#include "clock.h"
#include "openfd.h"
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SM_LOCKS     "/var/lock/sm"
#define MPATHCONF    "/etc/multipath/.multipath.conf.tmp"
#define MPATHCONF_MS 3000
#define FAIRLOCK     "/run/fairlock/devicemapper"
#define TRY_AGAIN_MS 10

/* A lock of this process: it goes with it, so the descriptor stays open on purpose. */
static int lock_file(const char *path, int most_ms, struct fail *f)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open_fd(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (fd < 0)
        return fail_errno(f, "cannot open SM's lock '%s'", path);
    for (long long until = ms_now() + most_ms; fcntl(fd, F_SETLK, &whole) < 0;
         ms_sleep(TRY_AGAIN_MS)) {
        if (errno != EACCES && errno != EAGAIN && errno != EINTR) {
            int rc = fail_errno(f, "cannot lock '%s'", path);
            close(fd);
            return rc;
        }
        if (!ms_left(until)) {
            close(fd);
            return fail_with(f, SYSTEM, "SM has held its lock '%s' for %d s", path, most_ms / 1000);
        }
    }
    return DONE;
}

int lock_sm(const char *root, int most_ms, struct fail *f)
{
    char *locks = rootfs_resolve(root, SM_LOCKS);
    if (!locks)
        return fail_errno(f, "cannot follow '" SM_LOCKS "'");
    char *own = xprintf("%s%s/multipath.conf", root, locks);
    char *path = xprintf("%s/host", own);
    int rc = DONE;
    if (mkdir(own, 0755) < 0 && errno != EEXIST && errno != ENOENT)
        rc = fail_errno(f, "cannot make the folder '%s'", own);
    else if (errno != ENOENT)
        rc = lock_file(path, most_ms, f);
    free(path);
    free(own);
    free(locks);
    return rc;
}

void lock_wait_mpathconf(const char *root)
{
    char *path = rootfs_outside(root, MPATHCONF);
    for (long long until = ms_now() + MPATHCONF_MS; access(path, F_OK) == 0 && ms_left(until);)
        ms_sleep(TRY_AGAIN_MS);
    free(path);
}

int lock_fairlock(const char *root, int most_ms)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char *path = rootfs_outside(root, FAIRLOCK), granted[16]; /* "LOCK\0" */
    size_t n = strlen(path);
    int fd = n < sizeof address.sun_path
                 ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
                 : -1;
    long long until = ms_now() + most_ms;
    bool busy = false; /* so many wait that nobody can even queue */
    if (fd >= 0) {
        memcpy(address.sun_path, path, n + 1);
        while (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
            busy = errno == EAGAIN || errno == EINTR;
            if (busy && ms_left(until)) {
                ms_sleep(TRY_AGAIN_MS);
                continue;
            }
            close(fd);
            fd = -1;
            break;
        }
    }
    free(path);
    if (fd < 0)
        return busy ? -2 : -1;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int got;
    do
        got = poll(&p, 1, ms_left(until));
    while (got < 0 && errno == EINTR);
    if (got == 1 && recv(fd, granted, sizeof granted, 0) > 0)
        return fd;
    close(fd);
    /* A service that ends the connection unasked is none. */
    return got == 1 ? -1 : -2;
}
