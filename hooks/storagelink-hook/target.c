/* SPDX-License-Identifier: MIT */
#include "target.h"

#include <stdlib.h>

static const char *const kinds[KEPT] = {".record-", ".before-", ".during-"};

static wchar_t *suffix(const struct action *a, enum kept kind)
{
    char *text = xprintf("%s%.*s", kinds[kind], (int)a->rule.label.n, a->rule.label.p);
    wchar_t *out = widened(text_of(text));
    free(text);
    return out;
}

static int read_kept(const struct action *a, struct target *t, struct fail *f)
{
    for (unsigned i = 0; i < KEPT; i++) {
        wchar_t *end = suffix(a, (enum kept)i);
        DWORD code = 0;
        t->paths[i] = joined(t->path, end);
        free(end);
        int rc = file_read(t->paths[i], false, &t->kept[i], &code, f);
        t->has[i] = !rc;
        if (rc && code != ERROR_FILE_NOT_FOUND)
            return rc;
    }
    if (!t->has[KEPT_RECORD])
        return DONE;
    if (!record_read(text_buf(&t->kept[KEPT_RECORD]), &t->record)) {
        char *shown = utf8(t->paths[KEPT_RECORD]);
        int rc = fail(f, REFUSED,
                      "'%s' is not as this program wrote it: take the entry out by hand, then "
                      "delete it",
                      shown);
        free(shown);
        return rc;
    }
    t->inserted = record_inserted(&t->record);
    t->mine = (struct sl_mine){text_buf(&t->inserted), t->record.at};
    return DONE;
}

int target_open(const struct action *a, struct target *t, struct fail *f)
{
    *t = (struct target){0};
    wchar_t *end = suffix(a, KEPT_DURING);
    int rc = config_find(a->config, end, &t->path, f);
    free(end);
    if (rc)
        return rc;
    t->shown = utf8(t->path);
    rc = read_kept(a, t, f);
    if (rc)
        return rc;
    t->rule = a->rule.edit;
    t->rule.version_at = t->rule.version_at ? t->rule.version_at : t->record.version_at;
    t->rule.like = t->rule.like ? t->rule.like : t->record.like;
    DWORD code = 0;
    rc = file_read(t->path, false, &t->now, &code, f);
    t->has_now = !rc;
    bool stopped = t->record.open && t->has[KEPT_DURING];
    return code == ERROR_FILE_NOT_FOUND && stopped ? DONE : rc;
}

void target_close(struct target *t)
{
    for (unsigned i = 0; i < KEPT; i++) {
        free(t->paths[i]);
        buf_free(&t->kept[i]);
    }
    free(t->path);
    free(t->shown);
    buf_free(&t->now);
    buf_free(&t->inserted);
}

int target_read(struct target *t, struct fail *f)
{
    buf_free(&t->now);
    return file_read(t->path, true, &t->now, NULL, f);
}

void target_list(const struct target *t)
{
    struct buf out = {0};
    sl_list(text_buf(&t->now), &t->rule, &t->mine, &out);
    put(STD_ERROR_HANDLE, text_buf(&out));
    buf_free(&out);
}

int target_refused(const struct target *t, const struct xml_refusal *why, struct fail *f)
{
    if (why->choice)
        target_list(t);
    if (why->line)
        return fail(f, REFUSED, "'%s' line %u: %s", t->shown, why->line, why->reason);
    return fail(f, REFUSED, "'%s': %s", t->shown, why->reason);
}
