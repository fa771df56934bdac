/* SPDX-License-Identifier: MIT */
#include "service.h"

#define NAME   L"storagelink"
#define POLL   100  /* ms */
#define SETTLE 2000 /* ms: a service that cannot read its files ends at once */
/* How long a service that was asked in vain may still end: it may have been about to, by itself. */
#define REFUSED_SECONDS 2

struct service {
    SC_HANDLE manager, handle;
    DWORD error; /* of opening */
};

static void service_close(struct service *s)
{
    if (s->handle)
        CloseServiceHandle(s->handle);
    if (s->manager)
        CloseServiceHandle(s->manager);
}

static bool service_open(struct service *s, DWORD access)
{
    *s = (struct service){.manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT)};
    if (s->manager)
        s->handle = OpenServiceW(s->manager, NAME, access | SERVICE_QUERY_STATUS);
    s->error = s->handle ? 0 : GetLastError();
    return s->handle != NULL;
}

static int cannot_open(const struct service *s, struct fail *f)
{
    fail_code(f, SYSTEM, s->error, "cannot reach the service 'storagelink'");
    if (s->error == ERROR_ACCESS_DENIED)
        fail_add(f, "; run this as an administrator");
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
    struct service s;
    SERVICE_STATUS status;
    const char *name = "unknown";
    if (!service_open(&s, 0))
        name = s.error == ERROR_SERVICE_DOES_NOT_EXIST ? "absent" : name;
    else if (QueryServiceStatus(s.handle, &status) &&
             status.dwCurrentState < sizeof names / sizeof *names && names[status.dwCurrentState])
        name = names[status.dwCurrentState];
    service_close(&s);
    return name;
}

/* Waits while the service is in `state`; what it is in then, 0 where that cannot be told. */
static DWORD wait_while(const struct service *s, DWORD state, DWORD seconds, SERVICE_STATUS *status)
{
    DWORD begin = GetTickCount();
    for (;;) {
        if (!QueryServiceStatus(s->handle, status))
            return 0;
        if (status->dwCurrentState != state || GetTickCount() - begin >= seconds * 1000)
            return status->dwCurrentState;
        Sleep(POLL);
    }
}

static int stop(const struct service *s, DWORD seconds, bool *ran, struct fail *f)
{
    SERVICE_STATUS status;
    DWORD state = wait_while(s, SERVICE_START_PENDING, seconds, &status);
    *ran = state == SERVICE_RUNNING;
    if (state == SERVICE_RUNNING && !ControlService(s->handle, SERVICE_CONTROL_STOP, &status)) {
        DWORD code = GetLastError();
        state = wait_while(s, SERVICE_RUNNING, REFUSED_SECONDS, &status);
        if (state != SERVICE_STOP_PENDING && state != SERVICE_STOPPED) {
            *ran = false; /* it still does */
            fail_code(f, UNDONE, code, "the service 'storagelink' does not let itself be stopped");
            return UNDONE;
        }
    }
    if (state == SERVICE_RUNNING || state == SERVICE_STOP_PENDING) {
        DWORD begin = GetTickCount();
        /* It may go on saying that it runs until it gets to the request. */
        do
            state = wait_while(s, SERVICE_STOP_PENDING, seconds, &status);
        while (state == SERVICE_RUNNING && GetTickCount() - begin < seconds * 1000 &&
               (Sleep(POLL), true));
    }
    if (state == SERVICE_STOPPED)
        return DONE;
    if (state == SERVICE_PAUSED)
        return fail(f, REFUSED, "the service 'storagelink' is paused: continue or stop it first");
    return fail(f, UNDONE, "the service 'storagelink' did not stop within %u s", (unsigned)seconds);
}

int service_stop(DWORD seconds, bool *ran, struct fail *f)
{
    struct service s;
    int rc = DONE;
    *ran = false;
    if (service_open(&s, SERVICE_STOP | SERVICE_START))
        rc = stop(&s, seconds, ran, f);
    else if (s.error != ERROR_SERVICE_DOES_NOT_EXIST)
        rc = cannot_open(&s, f);
    service_close(&s);
    return rc;
}

static int start(const struct service *s, DWORD seconds, struct fail *f)
{
    SERVICE_STATUS status;
    if (!StartServiceW(s->handle, 0, NULL) && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING)
        return fail_code(f, UNDONE, GetLastError(), "the service 'storagelink' does not start");
    DWORD state = wait_while(s, SERVICE_START_PENDING, seconds, &status);
    for (DWORD begin = GetTickCount(); state == SERVICE_RUNNING && GetTickCount() - begin < SETTLE;
         Sleep(POLL))
        state = QueryServiceStatus(s->handle, &status) ? status.dwCurrentState : 0;
    if (state == SERVICE_RUNNING)
        return DONE;
    if (state == SERVICE_START_PENDING)
        return fail(f, UNDONE, "the service 'storagelink' did not start within %u s",
                    (unsigned)seconds);
    return fail_code(f, UNDONE, status.dwWin32ExitCode,
                     "the service 'storagelink' ended right after its start");
}

int service_start(DWORD seconds, struct fail *f)
{
    struct service s;
    int rc = service_open(&s, SERVICE_START) ? start(&s, seconds, f) : cannot_open(&s, f);
    service_close(&s);
    return rc;
}
