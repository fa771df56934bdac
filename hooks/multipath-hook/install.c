/* SPDX-License-Identifier: MIT */
#include "action.h"
#include "files.h"
#include "reload.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define MOST_TRIES 5

struct run {
    const struct action *a;
    struct store store;
    struct state state;
    struct edit edit;
    bool had_state;
};

/* Puts on record what removal will need, before anything is changed. */
static int record(struct run *r, struct fail *f)
{
    struct edit *edit = &r->edit;
    if (r->state.present)
        return DONE;
    r->state = (struct state){
        .present = true,
        .file = xstrdup(edit->path),
        /* A file with nothing but our block in it was ours alone: the record was lost. */
        .existed = edit->existed && !(edit->block.count && edit->base.n == 0),
        .made_dirs = edit->existed ? 0 : files_missing_parents(edit->root, edit->path),
    };
    return state_save(&r->store, &r->state, f);
}

/* The kept original is worth something only while it is the file without our block. */
static int keep_original(struct run *r, struct fail *f)
{
    struct edit *edit = &r->edit;
    struct text base = text_buf(&edit->base);
    if (!r->state.existed || state_original_is(&r->store, base, &(struct stat){0}))
        return DONE;
    if (text_eq(text_buf(&edit->before), base))
        return state_keep_original(&r->store, edit->outside, base, &edit->st, f);
    state_drop_original(&r->store);
    return DONE;
}

/* One try at the replacement. *again: somebody else wrote the file meanwhile. */
static int replace(struct run *r, bool *again, struct fail *f)
{
    struct edit *edit = &r->edit;
    *again = false;
    int rc = record(r, f);
    if (!rc)
        rc = files_make_parents(edit->root, edit->path, f);
    if (!rc)
        rc = keep_original(r, f);
    if (rc)
        return rc;
    char *temp = action_temp(r->a, edit);
    rc = files_write_new(temp, text_buf(&edit->after), edit->existed ? &edit->st : NULL,
                         edit->existed ? edit->outside : NULL, f);
    if (!rc && !edit_still(edit)) {
        *again = true;
        rc =
            fail_with(f, SYSTEM, "'%s' is being changed by somebody else all the time", edit->path);
    }
    if (!rc)
        rc = files_rename(temp, edit->outside, f);
    if (rc)
        unlink(temp);
    free(temp);
    return rc;
}

static int roll_back(struct run *r, struct fail *f)
{
    struct fail second, why = *f;
    bool original;
    struct edit now;
    /* The file as it is now has our block; what is put back are the bytes from before. */
    int rc = edit_read(&now, r->a->root, &r->a->pack, r->edit.path, &second);
    if (!rc)
        rc = action_put_back(r->a, &r->store, &now, &r->state, text_buf(&r->edit.before), &original,
                             &second);
    edit_free(&now);
    if (rc)
        return fail_with(f, SYSTEM, "%s; and the previous file could not be put back: %s", why.text,
                         second.text);
    /* What was put on record stays where it could not be cleared: the next run does. */
    if (!r->had_state &&
        files_remove_parents(r->a->root, r->edit.path, r->state.made_dirs, &second) == DONE)
        store_remove(&r->store, &second);
    if (reload_daemon(r->a->root, (struct text){"", 0}, RELOAD_BACK_MS, &second) == RELOAD_FAILED)
        return fail_with(f, NOT_TAKEN, "%s; the previous file is back, but %s", why.text,
                         second.text);
    return fail_with(f, NOT_TAKEN, "%s; the previous file is back", why.text);
}

static int set_pending(struct run *r, bool pending, struct fail *f)
{
    if (!r->state.present || r->state.pending == pending)
        return DONE;
    r->state.pending = pending;
    return state_save(&r->store, &r->state, f);
}

/* After the file is the new one (or was already and the daemon is still to be told). */
static int tell_daemon(struct run *r, const char **heard, struct fail *f)
{
    struct text none = {"", 0};
    enum reload result =
        reload_daemon(r->a->root, r->edit.kept ? none : text_buf(&r->edit.stanza), RELOAD_MS, f);
    switch (result) {
    case RELOAD_FAILED:
        return roll_back(r, f);
    case RELOAD_PENDING:
        *heard = "multipathd is not told yet: a map has no ready path now";
        return set_pending(r, true, f);
    case RELOAD_NO_DAEMON:
        *heard = "no multipathd runs here";
        break;
    case RELOAD_TAKEN:
        *heard = "multipathd has it";
        break;
    }
    return set_pending(r, false, f);
}

/* A record of another file: an upgrade moved the configuration. Ours leaves the old place first. */
static int leave_old_place(struct run *r, struct fail *f)
{
    bool changed = false;
    if (!r->state.present || strcmp(r->state.file, r->edit.path) == 0)
        return DONE;
    int rc = action_take_out(r->a, &r->store, &r->state, r->state.file, &changed, f);
    if (!rc)
        rc = files_remove_parents(r->a->root, r->state.file, r->state.made_dirs, f);
    if (!rc)
        rc = store_remove(&r->store, f);
    if (!rc) {
        state_free(&r->state);
        r->had_state = false;
    }
    return rc;
}

static int change(struct run *r, const char **heard, struct fail *f)
{
    int rc = leave_old_place(r, f);
    struct edit *edit = &r->edit;
    if (rc)
        return rc;
    if (!text_eq(text_buf(&edit->before), text_buf(&edit->after))) {
        bool again = true;
        for (int tries = 0; again && tries < MOST_TRIES; tries++) {
            if (tries) {
                edit_free(edit);
                rc = edit_plan(edit, r->a->root, &r->a->pack, f);
                if (rc)
                    return rc;
            }
            rc = replace(r, &again, f);
        }
        if (rc || r->a->no_reload)
            return rc;
        return tell_daemon(r, heard, f);
    }
    *heard = "nothing to do";
    if (edit->block.count)
        rc = record(r, f);
    if (!rc && r->state.pending && !r->a->no_reload)
        rc = tell_daemon(r, heard, f);
    return rc;
}

int action_install(const struct action *a)
{
    struct fail f;
    struct run r = {.a = a};
    const char *heard = "multipathd was not told";

    int rc = store_open(&r.store, a->root, a->pack.label, &f);
    if (!rc)
        rc = action_lock(a, &f);
    if (!rc)
        rc = edit_plan(&r.edit, a->root, &a->pack, &f);
    if (!rc)
        rc = state_load(&r.store, &r.state, &f);
    r.had_state = r.state.present;
    if (!rc)
        rc = change(&r, &heard, &f);
    if (rc)
        say(a->pack.label, LOG_ERR, "not installed: %s", f.text);
    else if (r.edit.kept)
        say(a->pack.label, LOG_WARNING,
            "%s already has a device for this array, which is kept; "
            "the pack's stanza is not in use",
            r.edit.conflict_at);
    else
        say(a->pack.label, LOG_NOTICE, "version %s is in '%s' (%s): %s", a->pack.version,
            r.edit.path, r.edit.host.release, heard);
    edit_free(&r.edit);
    state_free(&r.state);
    store_free(&r.store);
    return rc;
}
