/* SPDX-License-Identifier: MIT */
#include "action.h"
#include "files.h"
#include "reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define LOCK_MS 30000

int action_lock(const struct action *a, struct fail *f)
{
    /* A folder every root has, so that the lock leaves no file behind. */
    char *dir = xprintf("%s/var/lib", a->root);
    int rc = files_lock_dir(dir, LOCK_MS, f);
    free(dir);
    return rc;
}

char *action_temp(const struct action *a, const struct edit *edit)
{
    char *dir = files_parent(edit->outside);
    char *temp = xprintf("%s/.multipath-hook.%s", dir, a->pack.label);
    free(dir);
    return temp;
}

static bool same_dress(const struct stat *x, const struct stat *y)
{
    return x->st_uid == y->st_uid && x->st_gid == y->st_gid &&
           (x->st_mode & 07777) == (y->st_mode & 07777);
}

static int write_over(const struct action *a, const struct edit *edit, struct text text,
                      struct fail *f)
{
    char *temp = action_temp(a, edit);
    int rc = files_write_new(temp, text, edit->existed ? &edit->st : NULL,
                             edit->existed ? edit->outside : NULL, f);
    if (!rc) {
        rc = files_rename(temp, edit->outside, f);
        if (rc)
            unlink(temp);
    }
    free(temp);
    return rc;
}

int action_put_back(const struct action *a, const struct store *store, const struct edit *edit,
                    const struct state *state, struct text text, bool *original, struct fail *f)
{
    struct stat kept;
    *original = true;
    if (text.n == 0 && !state->existed) {
        if (unlink(edit->outside) < 0 && errno != ENOENT)
            return fail_errno(f, "cannot remove '%s'", edit->path);
        return files_sync_parent(edit->outside, f);
    }
    if (state_original_is(store, text, &kept) && (!edit->existed || same_dress(&kept, &edit->st))) {
        char *path = state_original_path(store);
        int rc = rename(path, edit->outside) < 0 ? -1 : DONE;
        free(path);
        if (rc == DONE)
            return files_sync_parent(edit->outside, f);
        if (errno != EXDEV)
            return fail_errno(f, "cannot put '%s' back", edit->path);
        /* Kept on another file system: the same bytes as a new file. */
        return write_over(a, edit, text, f);
    }
    *original = false;
    return write_over(a, edit, text, f);
}

int action_take_out(const struct action *a, const struct store *store, const struct state *state,
                    const char *path, bool *changed, struct fail *f)
{
    struct edit edit;
    bool original = true;
    int rc = edit_read(&edit, a->root, &a->pack, path, f);
    if (!rc) {
        char *temp = action_temp(a, &edit);
        unlink(temp); /* left by a run that was stopped */
        free(temp);
    }
    bool ours_alone = edit.existed && edit.base.n == 0 && state->present && !state->existed;
    if (!rc && (ours_alone || !text_eq(text_buf(&edit.before), text_buf(&edit.base)))) {
        struct state known = *state;
        /* Without a record an empty drop-in of our own name can only have been ours alone. */
        if (!known.present)
            known.existed = !edit.host.drop_in;
        rc = action_put_back(a, store, &edit, &known, text_buf(&edit.base), &original, f);
        *changed = *changed || !rc;
        if (!rc && !original)
            say(a->pack.label, LOG_NOTICE,
                "'%s' was changed since: our block is out, the changes "
                "stay",
                edit.path);
    }
    edit_free(&edit);
    return rc;
}

/* The file on record and, where that is another or none is, the one this host would use now. */
static int take_out_all(const struct action *a, const struct store *store,
                        const struct state *state, bool *changed, struct fail *f)
{
    int rc = DONE;
    if (state->present)
        rc = action_take_out(a, store, state, state->file, changed, f);
    if (!rc) {
        struct fail host_fail;
        struct state none = {0};
        int host_rc = action_take_out(a, store, &none, NULL, changed, &host_fail);
        /* A host nobody can name has nothing of ours beyond what is on record. */
        if (host_rc && !state->present) {
            *f = host_fail;
            rc = host_rc;
        }
    }
    return rc;
}

int action_remove(const struct action *a)
{
    struct fail f;
    struct store store;
    struct state state = {0};
    bool changed = false;

    int rc = store_open(&store, a->root, a->pack.label, &f);
    if (!rc)
        rc = action_lock(a, &f);
    if (!rc)
        rc = state_load(&store, &state, &f);
    if (!rc)
        rc = take_out_all(a, &store, &state, &changed, &f);
    if (!rc && state.present)
        rc = files_remove_parents(a->root, state.file, state.made_dirs, &f);
    if (!rc)
        rc = store_remove(&store, &f);
    if (!rc && changed && !a->no_reload &&
        reload_daemon(a->root, (struct text){"", 0}, RELOAD_MS, &f) == RELOAD_FAILED)
        rc = NOT_TAKEN;
    if (rc)
        say(a->pack.label, LOG_ERR, "%s%s",
            rc == NOT_TAKEN ? "removed, but " : "not removed: ", f.text);
    else
        say(a->pack.label, LOG_NOTICE, changed ? "removed" : "nothing to remove");
    state_free(&state);
    store_free(&store);
    return rc;
}
