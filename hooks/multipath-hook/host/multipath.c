/* SPDX-License-Identifier: MIT */
#include "multipath.h"
#include "rootfs.h"
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MOST_MS 10000

int multipath_find(const char *root, const char **program, struct stat *st)
{
    static const char *const programs[] = {"/usr/sbin/multipath", "/sbin/multipath"};
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        char *inside = rootfs_resolve(root, programs[i]);
        char *outside = inside ? rootfs_outside(root, inside) : NULL;
        int got = outside ? stat(outside, st) : -1, error = errno;
        free(inside);
        free(outside);
        *program = programs[i];
        if (got == 0)
            return 0;
        if (error != ENOENT && error != ENOTDIR && error != ELOOP)
            return NOT_RUN;
    }
    return NO_PROGRAM;
}

static bool prepare(void *trial)
{
    return trial_lay_out(trial);
}

int multipath_run(const char *root, const char *option, const struct trial *trial, struct buf *out)
{
    struct stat st;
    const char *program;
    int rc = multipath_find(root, &program, &st);
    char *const argv[] = {(char *)program, (char *)option, NULL};
    return rc ? rc
              : run_program(root, argv, MOST_MS, trial ? prepare : NULL, (struct trial *)trial,
                            out);
}

/* "Nov 22 19:20:01 | /etc/multipath.conf line 5, invalid keyword: x": a time and a bar. The
 * configuration that is printed too has no bar in its section lines and is indented otherwise. */
static bool is_diagnostic(struct text line, struct text *message)
{
    for (size_t i = 0; i + 3 <= line.n && i < 32; i++) {
        if (memcmp(line.p + i, " | ", 3) == 0 && line.p[0] != '\t' && line.p[0] != ' ') {
            *message = text_trim(text_sub(line, i + 3, line.n));
            return message->n != 0;
        }
    }
    return false;
}

void dry_run(const char *root, const struct trial *trial, struct dry_run *d)
{
    struct buf out = {0};
    struct text line, message;
    *d = (struct dry_run){.exit = multipath_run(root, "-t", trial, &out)};
    for (size_t at = 0; text_line(text_buf(&out), &at, &line);) {
        if (!is_diagnostic(line, &message))
            continue;
        if (text_starts(message, "error parsing"))
            d->rejected = true;
        else
            buf_printf(&d->said, "%.*s\n", (int)message.n, message.p);
    }
    buf_free(&out);
}

void dry_run_free(struct dry_run *d)
{
    buf_free(&d->said);
}

static bool is_digit(struct text t, size_t i)
{
    return i < t.n && t.p[i] >= '0' && t.p[i] <= '9';
}

/* The same message, of a line that may have another number by now. */
static bool same_message(struct text a, struct text b)
{
    static const char line[] = "line ";
    size_t i = 0, j = 0;
    while (i < a.n && j < b.n && a.p[i] == b.p[j]) {
        i++;
        j++;
        if (i < sizeof line - 1 || memcmp(a.p + i - (sizeof line - 1), line, sizeof line - 1) != 0)
            continue;
        while (is_digit(a, i))
            i++;
        while (is_digit(b, j))
            j++;
    }
    return i == a.n && j == b.n;
}

/* How often it is said up to byte `end`. */
static unsigned count(const struct buf *said, size_t end, struct text message)
{
    struct text line;
    unsigned n = 0;
    for (size_t at = 0; at < end && text_line(text_buf(said), &at, &line);)
        n += same_message(text_trim(line), message);
    return n;
}

#define MOST_NAMED 400 /* bytes of a sentence */
#define MOST_LINES (16u << 10)

/* What `now` says that `before` (NULL: nothing) did not, each time that it says it; how many. */
static unsigned news(const struct dry_run *before, const struct dry_run *now, struct buf *named)
{
    struct text line, said = text_buf(&now->said);
    unsigned n = 0, more = 0;
    said.n = said.n < MOST_LINES ? said.n : MOST_LINES;
    for (size_t at = 0; text_line(said, &at, &line);) {
        line = text_trim(line);
        if (before && count(&now->said, at, line) <= count(&before->said, before->said.n, line))
            continue;
        if (named->n + line.n < MOST_NAMED || !n)
            buf_printf(named, "%s%.*s", n ? "; " : "", (int)line.n, line.p);
        else
            more++;
        n++;
    }
    if (more)
        buf_printf(named, "; and %u more", more);
    return n;
}

#define WHO "this host's own 'multipath -t' "

bool dry_run_fatal(const struct dry_run *now, struct fail *f)
{
    struct buf named = {0};
    bool fatal = true;
    if (now->exit <= DIED)
        fail_with(f, REFUSED,
                  WHO "dies of signal %d on this configuration, and so would multipathd",
                  DIED - now->exit);
    else if (now->exit == TOO_LONG)
        fail_with(f, REFUSED, WHO "did not finish with this configuration within %d s",
                  MOST_MS / 1000);
    else if (now->rejected && news(NULL, now, &named) != 0)
        fail_with(f, REFUSED, WHO "refuses the configuration: %s", buf_cstr(&named));
    else if (now->rejected)
        fail_with(f, REFUSED, WHO "refuses the configuration without a reason");
    else
        fatal = false;
    buf_free(&named);
    return fatal;
}

bool dry_run_worse(const struct dry_run *before, const struct dry_run *now, struct fail *f)
{
    struct buf named = {0};
    bool fatal = dry_run_fatal(now, f), fails = before->exit == 0 && now->exit > 0;
    unsigned n = fatal && !now->rejected ? 0 : news(before, now, &named);
    /* What it had refused or died of before it had not read to its end. */
    bool complains = before->exit == now->exit && before->exit >= 0 && n;
    if (now->rejected && before->rejected && !n)
        fatal = fails = false; /* others' fault, and no worse than it was */
    if (now->rejected && n)
        fail_with(f, REFUSED, WHO "refuses the configuration: %s", buf_cstr(&named));
    else if (!fatal && (fails || complains))
        fail_with(f, REFUSED, WHO "%s: %s", fails ? "refuses the configuration" : "complains",
                  n ? buf_cstr(&named) : "it does not say of what");
    buf_free(&named);
    return fatal || fails || complains;
}
