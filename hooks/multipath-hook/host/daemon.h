/* SPDX-License-Identifier: MIT */
/* multipathd's command socket, every era's (multipath.md 3.1): a path up to el6, an abstract name
 * from el7 on, both again from 0.12; request and reply are a native size_t and that many bytes. */
#ifndef DAEMON_H
#define DAEMON_H

#include "text.h"

enum ask { ASK_OK, ASK_NO_DAEMON, ASK_TIMEOUT, ASK_BROKEN };

/* Is there a multipathd that serves `root` ("" is this process' own)? An abstract socket is not
 * hidden by a chroot, so the peer's own root directory is compared. */
bool daemon_serves(const char *root);

/* Sends one command and takes the whole reply, within most_ms. */
enum ask daemon_ask(const char *root, const char *command, int most_ms, struct buf *reply);

#endif
