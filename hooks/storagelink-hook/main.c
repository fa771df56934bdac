/* SPDX-License-Identifier: MIT */
/* storagelink-hook: see README.txt, which lies beside it on the image. */
#include "config.h"
#include "options.h"

#include <stdlib.h>
#include <wchar.h>

#define PATH_MOST 32768u

static const struct {
    const wchar_t *name;
    int (*run)(const struct action *);
} commands[] = {
    {L"install", action_install}, {L"remove", action_remove}, {L"plan", action_plan},
    {L"status", action_status},   {L"manual", action_manual},
};

/* The rule and, where the pack has one, the vendor's own entry, beside the program. */
static int load_rule(struct action *a, struct buf texts[2], struct fail *f)
{
    wchar_t *program = xalloc(PATH_MOST * sizeof *program);
    static const wchar_t *const names[] = {L"storagelink.conf", L"entry.xml"};
    DWORD n = GetModuleFileNameW(NULL, program, PATH_MOST), code = 0;
    struct xml_refusal why;
    int rc = n && n < PATH_MOST
                 ? DONE
                 : fail_code(f, SYSTEM, GetLastError(), "cannot find the path of this program");
    for (unsigned i = 0; !rc && i < 2; i++) {
        wchar_t *path = beside(program, names[i]);
        rc = file_read(path, false, &texts[i], &code, f);
        free(path);
        if (i == 1 && code == ERROR_FILE_NOT_FOUND)
            rc = DONE;
    }
    struct sl_rule chosen = a->rule.edit;
    free(program);
    if (!rc && !rule_read(text_buf(&texts[0]), &a->rule, &why))
        rc = fail(f, SYSTEM, "storagelink.conf beside the program, line %u: %s", why.line,
                  why.reason);
    a->rule.edit.entry = text_buf(&texts[1]);
    a->rule.edit.version_at = chosen.version_at;
    a->rule.edit.like = chosen.like;
    return rc ? SYSTEM : DONE;
}

int wmain(int argc, wchar_t **argv)
{
    struct action a = {.seconds = 120, .watch = 30};
    struct buf texts[2] = {{0}};
    struct fail f;
    size_t which = 0, count = sizeof commands / sizeof *commands;
    static const wchar_t *const helps[] = {L"--help", L"-h", L"/?", L"help"};
    for (size_t i = 0; argc > 1 && i < sizeof helps / sizeof *helps; i++)
        if (wcscmp(argv[1], helps[i]) == 0)
            return put(STD_OUTPUT_HANDLE, text_of(usage)) ? DONE : SYSTEM;
    while (which < count && (argc < 2 || wcscmp(argv[1], commands[which].name) != 0))
        which++;
    if (which == count)
        return bad_usage("unknown command", argc > 1 ? argv[1] : L"");
    int rc = take_options(&a, argc, argv);
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
