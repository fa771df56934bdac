/* SPDX-License-Identifier: MIT */
#include "service.h"

#include <stdlib.h>

#define NAME L"storagelink"
#define POLL 100 /* ms */
/* How long a service that was asked in vain may still end: it may have been about to, by itself. */
#define REFUSED_SECONDS 2

struct handles {
    SC_HANDLE manager, service;
    DWORD error; /* of opening */
};

static void handles_close(struct handles *h)
{
    if (h->service)
        CloseServiceHandle(h->service);
    if (h->manager)
        CloseServiceHandle(h->manager);
}

/* By its key; where there is none, what has this name on display. */
static bool open_any(struct handles *h, wchar_t key[257], DWORD access)
{
    DWORD n = 257;
    *h = (struct handles){.manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT)};
    lstrcpyW(key, NAME);
    if (h->manager)
        h->service = OpenServiceW(h->manager, key, access | SERVICE_QUERY_STATUS);
    h->error = h->service ? 0 : GetLastError();
    if (h->error == ERROR_SERVICE_DOES_NOT_EXIST && GetServiceKeyNameW(h->manager, NAME, key, &n)) {
        h->service = OpenServiceW(h->manager, key, access | SERVICE_QUERY_STATUS);
        h->error = h->service ? 0 : GetLastError();
    }
    return h->service != NULL;
}

static bool open_key(struct handles *h, const struct service *s, DWORD access)
{
    *h = (struct handles){.manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT)};
    if (h->manager)
        h->service = OpenServiceW(h->manager, s->key, access | SERVICE_QUERY_STATUS);
    h->error = h->service ? 0 : GetLastError();
    return h->service != NULL;
}

static int cannot_open(const struct handles *h, struct fail *f)
{
    fail_code(f, SYSTEM, h->error, "cannot reach the service 'storagelink'");
    if (h->error == ERROR_ACCESS_DENIED)
        fail_add(f, "; run this as an administrator, in a prompt that was started with \"Run as "
                    "administrator\"");
    return SYSTEM;
}

const char *service_state(void)
{
    static const char *const names[] = {[SERVICE_STOPPED] = "stopped",
                                        [SERVICE_START_PENDING] = "starting",
                                        [SERVICE_STOP_PENDING] = "stopping",
                                        [SERVICE_RUNNING] = "running",
                                        [SERVICE_CONTINUE_PENDING] = "paused",
                                        [SERVICE_PAUSE_PENDING] = "paused",
                                        [SERVICE_PAUSED] = "paused"};
    struct handles h;
    wchar_t key[257];
    SERVICE_STATUS status;
    const char *name = "unknown";
    if (!open_any(&h, key, 0))
        name = h.error == ERROR_SERVICE_DOES_NOT_EXIST ? "absent" : name;
    else if (QueryServiceStatus(h.service, &status) &&
             status.dwCurrentState < sizeof names / sizeof *names && names[status.dwCurrentState])
        name = names[status.dwCurrentState];
    handles_close(&h);
    return name;
}

/* Waits while the service is in `state`; what it is in then, 0 where that cannot be told. */
static DWORD wait_while(const struct handles *h, DWORD state, DWORD seconds, SERVICE_STATUS *status)
{
    DWORD begin = GetTickCount();
    for (;;) {
        if (!QueryServiceStatus(h->service, status))
            return 0;
        if (status->dwCurrentState != state || GetTickCount() - begin >= seconds * 1000)
            return status->dwCurrentState;
        Sleep(POLL);
    }
}

/* One that is disabled could be stopped, but not started again. */
static int check_start_type(const struct handles *h, const char *shown, struct fail *f)
{
    DWORD size = 0;
    QueryServiceConfigW(h->service, NULL, 0, &size);
    QUERY_SERVICE_CONFIGW *config = xalloc(size ? size : 1);
    bool good = QueryServiceConfigW(h->service, config, size, &size);
    DWORD code = good ? 0 : GetLastError();
    bool disabled = good && config->dwStartType == SERVICE_DISABLED;
    free(config);
    if (code)
        return fail_code(f, SYSTEM, code, "cannot tell how the service '%s' starts", shown);
    return disabled ? fail(f, REFUSED,
                           "the service '%s' runs, but is disabled: it could not be started again; "
                           "first: sc config \"%s\" start= demand",
                           shown, shown)
                    : DONE;
}

static int check_dependents(const struct handles *h, const char *shown, struct fail *f)
{
    DWORD size = 0, count = 0;
    EnumDependentServicesW(h->service, SERVICE_ACTIVE, NULL, 0, &size, &count);
    if (!size || GetLastError() != ERROR_MORE_DATA)
        return DONE;
    ENUM_SERVICE_STATUSW *list = xalloc(size);
    int rc = DONE;
    if (EnumDependentServicesW(h->service, SERVICE_ACTIVE, list, size, &size, &count) && count) {
        rc =
            fail(f, REFUSED, "services run that need '%s', which has to be stopped; first:", shown);
        for (DWORD i = 0; i < count; i++) {
            char *name = utf8(list[i].lpServiceName);
            fail_add(f, "%s net stop \"%s\"", i ? "," : "", name);
            free(name);
        }
    }
    free(list);
    return rc;
}

static int check_running(const struct handles *h, struct service *s, struct fail *f)
{
    SERVICE_STATUS status;
    if (!QueryServiceStatus(h->service, &status))
        return fail_code(f, SYSTEM, GetLastError(), "cannot ask the service '%s'", s->shown);
    for (unsigned i = 0; i < REFUSED_SECONDS * 1000 / POLL; i++) {
        bool deaf = status.dwCurrentState == SERVICE_RUNNING &&
                    !(status.dwControlsAccepted & SERVICE_ACCEPT_STOP);
        if (!deaf || !QueryServiceStatus(h->service, &status))
            break;
        Sleep(POLL);
    }
    s->running =
        status.dwCurrentState == SERVICE_RUNNING || status.dwCurrentState == SERVICE_START_PENDING;
    if (status.dwCurrentState == SERVICE_PAUSED)
        return fail(f, REFUSED, "the service '%s' is paused: continue or stop it first", s->shown);
    if (status.dwCurrentState == SERVICE_RUNNING &&
        !(status.dwControlsAccepted & SERVICE_ACCEPT_STOP))
        return fail(f, REFUSED, "the service '%s' does not let itself be stopped", s->shown);
    if (!s->running)
        return DONE;
    int rc = check_start_type(h, s->shown, f);
    return rc ? rc : check_dependents(h, s->shown, f);
}

int service_look(struct service *s, bool none, struct fail *f)
{
    struct handles h;
    int rc = DONE;
    *s = (struct service){0};
    bool there = open_any(&h, s->key,
                          SERVICE_STOP | SERVICE_START | SERVICE_QUERY_CONFIG |
                              SERVICE_ENUMERATE_DEPENDENTS);
    if (there) {
        s->shown = utf8(s->key);
        rc = none ? fail(f, REFUSED, "the service '%s' is there: leave out --no-service", s->shown)
                  : check_running(&h, s, f);
    } else {
        s->key[0] = L'\0';
        if (h.error != ERROR_SERVICE_DOES_NOT_EXIST)
            rc = cannot_open(&h, f);
        else if (!none)
            rc = fail(f, REFUSED,
                      "there is no service 'storagelink', by key or display name: is this the "
                      "StorageLink server? With --no-service the file is edited without it");
    }
    handles_close(&h);
    return rc;
}

void service_close(struct service *s)
{
    free(s->shown);
    s->shown = NULL;
}

static int stop(const struct handles *h, const struct service *s, DWORD seconds, bool *ran,
                struct fail *f)
{
    SERVICE_STATUS status;
    DWORD state = wait_while(h, SERVICE_START_PENDING, seconds, &status);
    *ran = state == SERVICE_RUNNING;
    if (state == SERVICE_RUNNING && !ControlService(h->service, SERVICE_CONTROL_STOP, &status)) {
        DWORD code = GetLastError();
        state = wait_while(h, SERVICE_RUNNING, REFUSED_SECONDS, &status);
        if (state != SERVICE_STOP_PENDING && state != SERVICE_STOPPED) {
            *ran = false; /* it still does */
            return fail_code(f, UNDONE, code, "the service '%s' does not let itself be stopped",
                             s->shown);
        }
    }
    if (state == SERVICE_RUNNING || state == SERVICE_STOP_PENDING) {
        DWORD begin = GetTickCount();
        /* It may go on saying that it runs until it gets to the request. */
        do
            state = wait_while(h, SERVICE_STOP_PENDING, seconds, &status);
        while (state == SERVICE_RUNNING && GetTickCount() - begin < seconds * 1000 &&
               (Sleep(POLL), true));
    }
    if (state == SERVICE_STOPPED)
        return DONE;
    if (state == SERVICE_PAUSED)
        return fail(f, REFUSED, "the service '%s' is paused: continue or stop it first", s->shown);
    return fail(f, UNDONE, "the service '%s' did not stop within %u s", s->shown,
                (unsigned)seconds);
}

int service_stop(const struct service *s, DWORD seconds, bool *ran, struct fail *f)
{
    struct handles h;
    int rc = DONE;
    *ran = false;
    if (!*s->key)
        return DONE;
    if (open_key(&h, s, SERVICE_STOP | SERVICE_START))
        rc = stop(&h, s, seconds, ran, f);
    else
        rc = cannot_open(&h, f);
    handles_close(&h);
    return rc;
}

static int start(const struct handles *h, const struct service *s, DWORD seconds, DWORD watch,
                 struct fail *f)
{
    SERVICE_STATUS status;
    /* One that was asked to stop, and took longer than it was given, still has to end first. */
    DWORD state = wait_while(h, SERVICE_STOP_PENDING, seconds, &status);
    if (state == SERVICE_STOP_PENDING)
        return fail(f, UNDONE,
                    "the service '%s' is still stopping; when it has stopped: net start \"%s\"",
                    s->shown, s->shown);
    if (!StartServiceW(h->service, 0, NULL) && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING)
        return fail_code(f, UNDONE, GetLastError(), "the service '%s' does not start", s->shown);
    state = wait_while(h, SERVICE_START_PENDING, seconds, &status);
    if (state == SERVICE_RUNNING)
        state = wait_while(h, SERVICE_RUNNING, watch, &status);
    if (state == SERVICE_RUNNING)
        return DONE;
    if (state == SERVICE_START_PENDING)
        return fail(f, UNDONE, "the service '%s' did not start within %u s", s->shown,
                    (unsigned)seconds);
    return fail_code(f, UNDONE, status.dwWin32ExitCode, "the service '%s' ended after its start",
                     s->shown);
}

int service_start(const struct service *s, DWORD seconds, DWORD watch, struct fail *f)
{
    struct handles h;
    int rc = open_key(&h, s, SERVICE_START) ? start(&h, s, seconds, watch, f) : cannot_open(&h, f);
    handles_close(&h);
    return rc;
}
