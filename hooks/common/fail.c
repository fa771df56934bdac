/* SPDX-License-Identifier: MIT */
#include "fail.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

__attribute__((format(printf, 2, 0))) static void put(struct fail *f, const char *format,
                                                      va_list args, const char *cause)
{
    struct buf b = {0};
    buf_vprintf(&b, format, args);
    if (cause)
        buf_printf(&b, ": %s", cause);
    text_print(f->text, sizeof f->text, "%s", buf_cstr(&b));
    buf_free(&b);
}

int fail_with(struct fail *f, int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put(f, format, args, NULL);
    va_end(args);
    return status;
}

int fail_errno(struct fail *f, const char *format, ...)
{
    const char *cause = strerror(errno);
    va_list args;
    va_start(args, format);
    put(f, format, args, cause);
    va_end(args);
    return SYSTEM;
}

void hold_standard_fds(void)
{
    struct pollfd p[3] = {{.fd = 0}, {.fd = 1}, {.fd = 2}};
    if (poll(p, 3, 0) >= 0 && !((p[0].revents | p[1].revents | p[2].revents) & POLLNVAL))
        return;
    for (int fd = 0; fd >= 0 && fd <= 2;) {
        fd = open("/dev/null", O_RDWR);
        if (fd > 2)
            close(fd);
    }
}

static bool no_syslog;

void say_no_syslog(void)
{
    no_syslog = true;
}

/* One datagram, as RFC 3164 daemons take it on /dev/log. libc's syslog() would bring time zones and
 * a fifth of this program's size, and would not tell when nobody listens either. */
static void to_syslog(int priority, const char *line)
{
    static const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    struct buf packet = {0};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    buf_printf(&packet, "<%d>multipath-hook[%d]: %s", LOG_DAEMON | priority, (int)getpid(), line);
    sendto(fd, packet.p, packet.n, MSG_NOSIGNAL, (const struct sockaddr *)&address, sizeof address);
    close(fd);
    buf_free(&packet);
}

void say(const char *label, int priority, const char *format, ...)
{
    struct buf said = {0}, line = {0};
    va_list args;
    buf_printf(&said, "multipath-hook: %s: ", label);
    va_start(args, format);
    buf_vprintf(&said, format, args);
    va_end(args);
    /* Names of maps, files and devices, and what programs print, are others' bytes. */
    buf_escape(&line, text_buf(&said));
    buf_free(&said);
    buf_str(&line, "\n");
    text_write(STDERR_FILENO, text_buf(&line)); /* nowhere to tell that this failed */
    line.p[line.n - 1] = '\0';
    if (!no_syslog)
        to_syslog(priority, line.p + strlen("multipath-hook: "));
    buf_free(&line);
}
