/* SPDX-License-Identifier: MIT */
/* Stand-ins, as the real ones cannot be had: the service `storagelink`, the adapter's installer,
 * and a program that has a file open. All write what they do to one journal, so that the order
 * shows.
 *
 *   stand_in service JOURNAL CONFIG    as the service; what it does is the first word of
 * JOURNAL.mode: refuse, die, late (after 3.5 s), picky (dies of our entry), slow, lag (slow to
 * stop), hang, deaf stand_in hold FILE SHARE opens it with these FILE_SHARE_ bits, until
 * FILE.release is there osn_*.exe the installer; osn_*.exe.mode: "STATUS [ACTION] JOURNAL CONFIG"
 */
#include <stdio.h>
#include <windows.h>

static wchar_t *journal, *config;
static SERVICE_STATUS_HANDLE handle;
static SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS};
static HANDLE stopped;

static void note(const char *what, const wchar_t *file)
{
    static char text[65536];
    char line[128];
    size_t n = 0;
    FILE *f = file ? _wfopen(file, L"rb") : NULL;
    if (f) {
        n = fread(text, 1, sizeof text - 1, f);
        fclose(f);
    }
    text[n] = '\0';
    const char *version = strstr(text, "2.0.0.");
    snprintf(line, sizeof line, "%s%s%.7s%s\n", what, version ? " " : "", version ? version : "",
             strstr(text, "QUANTASTOR1") ? " ours" : "");
    f = _wfopen(journal, L"ab");
    if (f) {
        fputs(line, f);
        fclose(f);
    }
}

static int is_mode(const char *word)
{
    wchar_t path[MAX_PATH];
    char mode[32] = "";
    _snwprintf(path, MAX_PATH, L"%ls.mode", journal);
    FILE *f = _wfopen(path, L"rb");
    if (f) {
        fscanf(f, "%31s", mode);
        fclose(f);
    }
    return strcmp(mode, word) == 0;
}

static int config_has(const char *word)
{
    static char text[65536];
    FILE *f = _wfopen(config, L"rb");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f)
        fclose(f);
    text[n] = '\0';
    return strstr(text, word) != NULL;
}

static void report(DWORD state, DWORD code)
{
    status.dwCurrentState = state;
    status.dwControlsAccepted =
        state == SERVICE_RUNNING && !is_mode("deaf") ? SERVICE_ACCEPT_STOP : 0;
    status.dwWin32ExitCode = code;
    status.dwCheckPoint++;
    status.dwWaitHint = 1000;
    SetServiceStatus(handle, &status);
}

static DWORD WINAPI control(DWORD what, DWORD type, void *data, void *context)
{
    (void)type, (void)data, (void)context;
    if (what == SERVICE_CONTROL_STOP) {
        report(SERVICE_STOP_PENDING, 0);
        SetEvent(stopped);
    }
    return NO_ERROR;
}

static void WINAPI serve(DWORD argc, wchar_t **argv)
{
    (void)argc, (void)argv;
    handle = RegisterServiceCtrlHandlerExW(L"storagelink", control, NULL);
    stopped = CreateEventW(NULL, TRUE, FALSE, NULL);
    report(SERVICE_START_PENDING, 0);
    if (is_mode("slow"))
        Sleep(1500);
    note("start", config);
    if (is_mode("refuse") || (is_mode("picky") && config_has("QUANTASTOR1"))) {
        report(SERVICE_STOPPED, ERROR_INVALID_DATA);
        return;
    }
    BOOL deaf = is_mode("deaf");
    report(SERVICE_RUNNING, 0);
    if (is_mode("die") || is_mode("late")) {
        Sleep(is_mode("late") ? 3500 : 500);
        report(SERVICE_STOPPED, ERROR_INVALID_DATA);
        return;
    }
    /* Only control() says that it is stopping, and it has said so once the event is there. */
    while (WaitForSingleObject(stopped, 50) == WAIT_TIMEOUT)
        if (deaf && !is_mode("deaf")) /* nothing else ends it */
            break;
    Sleep(100); /* a real one takes its time, too: control() is to return before the process ends */
    while (is_mode("hang"))
        Sleep(50);
    if (is_mode("slow") || is_mode("lag"))
        Sleep(1500);
    note("stop", config);
    report(SERVICE_STOPPED, 0);
}

static int hold(const wchar_t *path, DWORD share)
{
    wchar_t released[MAX_PATH];
    _snwprintf(released, MAX_PATH, L"%ls.release", path);
    HANDLE file = CreateFileW(path, GENERIC_READ, share, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return 1;
    puts("held");
    fflush(stdout);
    while (GetFileAttributesW(released) == INVALID_FILE_ATTRIBUTES)
        Sleep(20);
    return 0;
}

static int install(const wchar_t *program)
{
    static wchar_t j[MAX_PATH], c[MAX_PATH];
    wchar_t path[MAX_PATH];
    char action[16], first[MAX_PATH], second[MAX_PATH];
    int result = 1;
    _snwprintf(path, MAX_PATH, L"%ls.mode", program);
    FILE *f = _wfopen(path, L"rb");
    if (!f || fscanf(f, "%d %15s %259[^\n] %259[^\n]", &result, action, first, second) != 4)
        return 77;
    fclose(f);
    _snwprintf(j, MAX_PATH, L"%hs", first);
    _snwprintf(c, MAX_PATH, L"%hs", second);
    journal = j;
    config = c;
    note("adapter", config);
    if (strcmp(action, "spoil") == 0 && (f = _wfopen(config, L"ab"))) {
        fputs("<!-- spoilt -->", f);
        fclose(f);
    } else if (strcmp(action, "delete") == 0) {
        DeleteFileW(config);
    } else if (strcmp(action, "garble") == 0 && (f = _wfopen(config, L"wb"))) {
        fputs("<rules", f);
        fclose(f);
    } else if (strcmp(action, "words") == 0 && (f = _wfopen(journal, L"ab"))) {
        fprintf(f, "words %ls\n", wcsstr(GetCommandLineW(), L"exe\" ") + 5);
        fclose(f);
    } else if (strcmp(action, "start") == 0) {
        SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
        StartServiceW(OpenServiceW(manager, L"storagelink", SERVICE_START), 0, NULL);
        Sleep(1000);
    }
    return result;
}

/* `sc config`, which wine has not. */
static int set_start_type(DWORD type)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = OpenServiceW(manager, L"storagelink", SERVICE_CHANGE_CONFIG);
    return !ChangeServiceConfigW(service, SERVICE_NO_CHANGE, type, SERVICE_NO_CHANGE, NULL, NULL,
                                 NULL, NULL, NULL, NULL, NULL);
}

int wmain(int argc, wchar_t **argv)
{
    static wchar_t program[MAX_PATH];
    GetModuleFileNameW(NULL, program, MAX_PATH);
    const wchar_t *name = wcsrchr(program, L'\\') + 1;
    if (wcsncmp(name, L"osn_", 4) == 0)
        return install(program);
    if (argc == 4 && wcscmp(argv[1], L"hold") == 0)
        return hold(argv[2], wcstoul(argv[3], NULL, 10));
    if (argc == 3 && wcscmp(argv[1], L"start-type") == 0)
        return set_start_type(wcstoul(argv[2], NULL, 10));
    if (argc != 4 || wcscmp(argv[1], L"service") != 0)
        return 2;
    journal = argv[2];
    config = argv[3];
    SERVICE_TABLE_ENTRYW table[] = {{(wchar_t *)L"storagelink", serve}, {NULL, NULL}};
    return StartServiceCtrlDispatcherW(table) ? 0 : 1;
}
