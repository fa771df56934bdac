/* SPDX-License-Identifier: MIT */
#include "action.h"
#include "array.h"
#include "daemon.h"
#include "files.h"
#include "lock.h"
#include "rootfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define LOCK_MS    30000
#define MOST_TRIES 20

int action_lock(const struct action *a, struct fail *f)
{
    /* A folder every root has, so that the lock leaves no file behind. */
    char *dir = xprintf("%s/var/lib", a->root);
    int rc = files_lock_dir(dir, LOCK_MS, f);
    free(dir);
    return rc;
}

int action_lock_others(const struct action *a, const struct host *host, struct fail *f)
{
    int rc = host->sm_locks ? lock_sm(a->root, LOCK_MS, f) : DONE;
    if (!rc)
        lock_wait_mpathconf(a->root);
    return rc;
}

int action_can_change(const struct action *a, const struct plan *plan, struct fail *f)
{
    int rc = DONE;
    if (!plan_differs(plan))
        return rc;
    for (size_t i = 0; i < plan->count && !rc; i++)
        if (edit_differs(&plan->edits[i]))
            rc = files_can_replace(plan->edits[i].outside, f);
    char *store = xprintf("%s/var/lib/%s", a->root, a->pack.label);
    char *lib = files_parent(store);
    if (!rc && access(lib, F_OK) < 0)
        rc = fail_errno(f, "cannot see the folder '%s'", lib);
    if (!rc)
        rc = files_can_replace(store, f);
    free(lib);
    free(store);
    return rc;
}

/* 0.4.7 has no such option. */
static bool has_dry_run(const struct host *host)
{
    return host && host->era > MP_047;
}

int action_ask_parser(const struct action *a, const struct plan *plan, struct dry_run *before,
                      bool *asked, struct fail *f)
{
    struct trial trial = {.root = a->root};
    struct dry_run after = {.exit = NO_PROGRAM};
    *before = (struct dry_run){.exit = NO_PROGRAM};
    *asked = true;
    if (!has_dry_run(&plan->host))
        return DONE;
    dry_run(a->root, NULL, before);
    if (before->exit == NO_PROGRAM || before->exit == NOT_RUN)
        return DONE;
    struct trial_file *files = xalloc(plan->count * sizeof *files);
    for (size_t i = 0; i < plan->count; i++)
        if (edit_differs(&plan->edits[i]))
            files[trial.count++] =
                (struct trial_file){plan->edits[i].path, text_buf(&plan->edits[i].after)};
    trial.files = files;
    dry_run(a->root, &trial, &after);
    *asked = after.exit != NOT_PREPARED && after.exit != NOT_RUN;
    int rc = *asked && dry_run_worse(before, &after, f) ? REFUSED : DONE;
    /* Others have made the files such that the parser throws them away: nothing to tell a daemon.
     */
    struct fail why;
    if (!rc && *asked && dry_run_fatal(&after, &why) &&
        daemon_find(a->root, plan->host.era, f) != DAEMON_NONE) {
        *f = why;
        rc = REFUSED;
    }
    dry_run_free(&after);
    free(files);
    return rc;
}

enum mp_era action_era(const struct host *host)
{
    return host && host->path ? host->era : MP_MODERN;
}

/* Would a map of now lose its paths? Which those are tells more than the files alone do. */
static bool loses_map(const struct action *a, struct plan *plan)
{
    struct maps maps;
    struct fail unknown;
    maps_read(a->root, array_is, plan, &maps, &unknown);
    array_judge(plan, &maps);
    bool yes = array_keeps_off(plan, &maps);
    maps_free(&maps);
    return yes;
}

struct order action_order(const struct action *a, const struct host *host, struct plan *plan,
                          struct buf *expected)
{
    struct order order = {
        .root = a->root,
        .era = action_era(host),
        .asks_parser = has_dry_run(host),
        .keeps_paths = host && host->parser >= MP_VERSION(0, 8, 5, 0),
    };
    if (plan) {
        order.kept_off = plan->kept_off;
        order.loses_map = loses_map(a, plan);
        order.is_ours = array_is;
        order.context = plan;
    }
    if (plan && expected) {
        plan_expect(plan, expected);
        order.want = array_want;
        order.stanza = text_buf(expected);
    }
    return order;
}

/* The name the new file has until it is renamed. No ".conf" in it: up to 0.8.3 the daemon reads
 * every name in conf.d that has one. */
static char *temp_name(const struct action *a, const struct edit *edit)
{
    char *dir = files_parent(edit->outside);
    char *temp = xprintf("%s/.multipath-hook.%s", dir, a->pack.label);
    free(dir);
    return temp;
}

static void clear_temp(const struct action *a, const struct edit *edit)
{
    char *temp = temp_name(a, edit);
    unlink(temp); /* left by a run that was stopped; nearly always there is none */
    free(temp);
}

static int busy(const struct edit *edit, struct fail *f)
{
    return fail_with(f, SYSTEM, "'%s' keeps being changed by another program", edit->path);
}

int action_write(const struct action *a, const struct edit *edit, struct text text,
                 const struct stat *times, bool *again, struct fail *f)
{
    char *temp = temp_name(a, edit);
    int rc = files_write_new(temp, text, edit->existed ? &edit->st : NULL,
                             edit->existed ? edit->outside : NULL, times, f);
    *again = !rc && !edit_still(edit);
    if (*again)
        rc = busy(edit, f);
    if (!rc)
        rc = files_rename(temp, edit->outside, f);
    if (rc)
        unlink(temp);
    free(temp);
    return rc;
}

bool action_lost(const struct action *a, struct edit *edit, const struct text *wanted)
{
    struct fail f;
    edit_wait_closed(edit);
    lock_wait_mpathconf(a->root);
    if (!edit_holds(edit, wanted))
        return true;
    if (!edit_written(edit, a->pack.label))
        return false;
    char *temp = temp_name(a, edit);
    bool back = files_write_new(temp, text_buf(&edit->file), &edit->st, NULL, NULL, &f) == DONE &&
                files_rename(temp, edit->outside, &f) == DONE;
    if (!back)
        unlink(temp);
    free(temp);
    return back;
}

static bool same_attributes(const struct stat *x, const struct stat *y)
{
    return x->st_uid == y->st_uid && x->st_gid == y->st_gid &&
           (x->st_mode & 07777) == (y->st_mode & 07777);
}

#define NOT_RENAMED (-1)

static int rename_original(const struct store *store, const struct edit *edit, int slot,
                           struct fail *f)
{
    char *path = state_original_path(store, slot);
    int rc = rename(path, edit->outside) < 0 ? -1 : DONE;
    free(path);
    if (rc == DONE)
        return files_sync_parent(edit->outside, f);
    if (errno == EXDEV) /* kept on another file system: the same bytes as a new file */
        return NOT_RENAMED;
    return fail_errno(f, "cannot put '%s' back", edit->path);
}

int action_put_back(const struct action *a, const struct store *store, const struct edit *edit,
                    bool existed, int slot, struct text text, bool *original, bool *again,
                    struct fail *f)
{
    struct stat kept;
    bool same = false;
    *original = true;
    *again = !edit_still(edit);
    if (*again)
        return busy(edit, f);
    if (!text.n && !existed) {
        if (unlink(edit->outside) < 0 && errno != ENOENT)
            return fail_errno(f, "cannot remove '%s'", edit->path);
        return files_sync_parent(edit->outside, f);
    }
    int rc = state_original_is(store, slot, text, &kept, &same, f);
    if (rc)
        return rc;
    *original = same;
    rc = same && (!edit->existed || same_attributes(&kept, &edit->st))
             ? rename_original(store, edit, slot, f)
             : NOT_RENAMED;
    return rc == NOT_RENAMED ? action_write(a, edit, text, same ? &kept : NULL, again, f) : rc;
}

struct take_out {
    const struct action *a;
    const struct store *store;
    const struct state *state;
    bool changed;
};

/* One file, once. *again: somebody else wrote it meanwhile. */
static int take_out_once(struct take_out *t, const char *path, bool own, bool *again,
                         struct fail *f)
{
    const struct state *state = t->state;
    struct edit edit;
    bool original = true;
    int rc = edit_open(&edit, t->a->root, path, t->a->pack.label, f);
    *again = false;
    if (!rc)
        clear_temp(t->a, &edit);
    if (!rc && edit.existed) {
        int slot = state_slot(state, edit.path);
        /* Without a record an empty drop-in of our own name can only have been ours alone. */
        bool existed = slot < 0 ? !own : slot > 0 || state->existed;
        struct text base = text_buf(&edit.base);
        if (edit_touched(&edit) || (!existed && slot == 0 && !base.n)) {
            rc = action_put_back(t->a, t->store, &edit, existed, slot, base, &original, again, f);
            t->changed = t->changed || !rc;
            *again = *again || (!rc && action_lost(t->a, &edit, existed || base.n ? &base : NULL));
            rc = *again ? DONE : rc;
        }
        if (!rc && !original && !*again)
            say(t->a->pack.label, LOG_NOTICE,
                "'%s' was changed since: our block is out, the changes stay", edit.path);
    }
    edit_free(&edit);
    return rc;
}

static int take_out(struct take_out *t, const char *path, bool own, struct fail *f)
{
    bool again = true;
    int rc = DONE;
    for (int tries = 0; again && !rc; tries++) {
        if (tries == MOST_TRIES)
            return fail_with(f, SYSTEM, "'%s' keeps being changed by another program", path);
        rc = take_out_once(t, path, own, &again, f);
    }
    return rc;
}

static int take_out_other(void *data, const char *path, bool later, struct fail *f)
{
    struct take_out *t = data;
    (void)later;
    return take_out(t, path, false, f);
}

int action_take_out(const struct action *a, const struct store *store, const struct host *host,
                    const struct state *state, bool *changed, struct fail *f)
{
    struct take_out t = {a, store, state, false};
    int rc = DONE;
    /* First what made way for ours, so that at no time there is neither. */
    for (size_t i = 0; i < state->others.n && !rc; i++)
        rc = take_out(&t, state->others.name[i], false, f);
    if (!rc && state->present)
        rc = take_out(&t, state->file, false, f);
    if (!rc && host) {
        rc = take_out(&t, host->path, host->drop_in, f);
        if (!rc)
            rc = plan_other_files(a->root, host, take_out_other, &t, f);
    }
    *changed = t.changed;
    return !rc && state->present ? action_remove_folders(a, state, f) : rc;
}

/* What others call "state" in /var/lib: a record is a small regular file. */
static bool is_others(const struct store *store)
{
    struct stat st;
    char *path = xprintf("%s/state", store->dir);
    bool others = stat(path, &st) == 0 && (!S_ISREG(st.st_mode) || st.st_size > ROOTFS_MOST);
    free(path);
    return others;
}

/* Another pack's drop-in stands in the folder that was made for ours: it is that pack's to remove
 * from now on. */
static int hand_on_folders(const struct action *a, const struct state *state, const char *label,
                           struct fail *f)
{
    struct store store;
    struct state other;
    int rc = store_open(&store, a->root, label, f);
    if (rc || is_others(&store)) {
        store_free(&store);
        return rc;
    }
    rc = state_load(&store, &other, f);
    if (!rc && other.present && other.made_dirs < state->made_dirs) {
        char *ours = files_parent(state->file), *theirs = files_parent(other.file);
        if (strcmp(ours, theirs) == 0) {
            other.made_dirs = state->made_dirs;
            rc = state_save(&store, &other, f);
        }
        free(ours);
        free(theirs);
    }
    state_free(&other);
    store_free(&store);
    return rc;
}

int action_remove_folders(const struct action *a, const struct state *state, struct fail *f)
{
    struct names packs = {0};
    char *dir = files_parent(state->file), *outside = rootfs_outside(a->root, dir);
    int rc = files_remove_parents(a->root, state->file, state->made_dirs, f);
    bool stays = !rc && state->made_dirs && access(outside, F_OK) == 0;
    free(dir);
    free(outside);
    dir = stays ? rootfs_resolve(a->root, "/var/lib") : NULL;
    outside = dir ? rootfs_outside(a->root, dir) : NULL;
    if (outside && rootfs_names(outside, &packs) < 0)
        rc = fail_errno(f, "cannot read the folder '%s'", dir);
    for (size_t i = 0; i < packs.n && !rc; i++)
        if (strcmp(packs.name[i], a->pack.label) != 0)
            rc = hand_on_folders(a, state, packs.name[i], f);
    names_free(&packs);
    free(dir);
    free(outside);
    return rc;
}
