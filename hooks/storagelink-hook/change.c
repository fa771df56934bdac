/* SPDX-License-Identifier: MIT */
/* install and remove: all is looked at and kept on disk, then the service is stopped, the file
 * edited, the service started again and watched. What fails is undone. */
#include "change.h"

#include "adapter.h"
#include "log.h"
#include "sha256.h"

#include <stdlib.h>

/* An entry of this vendor and product that an earlier run put in, maybe from a vendor's entry.xml
 * that is not here, is not given up for one that is learnt. */
static bool keeps_ours(const struct job *j)
{
    const struct target *t = &j->t;
    struct sl_view view;
    struct xml_refusal ignored;
    return j->installs && !t->rule.entry.n && !j->a->rule.edit.like &&
           text_eq(t->record.vendor, t->rule.vendor) &&
           text_eq(t->record.product, t->rule.product) &&
           sl_look(text_buf(&t->now), &t->rule, &t->mine, &view, &ignored) && view.mine &&
           view.found == SL_PRESENT;
}

/* The change of the file as it is now. */
static int plan_change(struct job *j, struct fail *f)
{
    struct xml_refusal why;
    struct target *t = &j->t;
    buf_free(&j->after);
    sl_change_free(&j->change);
    if (j->gone || keeps_ours(j))
        buf_text(&j->after, text_buf(&t->now));
    else if (!(j->installs ? sl_install : sl_remove)(text_buf(&t->now), &t->rule, &t->mine,
                                                     &j->change, &why))
        return target_refused(t, &why, f);
    else
        sl_apply(text_buf(&t->now), &j->change, &j->after);
    return DONE;
}

/* What a run that was stopped half-way left of the file is good or goes. */
static int recover(struct job *j, struct fail *f)
{
    struct target *t = &j->t;
    struct sl_view view;
    struct xml_refusal ignored;
    if (!t->record.open || !t->has[KEPT_DURING] ||
        (t->has_now && sl_look(text_buf(&t->now), &t->rule, &t->mine, &view, &ignored)))
        return DONE;
    int rc = file_write(t->path, text_buf(&t->kept[KEPT_DURING]), f);
    if (!rc)
        say("'%s' is put back as it was before the run that was stopped half-way", t->shown);
    return rc ? rc : target_read(t, f);
}

/* Is what is there ours to take out? */
static int look_for_mine(struct job *j, struct fail *f)
{
    struct target *t = &j->t;
    struct sl_view view;
    struct xml_refusal why;
    if (!sl_look(text_buf(&t->now), &t->rule, &t->mine, &view, &why))
        return target_refused(t, &why, f);
    j->gone = !view.mine && view.found == SL_ABSENT;
    if (view.mine || j->gone)
        return DONE;
    if (!t->has[KEPT_RECORD])
        return fail(f, REFUSED,
                    "the entry in '%s' line %u is not from this program, as no record is kept "
                    "beside it",
                    t->shown, view.line);
    return fail(f, REFUSED,
                "'%s' line %u: the entry is not as this program put it in, or stands there twice: "
                "take it out by hand ('storagelink-hook manual' says how)",
                t->shown, view.line);
}

/* Everything that can be known before anything is touched. */
static int look(struct job *j, struct fail *f)
{
    int rc = recover(j, f);
    if (!rc && !j->installs)
        rc = look_for_mine(j, f);
    rc = rc ? rc : plan_change(j, f);
    if (!rc && j->a->adapter)
        rc = adapter_look(j->a->adapter, f);
    if (rc)
        return rc;
    j->was_running = j->t.record.open && text_is(j->t.record.service, "running");
    j->needed = j->change.count || j->a->adapter || j->was_running;
    if (j->needed)
        rc = service_look(&j->service, j->a->no_service, f);
    j->was_running |= j->service.running;
    return rc;
}

static int write_record(struct job *j, bool open, struct fail *f)
{
    struct target *t = &j->t;
    const struct action *a = j->a;
    struct record r = t->record;
    struct buf hex = {0}, out = {0};
    char before[65], after[65];
    char *adapter = a->adapter ? utf8(a->adapter) : NULL;
    sha256_hex(text_buf(&j->base), before);
    sha256_hex(text_buf(&j->after), after);
    r.open = open;
    r.removes = !j->installs;
    r.label = a->rule.label;
    r.sha_before = text_of(before);
    r.sha_after = text_of(after);
    r.service = text_of(j->was_running ? "running" : service_state());
    if (j->installs) {
        r.pack = a->rule.version;
        r.version_at = t->rule.version_at;
        r.like = t->rule.like;
        r.adapter = adapter ? text_of(adapter) : r.adapter;
    }
    if (j->installs && j->change.count) {
        record_hex(text_buf(&j->change.inserted), &hex);
        r.inserted = text_buf(&hex);
        r.at = j->change.inserted_at;
        r.vendor = a->rule.edit.vendor;
        r.product = a->rule.edit.product;
        r.before = t->has[KEPT_RECORD] && r.before.n ? r.before : text_of(j->change.before);
        r.after = text_of(j->change.after);
    }
    record_write(&r, &out);
    int rc = file_write(t->paths[KEPT_RECORD], text_buf(&out), f);
    buf_free(&hex);
    buf_free(&out);
    free(adapter);
    return rc;
}

/* The way back, on disk. The first original stays until the record goes. */
static int keep(struct job *j, struct fail *f)
{
    struct target *t = &j->t;
    int rc = DONE;
    buf_text(&j->base, text_buf(&t->now));
    if (j->installs && !t->has[KEPT_RECORD])
        rc = file_write(t->paths[KEPT_ORIGINAL], text_buf(&j->base), f);
    if (!rc)
        rc = file_write(t->paths[KEPT_DURING], text_buf(&j->base), f);
    return rc ? rc : write_record(j, true, f);
}

/* What is kept goes back to what it was before this run, which is undone; what lies there of one
 * that was stopped half-way stays. */
static void unkeep(struct job *j)
{
    struct target *t = &j->t;
    struct fail ignored;
    if (t->record.open)
        return;
    if (t->has[KEPT_RECORD]) {
        file_write(t->paths[KEPT_RECORD], text_buf(&t->kept[KEPT_RECORD]), &ignored);
    } else {
        DeleteFileW(t->paths[KEPT_RECORD]);
        if (t->has[KEPT_ORIGINAL])
            file_write(t->paths[KEPT_ORIGINAL], text_buf(&t->kept[KEPT_ORIGINAL]), &ignored);
        else
            DeleteFileW(t->paths[KEPT_ORIGINAL]);
    }
    DeleteFileW(t->paths[KEPT_DURING]);
}

static void finish(struct job *j)
{
    struct target *t = &j->t;
    struct fail f;
    bool kept = j->installs && (j->change.count || t->record.inserted.n);
    if (kept) {
        if (j->needed && write_record(j, false, &f))
            say("%s", f.text);
    } else {
        char left[65];
        sha256_hex(text_buf(&t->now), left);
        /* As install left it, it is the original again; else the original may still be of use. */
        bool same = !j->gone && text_is(t->record.sha_after, left);
        j->leaves = t->has[KEPT_ORIGINAL] && (j->installs || !(same || t->record.open));
        if (!j->leaves)
            DeleteFileW(t->paths[KEPT_ORIGINAL]);
        DeleteFileW(t->paths[KEPT_RECORD]);
    }
    DeleteFileW(t->paths[KEPT_DURING]);
}

/* The file as it was before; false, and the command that mends it, where that does not work. */
static bool put_back(struct job *j, struct fail *f)
{
    struct target *t = &j->t;
    struct fail second;
    struct buf now;
    DWORD code = 0;
    int rc = file_read(t->path, true, &now, &code, &second);
    if (!rc && text_eq(text_buf(&now), text_buf(&j->base))) {
        buf_free(&now);
        return true;
    }
    if (code == ERROR_FILE_NOT_FOUND)
        rc = file_write(t->path, text_buf(&j->base), &second);
    else if (!rc)
        rc = file_replace(t->path, text_buf(&now), text_buf(&j->base), &second);
    buf_free(&now);
    if (!rc) {
        fail_add(f, "; the file is as it was");
        return true;
    }
    char *during = utf8(t->paths[KEPT_DURING]);
    fail_add(f, "; and the file is not back: %s; then: copy /y \"%s\" \"%s\"", second.text, during,
             t->shown);
    free(during);
    return false;
}

static bool start_back(struct job *j, struct fail *f)
{
    struct fail second;
    bool started = !service_start(&j->service, j->a->seconds, j->a->watch, &second);
    fail_add(f, started ? "; the service runs again" : "; and %s", second.text);
    return started;
}

/* Ends with file and service as they were, or says in `f` what is not. */
static void undo(struct job *j, struct fail *f)
{
    struct fail ignored;
    bool ran;
    service_stop(&j->service, j->a->seconds, &ran, &ignored);
    bool good = put_back(j, f);
    if (j->was_running)
        good = start_back(j, f) && good;
    if (good)
        unkeep(j);
}

static int run_adapter(struct job *j, struct fail *f)
{
    bool again;
    int rc = adapter_run(j->a, &j->reboot, f);
    if (!rc)
        rc = service_stop(&j->service, j->a->seconds, &again, f); /* it may have started it */
    if (rc)
        return rc;
    if (target_read(&j->t, f) || plan_change(j, f)) {
        fail_add(f, "; so the installer left it");
        return UNDONE;
    }
    bool same = text_eq(text_buf(&j->t.now), text_buf(&j->base));
    return same ? DONE : write_record(j, true, f);
}

static int act(struct job *j, struct fail *f)
{
    bool ran;
    int rc = service_stop(&j->service, j->a->seconds, &ran, f);
    if (rc && !ran) { /* it was not stopped: there is nothing to be started */
        unkeep(j);
        return rc;
    }
    if (!rc && j->a->adapter)
        rc = run_adapter(j, f);
    if (!rc && j->change.count)
        rc = file_replace(j->t.path, text_buf(&j->t.now), text_buf(&j->after), f);
    if (!rc && j->was_running)
        rc = service_start(&j->service, j->a->seconds, j->a->watch, f);
    if (rc)
        undo(j, f);
    return rc;
}

/* What was done, in a sentence. */
static void tell(const struct job *j, struct fail *f)
{
    struct sl_view view = {0};
    struct xml_refusal ignored;
    const struct sl_rule *rule = &j->t.rule;
    bool wrote = j->change.count > 0;
    if (!wrote)
        sl_look(text_buf(&j->t.now), rule, &j->t.mine, &view, &ignored);
    fail(f, DONE, "%s %.*s %.*s %s '%s', version %s -> %s; the service %s%s%s",
         !wrote        ? "nothing to do for"
         : j->installs ? "added"
                       : "took out",
         (int)rule->vendor.n, rule->vendor.p, (int)rule->product.n, rule->product.p,
         wrote && !j->installs ? "from" : "in", j->t.shown, wrote ? j->change.before : view.version,
         wrote ? j->change.after : view.version,
         j->was_running ? "was stopped and runs again" : service_state(),
         j->leaves ? "; the original stays beside it, as the file was edited since" : "",
         j->reboot ? "; the installer wants this machine to be restarted" : "");
}

static int run(struct job *j, struct fail *f)
{
    int rc = target_open(j->a, &j->t, f);
    rc = rc ? rc : look(j, f);
    if (!rc && j->needed) {
        rc = keep(j, f);
        if (rc)
            unkeep(j);
        else
            rc = act(j, f);
    }
    if (rc)
        return rc;
    finish(j);
    tell(j, f);
    return j->reboot ? REBOOT : DONE;
}

/* One run at a time: two would stop and start the service under each other. */
static int lock(HANDLE *mutex, struct fail *f)
{
    *mutex = CreateMutexW(NULL, FALSE, L"Global\\suppack-storagelink-hook");
    if (!*mutex)
        return fail_code(f, SYSTEM, GetLastError(), "cannot see whether another run is going on");
    DWORD got = WaitForSingleObject(*mutex, 0);
    return got == WAIT_OBJECT_0 || got == WAIT_ABANDONED
               ? DONE
               : fail(f, REFUSED, "another run of this program is going on");
}

/* Between stop and start there is no good moment to end. */
static BOOL WINAPI hold_out(DWORD event)
{
    (void)event;
    return TRUE;
}

static int start_job(struct job *j)
{
    struct fail f;
    HANDLE mutex;
    SetConsoleCtrlHandler(hold_out, TRUE);
    int rc = lock(&mutex, &f);
    if (!rc)
        rc = run(j, &f);
    if (!j->a->quiet || (rc && rc != REBOOT))
        say("%s", f.text);
    log_line(!rc || rc == REBOOT, j->installs ? "install" : "remove", f.text);
    target_close(&j->t);
    service_close(&j->service);
    sl_change_free(&j->change);
    buf_free(&j->after);
    buf_free(&j->base);
    return rc;
}

int action_install(const struct action *a)
{
    struct job j = {.a = a, .installs = true};
    return start_job(&j);
}

int action_remove(const struct action *a)
{
    struct job j = {.a = a};
    return start_job(&j);
}
