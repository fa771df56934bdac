/* SPDX-License-Identifier: MIT */
/* Why an action did not succeed: an exit status and one sentence. */
#ifndef FAIL_H
#define FAIL_H

enum status {
    DONE = 0,    /* done, or nothing to do */
    REFUSED = 1, /* the file is untouched */
    USAGE = 2,
    SYSTEM = 4,    /* a system call failed; the file is untouched or already the new one */
    NOT_TAKEN = 5, /* the daemon did not take it; the previous file is back */
    WOULD = 10,    /* plan: install would change the file */
};

struct fail {
    char text[768];
};

/* Writes the sentence and returns status, so that a failure is one line. */
int fail_with(struct fail *f, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with ": " and the text of errno behind it; status is SYSTEM. */
int fail_errno(struct fail *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Descriptors 0 to 2 become something, or the first file opened would become stderr. */
void hold_standard_fds(void);

/* One line on stderr and one to syslog, whatever bytes are in it (buf_escape). */
void say(const char *label, int priority, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* say() goes to stderr only from here on: the root is not this machine's own. */
void say_no_syslog(void);

#endif
