/* SPDX-License-Identifier: MIT */
#include "action.h"
#include "daemon.h"
#include "files.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define MOST_TRIES 20

struct run {
    const struct action *a;
    struct store store;
    struct state state;
    struct plan plan;
    struct dry_run before; /* what the host's parser said before the change */
    bool asked;            /* and it has been asked of the change */
    bool had_state, was_pending, served;
    bool changed; /* by this run */
    bool waits;   /* the daemon is to be told later */
};

/* What removal will need, of a host that has no record yet. */
static int first_record(struct run *r, struct fail *f)
{
    const struct edit *own = &r->plan.edits[0];
    int made_dirs = 0;
    int rc = own->existed ? DONE : files_missing_parents(own->root, own->path, &made_dirs, f);
    if (rc)
        return rc;
    state_free(&r->state);
    r->state = (struct state){
        .present = true,
        .file = xstrdup(own->path),
        /* A file with nothing but our block in it was ours alone: the record was lost. */
        .existed = own->existed && !(own->block.count && !own->base.n),
        .made_dirs = made_dirs,
    };
    return DONE;
}

/* Folders that were there when the record was made and are to be made now. */
static int more_folders(struct run *r, bool *more, struct fail *f)
{
    const struct edit *own = &r->plan.edits[0];
    int missing = 0;
    int rc = own->existed ? DONE : files_missing_parents(own->root, own->path, &missing, f);
    *more = missing > r->state.made_dirs;
    if (*more)
        r->state.made_dirs = missing;
    return rc;
}

/* Puts it on record, and that the daemon is to be told, before anything is changed. */
static int record(struct run *r, bool changes, struct fail *f)
{
    bool pending = r->state.pending || (changes && r->served), fresh = !r->state.present;
    bool more = false;
    int rc = fresh ? first_record(r, f) : more_folders(r, &more, f);
    const char *asked = r->plan.host.asked;
    bool news = asked && (!r->state.asked || strcmp(asked, r->state.asked) != 0);
    size_t others = r->state.others.n;
    for (size_t i = 1; i < r->plan.count; i++)
        if (edit_touched(&r->plan.edits[i]))
            state_add_slot(&r->state, r->plan.edits[i].path);
    if (rc ||
        (!fresh && !more && !news && pending == r->state.pending && others == r->state.others.n))
        return rc;
    r->state.pending = pending;
    if (news) {
        free(r->state.asked);
        r->state.asked = xstrdup(asked);
    }
    return state_save(&r->store, &r->state, f);
}

/* The kept original is worth something only while it is the file without ours. */
static int keep_original(struct run *r, const struct edit *edit, struct fail *f)
{
    struct stat st;
    bool same;
    int slot = state_slot(&r->state, edit->path);
    if (!edit->existed || (slot == 0 && !r->state.existed))
        return DONE;
    int rc = state_original_is(&r->store, slot, text_buf(&edit->base), &st, &same, f);
    bool untouched = text_eq(text_buf(&edit->file), text_buf(&edit->base));
    /* The same bytes as another file: an update wrote them anew. */
    if (rc ||
        (same && (!untouched || (st.st_ino == edit->st.st_ino && st.st_dev == edit->st.st_dev))))
        return rc;
    if (untouched)
        return state_keep_original(&r->store, slot, edit->outside, text_buf(&edit->base), &edit->st,
                                   f);
    state_drop_original(&r->store, slot);
    return DONE;
}

/* One try at the replacement of one file. *again: somebody else wrote it meanwhile. */
static int replace(struct run *r, struct edit *edit, bool *again, struct fail *f)
{
    int rc = edit->existed ? DONE : files_make_parents(edit->root, edit->path, f);
    *again = false;
    if (!rc)
        rc = keep_original(r, edit, f);
    struct text after = text_buf(&edit->after);
    if (!rc)
        rc = action_write(r->a, edit, after, NULL, again, f);
    if (!rc)
        *again = action_lost(r->a, edit, &after);
    return *again ? DONE : rc;
}

static int forget(struct run *r, struct fail *f)
{
    int rc = store_remove(&r->store, f);
    if (!rc) {
        state_free(&r->state);
        r->had_state = false;
    }
    return rc;
}

static int set_pending(struct run *r, bool pending, struct fail *f)
{
    if (r->state.pending == pending)
        return DONE;
    if (!pending && !r->state.present) /* a note that a removal left */
        return forget(r, f);
    r->state.pending = pending;
    return state_save(&r->store, &r->state, f);
}

/* Before the files are opened anew: else edit_wait_closed() would wait for ourselves. */
static void let_go(struct run *r)
{
    for (size_t i = 0; i < r->plan.count; i++) {
        close(r->plan.edits[i].fd);
        r->plan.edits[i].fd = -1;
    }
}

/* Takes ours out of every file; the record stays until the daemon knows. */
static int withdraw(struct run *r, struct fail *f)
{
    bool changed = false;
    int rc = r->served ? set_pending(r, true, f) : DONE;
    let_go(r);
    return rc ? rc : action_take_out(r->a, &r->store, &r->plan.host, &r->state, &changed, f);
}

static int plan_again(struct run *r, struct fail *f)
{
    struct host host;
    int rc = host_detect(r->a->root, r->a->pack.label, r->plan.host.asked, &host, f);
    let_go(r);
    plan_free(&r->plan);
    return rc ? rc : plan_make(&r->plan, r->a->root, &r->a->pack, &host, f);
}

/* All files, ours first, so that at no time the array has neither; anew until nobody else writes
 * one of them meanwhile. */
static int replace_all(struct run *r, struct fail *f)
{
    bool again = true;
    for (int tries = 0; again; tries++) {
        if (tries == MOST_TRIES)
            return fail_with(f, SYSTEM, "'%s' keeps being changed by another program",
                             r->plan.edits[0].path);
        int rc = tries ? plan_again(r, f) : DONE;
        r->asked = r->asked && !tries;
        if (!rc && r->plan.kept) /* what the other writer wrote is a device for this array */
            return withdraw(r, f);
        again = false;
        if (!rc)
            rc = record(r, true, f);
        for (size_t i = 0; i < r->plan.count && !rc && !again; i++)
            if (edit_differs(&r->plan.edits[i]))
                rc = replace(r, &r->plan.edits[i], &again, f);
        if (rc)
            return rc;
    }
    return DONE;
}

/* What one file was before this run; where others wrote it meanwhile, only ours goes. */
static int put_back(struct run *r, struct edit *edit, struct fail *f)
{
    struct edit now;
    bool original, again = true;
    int rc = DONE, slot = state_slot(&r->state, edit->path);
    for (int tries = 0; again && tries < MOST_TRIES; tries++) {
        rc = edit_open(&now, r->a->root, edit->path, r->a->pack.label, f);
        bool untouched = text_eq(text_buf(&now.file), text_buf(&edit->after));
        again = false;
        if (!rc && now.existed)
            rc = action_put_back(r->a, &r->store, &now, slot != 0 || r->state.existed, slot,
                                 text_buf(untouched ? &edit->file : &now.base), &original, &again,
                                 f);
        edit_free(&now);
    }
    return rc;
}

/* Nothing of ours was there before this run; the note stays that the daemon is to be told. */
static void clear_record(struct run *r, bool pending)
{
    struct fail ignored;
    if (r->state.present && action_remove_folders(r->a, &r->state, &ignored) != DONE)
        return; /* what was put on record stays where it could not be cleared: the next run does */
    if (pending)
        store_keep_pending(&r->store, &ignored);
    else
        store_remove(&r->store, &ignored);
}

static int roll_back(struct run *r, int status, struct fail *f)
{
    struct fail second, why = *f;
    int rc = DONE;
    if (!r->changed) {
        set_pending(r, true, &second);
        return fail_with(f, status,
                         "%s; this run changed no file, and multipathd has not been told: repair "
                         "that, then run 'install' again",
                         why.text);
    }
    for (size_t i = r->plan.count; i-- > 0 && !rc;)
        if (edit_differs(&r->plan.edits[i]))
            rc = put_back(r, &r->plan.edits[i], &second);
    if (rc)
        return fail_with(f, SYSTEM, "%s; and the previous file could not be put back: %s", why.text,
                         second.text);
    struct order order = action_order(r->a, &r->plan.host, &r->plan, NULL);
    enum reload told =
        status == REFUSED ? RELOAD_TAKEN : reload_daemon(&order, RELOAD_BACK_MS, &second);
    bool taken = told == RELOAD_TAKEN || told == RELOAD_NO_DAEMON;
    bool pending = status == REFUSED ? r->was_pending : !taken;
    struct fail ignored;
    if (!r->had_state)
        clear_record(r, pending);
    else
        set_pending(r, pending, &ignored);
    if (!taken)
        return fail_with(f, status, "%s; the previous file is back, but %s", why.text, second.text);
    return fail_with(f, status, "%s; the previous file is back%s", why.text,
                     told == RELOAD_NO_DAEMON ? ", but no multipathd runs any more: start it" : "");
}

/* After the files are the new ones (or were already and the daemon is still to be told). */
static int tell_daemon(struct run *r, const char **heard, struct fail *f)
{
    struct buf expected = {0};
    struct order order = action_order(r->a, &r->plan.host, &r->plan, &expected);
    enum reload told = reload_daemon(&order, RELOAD_MS, f);
    buf_free(&expected);
    switch (told) {
    case RELOAD_REFUSED:
        return roll_back(r, REFUSED, f);
    case RELOAD_FAILED:
        return roll_back(r, NOT_TAKEN, f);
    case RELOAD_PENDING:
        r->waits = true;
        return set_pending(r, true, f);
    case RELOAD_NO_DAEMON:
        *heard = "no multipathd runs here";
        break;
    case RELOAD_TAKEN:
        *heard = "multipathd has it";
        f->text[0] = '\0';
        break;
    }
    struct fail failed;
    int rc = set_pending(r, false, &failed);
    if (rc)
        *f = failed;
    return rc;
}

/* Nothing differs in the files: does what runs? */
static int ask_daemon(struct run *r, bool *tell, struct fail *f)
{
    struct buf expected = {0};
    struct order order = action_order(r->a, &r->plan.host, &r->plan, &expected);
    enum reload needed = reload_needed(&order, f);
    buf_free(&expected);
    *tell = needed == RELOAD_FAILED;
    r->waits = needed == RELOAD_PENDING;
    return r->waits ? set_pending(r, true, f) : DONE;
}

/* Where it could not be asked of files that are not written yet. */
static int ask_parser_now(struct run *r, struct fail *f)
{
    struct dry_run now;
    dry_run(r->a->root, NULL, &now);
    bool worse = dry_run_worse(&r->before, &now, f);
    dry_run_free(&now);
    return worse ? roll_back(r, REFUSED, f) : DONE;
}

/* The files alone. */
static int change_files(struct run *r, bool *differs, struct fail *f)
{
    struct plan *plan = &r->plan;
    int rc = action_can_change(r->a, plan, f);
    struct fail ignored;
    *differs = plan_differs(plan);
    r->served = *differs && daemon_find(r->a->root, plan->host.era, &ignored) != DAEMON_NONE;
    if (!rc && *differs)
        rc = action_ask_parser(r->a, plan, &r->before, &r->asked, f);
    /* A record of another file: an upgrade moved the configuration. Ours leaves the old place. */
    if (!rc && r->state.present && strcmp(r->state.file, plan->edits[0].path) != 0) {
        rc = withdraw(r, f);
        if (!rc)
            rc = forget(r, f);
        if (!rc)
            rc = plan_again(r, f);
        *differs = *differs || plan_differs(plan);
    }
    if (!rc && *differs) {
        rc = plan->kept ? withdraw(r, f) : replace_all(r, f);
        r->changed = !rc;
        if (!rc && !r->asked)
            rc = ask_parser_now(r, f);
    } else if (!rc && plan->edits[0].block.count) {
        rc = record(r, false, f); /* the record may have been lost */
    }
    return rc;
}

static int change(struct run *r, const char **heard, struct fail *f)
{
    bool differs, tell;
    int rc = change_files(r, &differs, f);
    if (!differs)
        *heard = "nothing to do";
    tell = differs || r->state.pending;
    if (!rc && !r->a->no_reload && !tell && !r->plan.kept)
        rc = ask_daemon(r, &tell, f);
    if (!rc && !r->a->no_reload && tell)
        rc = tell_daemon(r, heard, f);
    if (!rc && r->plan.kept && r->state.present && !r->state.pending)
        rc = forget(r, f);
    return rc;
}

/* A first install that failed before it changed anything leaves nothing. */
static void clear_first(struct run *r)
{
    if (r->changed || r->had_state || !r->state.present)
        return;
    for (size_t i = 0; i < r->plan.count; i++)
        if (!edit_still(&r->plan.edits[i]))
            return;
    clear_record(r, r->was_pending);
}

/* It is in the file, and yet the array does not get it, or not all of it. */
static void rest_of(const struct run *r, struct buf *rest)
{
    const struct plan_device *bad = plan_not_in_force(&r->plan);
    if (r->plan.conflict && r->a->pack.on_conflict == KEEP)
        buf_printf(rest, "; without the device for which %s already has one, which is kept",
                   r->plan.conflict_at);
    if (bad) {
        buf_str(rest, "; but it is not in force: ");
        plan_why(bad, rest);
    }
    const struct plan_setting *lost = plan_setting_lost(&r->plan);
    bool pack;
    if (lost) {
        buf_str(rest, "; but ");
        plan_setting_why(lost, &pack, rest);
    }
}

static void tell(const struct run *r, int rc, const char *heard, const struct fail *f)
{
    const struct plan *plan = &r->plan;
    const char *label = r->a->pack.label;
    struct buf rest = {0};
    if (!rc && !plan->kept)
        rest_of(r, &rest);
    if (rc)
        say(label, LOG_ERR, "not installed: %s", f->text);
    else if (plan->kept)
        say(label, LOG_WARNING,
            "%s already has a device for this array, which is kept; "
            "the pack's stanza is not in use",
            plan->conflict_at);
    else
        say(label, r->waits || rest.n ? LOG_WARNING : LOG_NOTICE,
            "version %s is in '%s' (%s): %s%s%s%s%s", r->a->pack.version, plan->edits[0].path,
            plan->host.release, r->waits ? "multipathd is not told yet" : heard,
            *f->text ? ": " : "", f->text,
            r->waits ? ". Mend that or wait until it is over, then run 'install' again" : "",
            buf_cstr(&rest));
    buf_free(&rest);
}

int action_install(const struct action *a)
{
    struct fail f = {""};
    struct run r = {.a = a, .before.exit = NO_PROGRAM, .asked = true};
    struct host host = {0};
    const char *heard = "multipathd was not told";

    int rc = store_open(&r.store, a->root, a->pack.label, &f);
    if (!rc)
        rc = action_lock(a, &f);
    if (!rc)
        rc = state_load(&r.store, &r.state, &f);
    if (!rc)
        rc = host_detect(a->root, a->pack.label, r.state.asked, &host, &f);
    if (!rc)
        rc = action_lock_others(a, &host, &f);
    if (!rc)
        rc = plan_make(&r.plan, a->root, &a->pack, &host, &f);
    r.had_state = r.state.present;
    r.was_pending = r.state.pending;
    if (!rc)
        rc = change(&r, &heard, &f);
    if (rc)
        clear_first(&r);
    tell(&r, rc, heard, &f);
    host_free(&host);
    dry_run_free(&r.before);
    plan_free(&r.plan);
    state_free(&r.state);
    store_free(&r.store);
    return rc;
}
