/* SPDX-License-Identifier: MIT */
#include "multipath.h"
#include "rootfs.h"
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MOST_MS 5000

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

int multipath_run(const char *root, const char *option, struct buf *out)
{
    struct stat st;
    const char *program;
    int rc = multipath_find(root, &program, &st);
    char *const argv[] = {(char *)program, (char *)option, NULL};
    return rc ? rc : run_program(root, argv, MOST_MS, out);
}

/* "Nov 22 19:20:01 | /etc/multipath.conf line 5, invalid keyword: x": a time and a bar. The
 * configuration that is printed too has no bar in its section lines and is indented otherwise. */
static bool is_diagnostic(struct text line, struct text *message)
{
    for (size_t i = 0; i + 3 <= line.n && i < 32; i++) {
        if (memcmp(line.p + i, " | ", 3) == 0 && line.p[0] != '\t' && line.p[0] != ' ') {
            *message = text_trim(text_sub(line, i + 3, line.n));
            return true;
        }
    }
    return false;
}

void dry_run(const char *root, struct dry_run *d)
{
    struct buf out = {0};
    struct text line, message;
    *d = (struct dry_run){.exit = multipath_run(root, "-t", &out)};
    for (size_t at = 0; text_line(text_buf(&out), &at, &line);) {
        if (!is_diagnostic(line, &message))
            continue;
        d->diagnostics++;
        if (text_starts(message, "error parsing"))
            d->rejected = true;
        else
            text_print(d->last, sizeof d->last, "%.*s", (int)message.n, message.p);
    }
    buf_free(&out);
}

bool dry_run_worse(const struct dry_run *before, const struct dry_run *now, struct fail *f)
{
    bool refused = now->rejected || (before->exit == 0 && now->exit != 0);
    bool complains = before->exit == now->exit && now->diagnostics > before->diagnostics;
    if (!refused && !complains)
        return false;
    fail_with(f, REFUSED, "this host's own 'multipath -t' %s: %s",
              refused ? "refuses the configuration" : "complains", now->last);
    return true;
}
