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

/* Takes the block out of `path` and the record with it, as remove does. */
static int withdraw(struct run *r, const char *path, struct fail *f)
{
    bool changed = false;
    int rc = action_take_out(r->a, &r->store, &r->state, path, &changed, f);
    if (!rc && r->state.present)
        rc = files_remove_parents(r->a->root, path, r->state.made_dirs, f);
    if (!rc)
        rc = store_remove(&r->store, f);
    if (!rc) {
        state_free(&r->state);
        r->had_state = false;
    }
    return rc;
}

/* Tries until nobody else writes the file meanwhile. */
static int replace_until_done(struct run *r, struct fail *f)
{
    bool again = true;
    int rc = DONE;
    for (int tries = 0; again && tries < MOST_TRIES; tries++) {
        if (tries) {
            edit_free(&r->edit);
            rc = edit_plan(&r->edit, r->a->root, &r->a->pack, f);
            if (rc)
                return rc;
            if (r->edit.kept) /* what the other writer wrote is a device for this array */
                return withdraw(r, r->edit.path, f);
        }
        rc = replace(r, &again, f);
    }
    return rc;
}

static int change(struct run *r, const char **heard, struct fail *f)
{
    struct edit *edit = &r->edit;
    int rc = DONE;
    /* A record of another file: an upgrade moved the configuration. Ours leaves the old place. */
    if (r->state.present && strcmp(r->state.file, edit->path) != 0) {
        char *old = xstrdup(r->state.file);
        rc = withdraw(r, old, f);
        free(old);
    }
    bool differs = !text_eq(text_buf(&edit->before), text_buf(&edit->after));
    if (rc)
        return rc;
    if (!differs && edit->block.count)
        rc = record(r, f); /* the record may have been lost */
    else if (differs && edit->kept)
        rc = withdraw(r, edit->path, f);
    else if (differs)
        rc = replace_until_done(r, f);
    if (!differs)
        *heard = "nothing to do";
    if (!rc && !r->a->no_reload && (differs || r->state.pending))
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
