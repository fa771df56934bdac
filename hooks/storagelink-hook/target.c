/* SPDX-License-Identifier: MIT */
#include "target.h"

#include <stdlib.h>

static int read_original(const struct action *a, struct target *t, struct fail *f)
{
    char *label = xprintf(".before-%.*s", (int)a->rule.label.n, a->rule.label.p);
    wchar_t *suffix = widened(text_of(label));
    DWORD code = 0;
    t->original_path = joined(t->path, suffix);
    free(suffix);
    free(label);
    int rc = file_read(t->original_path, false, &t->original, &code, f);
    t->has_original = !rc;
    return code == ERROR_FILE_NOT_FOUND ? DONE : rc;
}

int target_open(const struct action *a, struct target *t, struct fail *f)
{
    *t = (struct target){0};
    int rc = config_find(a->config, &t->path, f);
    if (rc)
        return rc;
    t->shown = utf8(t->path);
    rc = read_original(a, t, f);
    return rc ? rc : file_read(t->path, false, &t->now, NULL, f);
}

void target_close(struct target *t)
{
    free(t->path);
    free(t->original_path);
    free(t->shown);
    buf_free(&t->now);
    buf_free(&t->original);
}

int target_read(struct target *t, struct fail *f)
{
    buf_free(&t->now);
    return file_read(t->path, true, &t->now, NULL, f);
}

int target_refused(const struct target *t, const struct xml_refusal *why, struct fail *f)
{
    if (why->line)
        return fail(f, REFUSED, "'%s' line %u: %s", t->shown, why->line, why->reason);
    return fail(f, REFUSED, "'%s': %s", t->shown, why->reason);
}
