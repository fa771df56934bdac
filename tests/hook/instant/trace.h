/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a program and does something to it at one of its system calls. */
#ifndef INSTANT_TRACE_H
#define INSTANT_TRACE_H

#include <stdbool.h>
#include <stddef.h>

enum act { KILL, FAIL, SHORTEN, SIGNAL };

struct kind {
    const char *name;
    enum act act;
    int value; /* FAIL: errno */
};

struct outcome {
    bool reached; /* the n-th call came */
    bool hung;    /* it was ended after HUNG_SECONDS */
    long call;    /* the number of the call it was done at */
    int sent;     /* SIGNAL: which; SIGTERM, SIGINT and SIGHUP take turns */
    int status;   /* as waitpid() gives it */
};

#define HUNG_SECONDS 60

void trace_prepare(void);
/* What the last program said on its two outputs. */
const char *trace_said(void);
void run_plain(char *const argv[], struct outcome *out);
/* At the n-th (from 1) of the calls this kind is about. The hook's children run unhindered. */
void run_injected(char *const argv[], const struct kind *kind, unsigned n, struct outcome *out);
const char *call_name(long call);

#endif
