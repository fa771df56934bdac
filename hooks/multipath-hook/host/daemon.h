/* SPDX-License-Identifier: MIT */
/* multipathd's command socket, every era's (multipath.md 3.1): a path up to el6, an abstract name
 * from el7 on, both again from 0.12; request and reply are a native size_t and that many bytes. */
#ifndef DAEMON_H
#define DAEMON_H

#include "fail.h"
#include "mptoken.h"

#include <stdbool.h>

/* Is there a multipathd that serves `root` ("" is this process' own)? An abstract socket is not
 * hidden by a chroot, so the peer's own root directory is compared; and the peer is root, or it is
 * no multipathd. It is looked for where daemons of that era are. */
enum daemon {
    DAEMON_NONE,   /* f has why, where something else answers in its place, else is "" */
    DAEMON_SERVES, /* it can be asked */
    DAEMON_HIDDEN, /* one runs, or may, and cannot be asked from here; f tells why */
};
enum daemon daemon_find(const char *root, enum mp_era era, struct fail *f);

enum ask { ASK_OK, ASK_NO_DAEMON, ASK_TIMEOUT, ASK_BROKEN };

/* Sends one command and takes the whole reply, within most_ms. ASK_NO_DAEMON for a hidden one, too.
 */
enum ask daemon_ask(const char *root, enum mp_era era, const char *command, int most_ms,
                    struct buf *reply);

#endif
