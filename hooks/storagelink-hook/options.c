/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <stdlib.h>
#include <wchar.h>

const char usage[] =
    "usage: storagelink-hook install [--adapter INSTALLER.EXE [--adapter-args \"ARGUMENTS\"]]\r\n"
    "       storagelink-hook remove | plan [--remove] | status [--json] | manual | help\r\n"
    "  install  add the entry to StorageLink's scsi_device_id_config.xml, raise its version;\r\n"
    "           the service storagelink is stopped meanwhile, and the installer run\r\n"
    "  remove   take the entry out again, raise the version\r\n"
    "  plan     what install, or remove, would change, as a unified diff; on stderr what can be\r\n"
    "           chosen\r\n"
    "  status   applied, missing, drifted or refused; the version; the service\r\n"
    "  manual   the steps by hand\r\n"
    "options: --config FILE    where scsi_device_id_config.xml is\r\n"
    "         --version-at N   of the numbers that plan lists, the version of the file\r\n"
    "         --like N         of the entries that plan lists, the one to clone, or to stand "
    "behind\r\n"
    "         --timeout SECONDS (120)  a wait for the service takes at most\r\n"
    "         --watch SECONDS (30)     how long it has to run after its start\r\n"
    "         --no-service     there is no such service here\r\n"
    "         --quiet          no word where all is well\r\n"
    "exit: 0 done or nothing to do, 1 refused (nothing changed; status: not applied), 2 usage,\r\n"
    "      4 system, 5 service or installer failed (all as it was, or the line says what is "
    "not),\r\n"
    "      10 plan: would change, 3010 done, and the installer wants a restart\r\n";

int bad_usage(const char *about, const wchar_t *word)
{
    char *shown = utf8(word);
    say("%s '%s'", about, shown);
    free(shown);
    put(STD_ERROR_HANDLE, text_of(usage));
    return USAGE;
}

/* 1 to 3600, or 0. */
static DWORD number_of(const wchar_t *word)
{
    wchar_t *end;
    unsigned long n = wcstoul(word, &end, 10);
    return *word >= L'0' && *word <= L'9' && !*end && n <= 3600 ? n : 0;
}

/* An option without a value. */
static bool take_flag(struct action *a, const wchar_t *word, const wchar_t *command)
{
    const struct {
        const wchar_t *name, *command; /* NULL: of every command */
        bool *flag;
    } flags[] = {{L"--json", L"status", &a->json},
                 {L"--remove", L"plan", &a->removal},
                 {L"--no-service", NULL, &a->no_service},
                 {L"--quiet", NULL, &a->quiet}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (wcscmp(word, flags[i].name) == 0 &&
            (!flags[i].command || wcscmp(command, flags[i].command) == 0))
            return *flags[i].flag = true;
    return false;
}

int take_options(struct action *a, int argc, wchar_t **argv)
{
    DWORD version_at = 0, like = 0;
    bool installs = wcscmp(argv[1], L"install") == 0;
    const struct {
        const wchar_t *name;
        const wchar_t **text;
        DWORD *number;
    } options[] = {{L"--config", &a->config, NULL},
                   {L"--adapter", installs ? &a->adapter : NULL, NULL},
                   {L"--adapter-args", installs ? &a->adapter_args : NULL, NULL},
                   {L"--timeout", NULL, &a->seconds},
                   {L"--watch", NULL, &a->watch},
                   {L"--version-at", NULL, &version_at},
                   {L"--like", NULL, &like}};
    const size_t count = sizeof options / sizeof *options;
    for (int i = 2; i < argc; i++) {
        const wchar_t *value = i + 1 < argc ? argv[i + 1] : NULL;
        size_t k = 0;
        if (take_flag(a, argv[i], argv[1]))
            continue;
        while (k < count && wcscmp(argv[i], options[k].name) != 0)
            k++;
        if (!value || k == count || (!options[k].text && !options[k].number))
            return bad_usage("no option of this command, or without its value:", argv[i]);
        if (options[k].text)
            *options[k].text = value;
        else if (!(*options[k].number = number_of(value)))
            return bad_usage("a number from 1 to 3600 is needed, not", value);
        i++;
    }
    a->rule.edit.version_at = version_at;
    a->rule.edit.like = like;
    return DONE;
}
