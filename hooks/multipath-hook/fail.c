/* SPDX-License-Identifier: MIT */
#include "fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

int fail_with(struct fail *f, int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    return status;
}

int fail_errno(struct fail *f, const char *format, ...)
{
    int error = errno;
    va_list args;
    va_start(args, format);
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    size_t n = strlen(f->text);
    snprintf(f->text + n, sizeof f->text - n, ": %s", strerror(error));
    return SYSTEM;
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
    char packet[1200];
    int n = snprintf(packet, sizeof packet, "<%d>multipath-hook[%d]: %s", LOG_DAEMON | priority,
                     (int)getpid(), line);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    sendto(fd, packet, (size_t)n, MSG_NOSIGNAL, (const struct sockaddr *)&address, sizeof address);
    close(fd);
}

void say(const char *label, int priority, const char *format, ...)
{
    char line[1024];
    va_list args;
    int n = snprintf(line, sizeof line, "%s: ", label);
    va_start(args, format);
    vsnprintf(line + n, sizeof line - (size_t)n, format, args);
    va_end(args);
    fprintf(stderr, "multipath-hook: %s\n", line);
    if (!no_syslog)
        to_syslog(priority, line);
}
