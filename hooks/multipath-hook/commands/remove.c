/* SPDX-License-Identifier: MIT */
#include "report.h"
#include "daemon.h"

#include <syslog.h>

/* The record stays, with a note that the daemon is to be told, until it was: a run that is stopped
 * in between is finished by the next. */
static int take_out(const struct action *a, const struct store *store, const struct host *host,
                    struct state *state, bool *changed, struct fail *f)
{
    struct fail ignored;
    if (state->present && !state->pending && !a->no_reload &&
        daemon_find(a->root, action_era(host), &ignored) != DAEMON_NONE) {
        state->pending = true;
        int rc = state_save(store, state, f);
        if (rc)
            return rc;
    }
    return action_take_out(a, store, host, state, changed, f);
}

/* The files are as they were, whatever the daemon says; false: it is not told, f has the reason. */
static bool tell_daemon(const struct action *a, const struct host *host, struct fail *f)
{
    struct plan plan = {0};
    struct fail ignored;
    /* Others' settings may keep the array off multipath: then a reload would cost its maps. */
    bool planned = host && report_plan(a, &plan, &ignored) == DONE;
    struct order order = action_order(a, host, planned ? &plan : NULL, NULL);
    enum reload told = reload_daemon(&order, RELOAD_MS, f);
    plan_free(&plan);
    return told == RELOAD_TAKEN || told == RELOAD_NO_DAEMON;
}

/* From here on nothing of ours may be on the host that could tell the daemon later: the package
 * goes next. What is left is the note, for the next install; one that has ended needs none. */
static int finish(const struct action *a, const struct host *host, const struct store *store,
                  bool told, bool pending, struct fail *f)
{
    struct fail why = *f, ignored;
    bool ended = !told && daemon_find(a->root, action_era(host), &ignored) == DAEMON_NONE;
    bool note = pending || !(told || ended);
    int rc = note ? store_keep_pending(store, f) : store_remove(store, f);
    if (rc || told)
        return rc;
    if (ended)
        return fail_with(f, NOT_TAKEN, "%s, and no multipathd runs any more: start it", why.text);
    return fail_with(f, NOT_TAKEN,
                     "multipathd still has the settings: %s. When that is over, run 'multipathd "
                     "reconfigure', or restart multipathd, or this host",
                     why.text);
}

int action_remove(const struct action *a)
{
    struct fail f, host_fail;
    struct store store;
    struct state state = {0};
    struct host host = {0};
    bool changed = false;

    int rc = store_open(&store, a->root, a->pack.label, &f);
    /* A host nobody can name has nothing of ours beyond what is on record. */
    int host_rc = host_detect(a->root, a->pack.label, NULL, &host, &host_fail);
    if (!rc)
        rc = action_lock(a, &f);
    if (!rc)
        rc = action_lock_others(a, &host, &f);
    if (!rc)
        rc = state_load(&store, &state, &f);
    if (!rc && host_rc && !state.present && !state.pending) {
        f = host_fail;
        rc = host_rc;
    }
    if (!rc)
        rc = take_out(a, &store, host_rc ? NULL : &host, &state, &changed, &f);
    bool tell = !rc && !a->no_reload && (changed || state.pending);
    bool told = !tell || tell_daemon(a, host_rc ? NULL : &host, &f);
    if (!rc)
        rc = finish(a, host_rc ? NULL : &host, &store, told, a->no_reload && state.pending, &f);
    if (rc)
        say(a->pack.label, LOG_ERR, "%s%s",
            rc == NOT_TAKEN ? "removed, but " : "not removed: ", f.text);
    else
        say(a->pack.label, LOG_NOTICE,
            changed ? "removed"
            : tell  ? "nothing to remove; multipathd is told now"
                    : "nothing to remove");
    host_free(&host);
    state_free(&state);
    store_free(&store);
    return rc;
}
