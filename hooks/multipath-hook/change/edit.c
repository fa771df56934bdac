/* SPDX-License-Identifier: MIT */
#include "edit.h"
#include "clock.h"
#include "files.h"
#include "openfd.h"
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEADY_MS 50 /* a writer in place cuts the file to nothing first and fills it then */
#define CLOSED_MS 1000
#define LOOK_MS   2

static int too_large(const struct edit *edit, struct fail *f)
{
    return fail_with(f, REFUSED, "'%s' is larger than 1 MiB", edit->path);
}

/* What was opened, errno as the opening left it. */
static int read_file(struct edit *edit, struct fail *f)
{
    if (edit->fd < 0 && errno == ENOENT)
        return DONE;
    if (edit->fd >= 0 && rootfs_read_fd(edit->fd, &edit->file, &edit->st) == 0)
        edit->existed = true;
    else
        edit->no_file = errno == EINVAL || errno == ENXIO; /* a socket cannot even be opened */
    if (edit->existed)
        return DONE;
    if (edit->no_file)
        return fail_with(f, REFUSED, "'%s' is not a regular file", edit->path);
    if (errno == EFBIG)
        return too_large(edit, f);
    return fail_errno(f, "cannot read '%s'", edit->path);
}

int edit_refused(const struct edit *edit, unsigned line, const char *reason, struct fail *f)
{
    if (line)
        return fail_with(f, REFUSED, "'%s', line %u: %s", edit->path, line, reason);
    return fail_with(f, REFUSED, "'%s': %s", edit->path, reason);
}

int edit_open(struct edit *edit, const char *root, const char *path, const char *label,
              struct fail *f)
{
    struct mp_refusal why;
    *edit = (struct edit){.root = root, .fd = -1};
    edit->path = rootfs_resolve_open(root, path, &edit->fd);
    int error = errno;
    if (!edit->path)
        return fail_errno(f, "cannot follow '%s'", path);
    /* The record is one line a path. */
    if (strchr(edit->path, '\n'))
        return fail_with(f, REFUSED, "'%s' leads to a path with a line end in it", path);
    edit->outside = rootfs_outside(root, edit->path);
    errno = error;
    int rc = read_file(edit, f);
    if (rc)
        return rc;
    if (!mp_strip(text_buf(&edit->file), label, &edit->base, &edit->block, &why)) {
        /* Half of it may be what somebody who writes in place had written just then. */
        ms_sleep(STEADY_MS);
        if (!edit_written(edit, label))
            return edit_refused(edit, why.line, why.reason, f);
    }
    return edit->base.n > EDIT_MOST ? too_large(edit, f) : DONE;
}

bool edit_differs(const struct edit *edit)
{
    return !edit->repeated && !text_eq(text_buf(&edit->file), text_buf(&edit->after));
}

bool edit_touched(const struct edit *edit)
{
    return edit->off_count || !text_eq(text_buf(&edit->file), text_buf(&edit->base));
}

bool edit_holds(const struct edit *edit, const struct text *text)
{
    int fd = open_fd(edit->outside, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    if (fd < 0)
        return !text && errno == ENOENT;
    bool same = text && files_same(fd, *text) == 1;
    close(fd);
    return same;
}

bool edit_still(const struct edit *edit)
{
    struct stat st;
    if (!edit->existed)
        return edit_holds(edit, NULL);
    return stat(edit->outside, &st) == 0 && st.st_ino == edit->st.st_ino &&
           st.st_dev == edit->st.st_dev &&
           edit_holds(edit, &(struct text){edit->file.p, edit->file.n});
}

/* A write lease is given only on a file that nobody else has open (fcntl(2)). It is given back at
 * once: nobody can open a file without a name, so nobody is made to wait for it. */
void edit_wait_closed(const struct edit *edit)
{
    if (edit->fd < 0)
        return;
    for (long long until = ms_now() + CLOSED_MS; fcntl(edit->fd, F_SETLEASE, F_WRLCK) < 0;
         ms_sleep(LOOK_MS))
        if (!ms_left(until)) /* or it is on a file system without leases */
            return;
    fcntl(edit->fd, F_SETLEASE, F_UNLCK);
}

bool edit_written(struct edit *edit, const char *label)
{
    struct mp_refusal why;
    struct buf now = {0};
    if (edit->fd < 0 || files_same(edit->fd, text_buf(&edit->file)) != 0)
        return false;
    for (int tries = 0; tries < 20; tries++) {
        bool steady = now.n && files_same(edit->fd, text_buf(&now)) == 1;
        if (steady)
            break;
        if (lseek(edit->fd, 0, SEEK_SET) < 0 || rootfs_read_fd(edit->fd, &now, &edit->st) < 0)
            break;
        ms_sleep(STEADY_MS);
    }
    if (!now.n) { /* cut to nothing and left so: nothing that could be kept */
        buf_free(&now);
        return false;
    }
    buf_free(&edit->file);
    buf_free(&edit->base);
    buf_free(&edit->after);
    edit->file = now;
    return mp_strip(text_buf(&edit->file), label, &edit->base, &edit->block, &why) &&
           edit->base.n <= EDIT_MOST;
}

void edit_free(struct edit *edit)
{
    if (edit->fd >= 0)
        close(edit->fd);
    free(edit->path);
    free(edit->outside);
    free(edit->off);
    buf_free(&edit->file);
    buf_free(&edit->base);
    buf_free(&edit->after);
    *edit = (struct edit){.fd = -1};
}
