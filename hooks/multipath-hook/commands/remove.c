/* SPDX-License-Identifier: MIT */
#include "action.h"
#include "daemon.h"
#include "reload.h"

#include <syslog.h>

/* The record stays, with a note that the daemon is to be told, until it was: a run that is stopped
 * in between is finished by the next. */
static int take_out(const struct action *a, const struct store *store, const struct host *host,
                    struct state *state, bool *changed, struct fail *f)
{
    if (state->present && !state->pending && !a->no_reload && daemon_serves(a->root)) {
        state->pending = true;
        int rc = state_save(store, state, f);
        if (rc)
            return rc;
    }
    return action_take_out(a, store, host, state, changed, f);
}

/* The files are as they were, whatever the daemon says; *waits: it is not told, f has the reason.
 */
static int tell_daemon(const struct action *a, const struct host *host, bool *waits, struct fail *f)
{
    /* A file the parser would refuse as a whole must not reach the daemon, ours or not. */
    static const struct dry_run nothing_known = {.exit = -2};
    const struct dry_run *before = host && host->era > MP_047 ? &nothing_known : NULL;
    switch (reload_daemon(a->root, (struct text){"", 0}, before, RELOAD_MS, f)) {
    case RELOAD_REFUSED:
    case RELOAD_PENDING:
        *waits = true;
        return DONE;
    case RELOAD_FAILED:
        return NOT_TAKEN;
    default:
        return DONE;
    }
}

int action_remove(const struct action *a)
{
    struct fail f, host_fail;
    struct store store;
    struct state state = {0};
    struct host host = {0};
    bool changed = false, waits = false;

    int rc = store_open(&store, a->root, a->pack.label, &f);
    /* A host nobody can name has nothing of ours beyond what is on record. */
    int host_rc = host_detect(a->root, a->pack.label, NULL, &host, &host_fail);
    if (!rc)
        rc = action_lock(a, &f);
    if (!rc)
        rc = action_lock_others(a, &host, &f);
    if (!rc)
        rc = state_load(&store, &state, &f);
    if (!rc && host_rc && !state.present) {
        f = host_fail;
        rc = host_rc;
    }
    if (!rc)
        rc = take_out(a, &store, host_rc ? NULL : &host, &state, &changed, &f);
    bool tell = !rc && !a->no_reload && (changed || state.pending);
    int told = tell ? tell_daemon(a, host_rc ? NULL : &host, &waits, &f) : DONE;
    if (!rc) {
        struct fail last = f;
        rc = store_remove(&store, &f);
        if (!rc && told) {
            f = last;
            rc = told;
        }
    }
    if (rc)
        say(a->pack.label, LOG_ERR, "%s%s",
            rc == NOT_TAKEN ? "removed, but " : "not removed: ", f.text);
    else if (waits)
        say(a->pack.label, LOG_WARNING, "removed; multipathd is not told: %s", f.text);
    else
        say(a->pack.label, LOG_NOTICE, changed ? "removed" : "nothing to remove");
    host_free(&host);
    state_free(&state);
    store_free(&store);
    return rc;
}
