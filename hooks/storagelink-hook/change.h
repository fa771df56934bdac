/* SPDX-License-Identifier: MIT */
/* A run of install or remove. */
#ifndef CHANGE_H
#define CHANGE_H

#include "service.h"
#include "target.h"

struct job {
    const struct action *a;
    struct target t;
    struct service service;
    bool installs;
    bool gone;        /* what is to be taken out is not there any more */
    bool needed;      /* there is something to be done */
    bool was_running; /* the service, before this run or the one that was stopped half-way */
    bool leaves;      /* the original stays without a record */
    bool reboot;
    struct sl_change change;
    struct buf base, after; /* the file before this run, and as it is to be */
};

#endif
