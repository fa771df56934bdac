/* SPDX-License-Identifier: MIT */
#include "edit.h"
#include "conflict.h"
#include "rootfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int locate(struct edit *edit, const char *path, struct fail *f)
{
    edit->path = rootfs_resolve(edit->root, path);
    if (!edit->path)
        return fail_errno(f, "cannot follow '%s'", path);
    edit->outside = rootfs_outside(edit->root, edit->path);
    if (rootfs_read(edit->root, edit->path, &edit->before, &edit->st) == 0)
        edit->existed = true;
    else if (errno == EINVAL)
        return fail_with(f, REFUSED, "'%s' is not a regular file", edit->path);
    else if (errno == EFBIG)
        return fail_with(f, REFUSED, "'%s' is larger than 64 MiB", edit->path);
    else if (errno != ENOENT)
        return fail_errno(f, "cannot read '%s'", edit->path);
    return DONE;
}

static int refused(const struct edit *edit, const struct mp_refusal *why, struct fail *f)
{
    if (why->line)
        return fail_with(f, REFUSED, "'%s', line %u: %s", edit->path, why->line, why->reason);
    return fail_with(f, REFUSED, "'%s': %s", edit->path, why->reason);
}

int edit_read(struct edit *edit, const char *root, const struct pack *pack, const char *path,
              struct fail *f)
{
    struct mp_refusal why;
    *edit = (struct edit){.root = root};
    int rc = path ? DONE : host_detect(root, pack->label, &edit->host, f);
    if (!rc)
        rc = locate(edit, path ? path : edit->host.path, f);
    if (!rc && !mp_strip(text_buf(&edit->before), pack->label, &edit->base, &edit->block, &why))
        rc = refused(edit, &why, f);
    return rc;
}

static int add_ours(struct edit *edit, const struct pack *pack, const struct conflicts *found,
                    struct fail *f)
{
    struct mp_refusal why;
    struct mp_pack ours = {pack->label, pack->version, text_buf(&edit->stanza)};
    if (!mp_install(text_buf(&edit->before), text_buf(&edit->base), &edit->block, edit->host.era,
                    &ours, found->off, found->off_count, &edit->after, &why))
        return refused(edit, &why, f);
    return DONE;
}

int edit_plan(struct edit *edit, const char *root, const struct pack *pack, struct fail *f)
{
    int rc = edit_read(edit, root, pack, NULL, f);
    if (rc)
        return rc;
    /* A missing main file blacklists every device on el6 (multipath.md 0.6): one with only our
     * block in it would set multipath loose on the host's own disks. */
    if (!edit->existed && !edit->host.drop_in)
        return fail_with(f, REFUSED, "'%s' does not exist: multipath is not set up on this host",
                         edit->host.path);
    rc = pack_stanza(pack, edit->host.dialect, &edit->stanza, f);
    if (rc)
        return rc;

    struct conflicts found;
    rc = conflicts_find(edit, &found, f);
    if (!rc && found.count) {
        edit->conflict = true;
        snprintf(edit->conflict_at, sizeof edit->conflict_at, "%s", found.first);
        if (pack->on_conflict == FAIL)
            rc = fail_with(f, REFUSED, "%s already has a device for this array", found.first);
        else if (pack->on_conflict == KEEP)
            edit->kept = true;
        else if (found.beyond)
            rc = fail_with(f, REFUSED,
                           "%s has a device for this array that is read after ours and so "
                           "wins; it lies in another file, which is not ours to change",
                           found.first);
    }
    if (!rc && edit->kept)
        buf_text(&edit->after, text_buf(&edit->base));
    else if (!rc)
        rc = add_ours(edit, pack, &found, f);
    conflicts_free(&found);
    return rc;
}

bool edit_still(const struct edit *edit)
{
    struct buf now = {0};
    struct stat st;
    bool there = rootfs_read(edit->root, edit->path, &now, &st) == 0;
    bool same = there ? edit->existed && st.st_ino == edit->st.st_ino &&
                            st.st_dev == edit->st.st_dev &&
                            text_eq(text_buf(&now), text_buf(&edit->before))
                      : !edit->existed && errno == ENOENT;
    buf_free(&now);
    return same;
}

void edit_free(struct edit *edit)
{
    host_free(&edit->host);
    free(edit->path);
    free(edit->outside);
    buf_free(&edit->before);
    buf_free(&edit->base);
    buf_free(&edit->after);
    buf_free(&edit->stanza);
    *edit = (struct edit){0};
}
