/* SPDX-License-Identifier: MIT */
#include "state.h"
#include "files.h"
#include "openfd.h"
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int store_open(struct store *store, const char *root, const char *label, struct fail *f)
{
    /* /var/lib may be a link of the host's own. */
    char *lib = rootfs_resolve(root, "/var/lib");
    *store = (struct store){root, NULL};
    if (!lib)
        return fail_errno(f, "cannot follow '/var/lib'");
    store->dir = xprintf("%s%s/%s", root, lib, label);
    free(lib);
    return DONE;
}

void store_free(struct store *store)
{
    free(store->dir);
}

void state_free(struct state *state)
{
    names_free(&state->others);
    free(state->file);
    free(state->asked);
    *state = (struct state){0};
}

static char *entry(const struct store *store, const char *name)
{
    return xprintf("%s/%s", store->dir, name);
}

char *state_original_path(const struct store *store, int slot)
{
    return slot ? xprintf("%s/original-%d", store->dir, slot) : entry(store, "original");
}

int state_slot(const struct state *state, const char *path)
{
    if (state->present && strcmp(state->file, path) == 0)
        return 0;
    for (size_t i = 0; i < state->others.n; i++)
        if (strcmp(state->others.name[i], path) == 0)
            return (int)i + 1;
    return -1;
}

int state_add_slot(struct state *state, const char *path)
{
    int slot = state_slot(state, path);
    if (slot >= 0)
        return slot;
    names_add(&state->others, xstrdup(path));
    return (int)state->others.n;
}

static bool number(struct text line, const char *key, int *value)
{
    size_t n = strlen(key);
    if (!text_starts(line, key) || line.n <= n + 1 || line.p[n] != '=')
        return false;
    *value = 0;
    for (size_t i = n + 1; i < line.n && *value < 1000 && line.p[i] >= '0' && line.p[i] <= '9'; i++)
        *value = *value * 10 + (line.p[i] - '0');
    return true;
}

/* The line at *at, without its "\n"; a path may have a "\r" in it. */
static bool next_line(struct text file, size_t *at, struct text *line)
{
    if (*at >= file.n)
        return false;
    const char *end = memchr(file.p + *at, '\n', file.n - *at);
    *line = text_sub(file, *at, end ? (size_t)(end - file.p) : file.n);
    *at += line->n + 1;
    return true;
}

int state_load(const struct store *store, struct state *state, struct fail *f)
{
    struct buf file = {0};
    struct text line;
    int existed = 0, pending = 0;
    char *path = entry(store, "state");
    *state = (struct state){0};
    int rc = DONE;
    if (rootfs_read("", path, &file) < 0) {
        rc = errno == ENOENT || errno == ENOTDIR ? DONE : fail_errno(f, "cannot read '%s'", path);
    } else {
        for (size_t at = 0; next_line(text_buf(&file), &at, &line);) {
            if (text_starts(line, "file=") && !state->file)
                state->file = xprintf("%.*s", (int)(line.n - 5), line.p + 5);
            else if (text_starts(line, "asked=") && !state->asked)
                state->asked = xprintf("%.*s", (int)(line.n - 6), line.p + 6);
            else if (text_starts(line, "other="))
                names_add(&state->others, xprintf("%.*s", (int)(line.n - 6), line.p + 6));
            else if (!number(line, "existed", &existed) && !number(line, "pending", &pending))
                number(line, "made_dirs", &state->made_dirs);
        }
        state->present = state->file && state->file[0] == '/';
        state->existed = existed == 1;
        state->pending = pending == 1;
    }
    free(path);
    buf_free(&file);
    return rc;
}

int state_save(const struct store *store, const struct state *state, struct fail *f)
{
    struct buf text = {0};
    char *path = entry(store, "state"), *temp = entry(store, "state.new");
    int rc = DONE;
    if (mkdir(store->dir, 0700) == 0)
        rc = files_sync_parent(store->dir, f);
    else if (errno != EEXIST)
        rc = fail_errno(f, "cannot make the folder '%s'", store->dir);
    if (!rc) {
        if (state->file)
            buf_printf(&text, "file=%s\nexisted=%d\nmade_dirs=%d\n", state->file, state->existed,
                       state->made_dirs);
        buf_printf(&text, "pending=%d\n", state->pending);
        for (size_t i = 0; i < state->others.n; i++)
            buf_printf(&text, "other=%s\n", state->others.name[i]);
        if (state->asked)
            buf_printf(&text, "asked=%s\n", state->asked);
        rc = files_write_new(temp, text_buf(&text), NULL, NULL, NULL, f);
    }
    if (!rc)
        rc = files_rename(temp, path, f);
    buf_free(&text);
    free(path);
    free(temp);
    return rc;
}

int state_keep_original(const struct store *store, int slot, const char *outside, struct text old,
                        const struct stat *st, struct fail *f)
{
    char *path = state_original_path(store, slot), *temp = xprintf("%s.new", path);
    int rc = DONE;
    unlink(temp);
    if (link(outside, temp) < 0) {
        /* Another file system, or one without links: a copy, times included. */
        rc = files_write_new(temp, old, st, outside, st, f);
    }
    /* rename() between two links of one file does nothing, hence the unlink. */
    if (!rc)
        unlink(path);
    if (!rc)
        rc = files_rename(temp, path, f);
    free(path);
    free(temp);
    return rc;
}

int state_original_is(const struct store *store, int slot, struct text text, struct stat *st,
                      bool *same, struct fail *f)
{
    int got = -1, rc = DONE;
    *same = false;
    if (slot < 0)
        return DONE;
    char *path = state_original_path(store, slot);
    int fd = open_fd(path, O_RDONLY | O_NOFOLLOW, 0);
    if (fd >= 0 && fstat(fd, st) == 0)
        got = files_same(fd, text);
    else if (fd < 0 && errno == ENOENT)
        got = 0;
    if (got < 0)
        rc = fail_errno(f, "cannot read '%s'", path);
    *same = got == 1;
    if (fd >= 0)
        close(fd);
    free(path);
    return rc;
}

void state_drop_original(const struct store *store, int slot)
{
    char *path = state_original_path(store, slot);
    unlink(path);
    free(path);
}

/* Everything in it, but the file `kept` (NULL: nothing). */
static int empty(const struct store *store, const char *kept, struct fail *f)
{
    struct names names = {0};
    int rc = DONE;
    if (rootfs_names(store->dir, &names) < 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            rc = fail_errno(f, "cannot read the folder '%s'", store->dir);
        names_free(&names);
        return rc;
    }
    /* All of it is ours by the folder's name. */
    for (size_t i = 0; i < names.n && !rc; i++) {
        char *path = entry(store, names.name[i]);
        if ((!kept || strcmp(names.name[i], kept) != 0) && unlink(path) < 0 && errno != ENOENT)
            rc = fail_errno(f, "cannot remove '%s'", path);
        free(path);
    }
    names_free(&names);
    return rc;
}

int store_remove(const struct store *store, struct fail *f)
{
    int rc = empty(store, NULL, f);
    if (!rc && rmdir(store->dir) < 0 && errno != ENOENT && errno != ENOTDIR)
        rc = fail_errno(f, "cannot remove the folder '%s'", store->dir);
    return rc ? rc : files_sync_parent(store->dir, f);
}

int store_keep_pending(const struct store *store, struct fail *f)
{
    static const struct state pending = {.pending = true};
    int rc = state_save(store, &pending, f);
    return rc ? rc : empty(store, "state", f);
}
