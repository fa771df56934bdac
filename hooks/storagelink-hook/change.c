/* SPDX-License-Identifier: MIT */
/* install and remove: the service stopped, the file edited, the service started again. */
#include "service.h"
#include "target.h"

#include <stdlib.h>

#define ADAPTER_MINUTES 30
/* Windows Installer's: done, but the machine wants to be, or is being, restarted. */
#define REBOOT_WANTED  3010
#define REBOOT_STARTED 1641

typedef bool edit_fn(struct text, const struct sl_rule *, struct sl_change *, struct xml_refusal *);

struct job {
    const struct action *a;
    struct target t;
    edit_fn *edit;
    bool installs;
    bool wrote; /* the file is `after`, and was t.now */
    bool kept;  /* the original was written by this run */
    struct buf after;
    bool reboot;
};

static int run_adapter(const wchar_t *given, bool *reboot, struct fail *f)
{
    wchar_t path[MAX_PATH];
    DWORD n = GetFullPathNameW(given, MAX_PATH, path, NULL), code = 0;
    char *shown = utf8(given);
    wchar_t *open = joined(L"\"", path), *line = joined(open, L"\"");
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION child;
    int rc = DONE;
    if (!n || n >= MAX_PATH ||
        !CreateProcessW(path, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &child)) {
        rc = fail_code(f, UNDONE, GetLastError(), "cannot run the installer '%s'", shown);
    } else {
        if (WaitForSingleObject(child.hProcess, ADAPTER_MINUTES * 60000) != WAIT_OBJECT_0)
            rc = fail(f, UNDONE, "the installer '%s' did not end within %d minutes, and still runs",
                      shown, ADAPTER_MINUTES);
        else if (!GetExitCodeProcess(child.hProcess, &code))
            rc = fail_code(f, UNDONE, GetLastError(), "cannot tell how '%s' ended", shown);
        *reboot = code == REBOOT_WANTED || code == REBOOT_STARTED;
        if (!rc && code && !*reboot)
            rc = fail(f, UNDONE, "the installer '%s' ended with status %d", shown, (int)code);
        CloseHandle(child.hThread);
        CloseHandle(child.hProcess);
    }
    free(open);
    free(line);
    free(shown);
    return rc;
}

/* The edit of the file as it is now. */
static int edit_now(struct job *j, struct fail *f)
{
    struct sl_change change;
    struct xml_refusal why;
    int rc = target_read(&j->t, f);
    if (rc)
        return rc;
    if (!j->edit(text_buf(&j->t.now), &j->a->rule.edit, &change, &why))
        return target_refused(&j->t, &why, f);
    bool needed = change.count > 0;
    sl_apply(text_buf(&j->t.now), &change, &j->after);
    sl_change_free(&change);
    if (!needed)
        return DONE;
    if (j->installs) {
        rc = file_write(j->t.original_path, text_buf(&j->t.now), f);
        j->kept = !rc;
    }
    if (!rc)
        rc = file_replace(j->t.path, text_buf(&j->t.now), text_buf(&j->after), f);
    j->wrote = !rc;
    return rc;
}

/* The file as it was before; what does not work is added to the sentence. */
static void put_back(struct job *j, struct text now, struct text before, struct fail *f)
{
    struct fail second;
    if (file_replace(j->t.path, now, before, &second))
        fail_add(f, "; and the file is not back: %s", second.text);
    else
        fail_add(f, "; the file is as it was");
}

/* A failed installer may have been at the file, too. */
static void undo_adapter(struct job *j, struct fail *f)
{
    struct buf now;
    struct fail ignored;
    if (!file_read(j->t.path, true, &now, NULL, &ignored) &&
        !text_eq(text_buf(&now), text_buf(&j->t.now)))
        put_back(j, text_buf(&now), text_buf(&j->t.now), f);
    buf_free(&now);
}

static int start_again(struct job *j, int rc, struct fail *f)
{
    struct fail second;
    int started = service_start(j->a->seconds, rc ? &second : f);
    if (!started) {
        if (rc)
            fail_add(f, "; the service runs again");
        return rc;
    }
    if (rc) {
        fail_add(f, "; and %s", second.text);
        return rc;
    }
    if (j->wrote) {
        bool ran;
        service_stop(j->a->seconds, &ran, &second);
        put_back(j, text_buf(&j->after), text_buf(&j->t.now), f);
        j->wrote = false;
        if (service_start(j->a->seconds, &second))
            fail_add(f, "; and %s", second.text);
        else
            fail_add(f, "; the service runs again");
    }
    return UNDONE;
}

static int with_service_stopped(struct job *j, bool *ran, struct fail *f)
{
    bool again;
    int rc = service_stop(j->a->seconds, ran, f);
    if (!rc && j->a->adapter) {
        rc = run_adapter(j->a->adapter, &j->reboot, f);
        if (rc)
            undo_adapter(j, f);
        else
            rc = service_stop(j->a->seconds, &again, f); /* it may have started the service */
    }
    if (!rc)
        rc = edit_now(j, f);
    if (*ran)
        rc = start_again(j, rc, f);
    if (j->kept && !j->wrote) {
        /* what lay there before this run goes back as well */
        struct fail ignored;
        if (j->t.has_original)
            file_write(j->t.original_path, text_buf(&j->t.original), &ignored);
        else
            DeleteFileW(j->t.original_path);
    }
    return rc;
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

static void tell(const struct job *j, bool ran)
{
    struct sl_view before, after;
    struct xml_refusal ignored;
    const struct sl_rule *rule = &j->a->rule.edit;
    bool seen = sl_look(text_buf(&j->t.now), rule, &before, &ignored) &&
                sl_look(text_buf(&j->after), rule, &after, &ignored);
    say("%s %.*s %.*s %s '%s', version %s -> %s; the service %s%s",
        !j->wrote     ? "nothing to do for"
        : j->installs ? "added"
                      : "took out",
        (int)rule->vendor.n, rule->vendor.p, (int)rule->product.n, rule->product.p,
        j->wrote && !j->installs ? "from" : "in", j->t.shown, seen ? before.version : "",
        seen ? after.version : "", ran ? "was stopped and runs again" : service_state(),
        j->reboot ? "; the installer wants this machine to be restarted" : "");
}

/* 1 where there is something to be done, 0 where there is not, else -status. */
static int is_needed(struct job *j, struct fail *f)
{
    struct sl_change change;
    struct xml_refusal why;
    if (!j->edit(text_buf(&j->t.now), &j->a->rule.edit, &change, &why))
        return -target_refused(&j->t, &why, f);
    bool needed = change.count > 0;
    sl_change_free(&change);
    if (needed && !j->installs && !j->t.has_original)
        return -fail(f, REFUSED,
                     "the entry in '%s' is not from this program, as no original is kept beside it",
                     j->t.shown);
    return needed || j->a->adapter;
}

static int run(struct job *j, struct fail *f)
{
    bool ran = false;
    int rc = target_open(j->a, &j->t, f);
    int needed = rc ? -rc : is_needed(j, f);
    if (needed < 0)
        return -needed;
    if (needed) {
        rc = with_service_stopped(j, &ran, f);
        if (rc)
            return rc;
    } else {
        sl_apply(text_buf(&j->t.now), &(struct sl_change){0}, &j->after);
    }
    if (!j->installs)
        DeleteFileW(j->t.original_path);
    tell(j, ran);
    return DONE;
}

static int start_job(struct job *j)
{
    struct fail f;
    HANDLE mutex;
    SetConsoleCtrlHandler(hold_out, TRUE);
    int rc = lock(&mutex, &f);
    if (!rc)
        rc = run(j, &f);
    if (rc)
        say("%s", f.text);
    target_close(&j->t);
    buf_free(&j->after);
    return rc;
}

int action_install(const struct action *a)
{
    struct job j = {.a = a, .edit = sl_install, .installs = true};
    return start_job(&j);
}

int action_remove(const struct action *a)
{
    struct job j = {.a = a, .edit = sl_remove};
    return start_job(&j);
}
