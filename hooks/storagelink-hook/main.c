/* SPDX-License-Identifier: MIT */
/* storagelink-hook: see README.txt, which lies beside it on the image. */
#include "action.h"
#include "config.h"

#include <stdlib.h>
#include <wchar.h>

static const char usage[] =
    "usage: storagelink-hook install [--adapter INSTALLER.EXE] | remove | plan | status "
    "[--json]\r\n"
    "       each with [--config FILE] [--timeout SECONDS]\r\n"
    "  install  add the entry to StorageLink's scsi_device_id_config.xml, raise its version;\r\n"
    "           the service storagelink is stopped meanwhile, and the installer run\r\n"
    "  remove   take the entry out again, raise the version\r\n"
    "  plan     what install would change, as a unified diff\r\n"
    "  status   applied, missing, drifted or refused; the version; the service\r\n"
    "exit: 0 done or nothing to do, 1 refused (nothing changed; status: not applied), 2 usage,\r\n"
    "      4 system, 5 service or installer failed (all as it was), 10 plan: would change\r\n";

static const struct {
    const wchar_t *name;
    int (*run)(const struct action *);
} commands[] = {
    {L"install", action_install},
    {L"remove", action_remove},
    {L"plan", action_plan},
    {L"status", action_status},
};

static int bad_usage(const char *about, const wchar_t *word)
{
    char *shown = utf8(word);
    say("%s '%s'", about, shown);
    free(shown);
    put(STD_ERROR_HANDLE, text_of(usage));
    return USAGE;
}

/* 1 to 3600, or 0. */
static DWORD seconds_of(const wchar_t *word)
{
    wchar_t *end;
    unsigned long n = wcstoul(word, &end, 10);
    return *word >= L'0' && *word <= L'9' && !*end && n <= 3600 ? n : 0;
}

static int take_options(struct action *a, int argc, wchar_t **argv, bool installs, bool reports)
{
    for (int i = 2; i < argc; i++) {
        const wchar_t *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (reports && wcscmp(argv[i], L"--json") == 0) {
            a->json = true;
            continue;
        }
        if (value && wcscmp(argv[i], L"--config") == 0)
            a->config = value;
        else if (value && installs && wcscmp(argv[i], L"--adapter") == 0)
            a->adapter = value;
        else if (!value || wcscmp(argv[i], L"--timeout") != 0)
            return bad_usage("no option of this command, or without its value:", argv[i]);
        else if (!(a->seconds = seconds_of(value)))
            return bad_usage("--timeout needs 1 to 3600 seconds, not", value);
        i++;
    }
    return DONE;
}

/* The rule and, where the pack has one, the vendor's own entry, beside the program. */
static int load_rule(struct action *a, struct buf texts[2], struct fail *f)
{
    static wchar_t program[32768];
    static const wchar_t *const names[] = {L"storagelink.conf", L"entry.xml"};
    DWORD n = GetModuleFileNameW(NULL, program, 32768), code = 0;
    struct xml_refusal why;
    int rc = n && n < 32768 ? DONE : fail_code(f, SYSTEM, GetLastError(), "where am I");
    for (unsigned i = 0; !rc && i < 2; i++) {
        wchar_t *path = beside(program, names[i]);
        rc = file_read(path, false, &texts[i], &code, f);
        free(path);
        if (i == 1 && code == ERROR_FILE_NOT_FOUND)
            rc = DONE;
    }
    if (!rc && !rule_read(text_buf(&texts[0]), &a->rule, &why))
        rc = fail(f, SYSTEM, "storagelink.conf beside the program, line %u: %s", why.line,
                  why.reason);
    a->rule.edit.entry = text_buf(&texts[1]);
    return rc ? SYSTEM : DONE;
}

int wmain(int argc, wchar_t **argv)
{
    struct action a = {.seconds = 120};
    struct buf texts[2] = {{0}};
    struct fail f;
    size_t which = 0, count = sizeof commands / sizeof *commands;
    if (argc > 1 && (wcscmp(argv[1], L"--help") == 0 || wcscmp(argv[1], L"/?") == 0))
        return put(STD_OUTPUT_HANDLE, text_of(usage)) ? DONE : SYSTEM;
    while (which < count && (argc < 2 || wcscmp(argv[1], commands[which].name) != 0))
        which++;
    if (which == count)
        return bad_usage("unknown command", argc > 1 ? argv[1] : L"");
    int rc = take_options(&a, argc, argv, commands[which].run == action_install,
                          commands[which].run == action_status);
    if (rc)
        return rc;
    rc = load_rule(&a, texts, &f);
    if (rc)
        say("%s", f.text);
    else
        rc = commands[which].run(&a);
    buf_free(&texts[0]);
    buf_free(&texts[1]);
    return rc;
}
