/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool broken(char *why, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- the scene ----------------------------------------------------------------------------- */

static void take(struct scene *s, const char *key, const char *value, const char *path)
{
    struct {
        const char *key;
        char *to;
        size_t size;
    } const known[] = {
        {"name", s->name, sizeof s->name},
        {"action", s->action, sizeof s->action},
        {"label", s->label, sizeof s->label},
        {"target", s->target, sizeof s->target},
        {"start", s->start_dir, sizeof s->start_dir},
        {"wanted", s->wanted_dir, sizeof s->wanted_dir},
        {"pristine", s->pristine_dir, sizeof s->pristine_dir},
        {"scratch", s->scratch, sizeof s->scratch},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].key, key) == 0) {
            if (strlen(value) >= known[i].size)
                break;
            memcpy(known[i].to, value, strlen(value) + 1);
            return;
        }
    errno = EINVAL;
    die("'%s': '%s=%s'", path, key, value);
}

static void read_description(struct scene *s, const char *path)
{
    char line[PATH_MAX + 64];
    FILE *file = fopen(path, "re");
    if (!file)
        die("cannot read '%s'", path);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *value = strchr(line, '=');
        if (value) {
            *value = '\0';
            take(s, line, value + 1, path);
        }
    }
    fclose(file);
}

static void join(char out[PATH_MAX], const char *a, const char *b, const char *c)
{
    int n = snprintf(out, PATH_MAX, "%s%s%s", a, b, c);
    if (n < 0 || n >= PATH_MAX)
        die("'%s%s%s' is too long", a, b, c);
}

void scene_open(struct scene *s, const char *path)
{
    struct timespec now;
    struct stat st;
    *s = (struct scene){0};
    read_description(s, path);
    join(s->root, s->scratch, "/XXXXXX", "");
    if (!mkdtemp(s->root) || stat(s->start_dir, &st) < 0 || chmod(s->root, st.st_mode & 07777) < 0)
        die("cannot make '%s'", s->root);
    /* The coarse clock is the one file times come from. */
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    s->since = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    tree_read(&s->start, s->start_dir, NULL);
    tree_write(&s->start, s->root);
    tree_free(&s->start);
    tree_read(&s->start, s->start_dir, PACK);
    tree_read(&s->wanted, s->wanted_dir, PACK);
    tree_read(&s->pristine, s->pristine_dir, PACK);
    s->old = tree_find(&s->start, s->target);
    s->new = tree_find(&s->wanted, s->target);
    join(s->state_dir, "/var/lib/", s->label, "");
    if (snprintf(s->program, sizeof s->program, "%s" PACK "/%s/bin/multipath-hook", s->root,
                 s->label) >= (int)sizeof s->program)
        die("'%s' is too long", s->root);
}

void scene_close(struct scene *s)
{
    tree_delete(s->root, NULL);
    rmdir(s->root);
    tree_free(&s->start);
    tree_free(&s->wanted);
    tree_free(&s->pristine);
    free(s->good);
}

void scene_reset(struct scene *s)
{
    if (!s->used)
        return;
    tree_delete(s->root, PACK);
    tree_write(&s->start, s->root);
    s->used = false;
}

void scene_run(struct scene *s, const struct kind *kind, unsigned n, struct outcome *out)
{
    char *argv[] = {s->program, s->action, "--root", s->root, NULL};
    run_injected(argv, kind, n, out);
}

/* ---- the laws ------------------------------------------------------------------------------ */

static bool broken(char *why, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why, size, format, args);
    va_end(args);
    size_t n = strlen(why);
    const char *said = trace_said();
    if (*said && n < size)
        snprintf(why + n, size - n, " (it said: %s)", said);
    return false;
}

static bool ended_rightly(const struct kind *kind, const struct outcome *out)
{
    if (WIFSIGNALED(out->status)) {
        int by = WTERMSIG(out->status);
        return (kind->act == KILL && by == SIGKILL) || (kind->act == SIGNAL && by == out->sent) ||
               /* musl stops itself when it gets no thread pointer; nothing has run yet */
               (kind->act == FAIL && out->call == SYS_arch_prctl);
    }
    int code = WEXITSTATUS(out->status);
    if (kind->act == SHORTEN) /* nothing is wrong with a short count */
        return code == 0;
    return code == 0 || code == 1 || code == 4 || code == 5;
}

static void describe_end(const struct outcome *out, char *text, size_t size)
{
    if (out->hung)
        snprintf(text, size, "hung");
    else if (WIFSIGNALED(out->status))
        snprintf(text, size, "died by signal %d", WTERMSIG(out->status));
    else
        snprintf(text, size, "exit %d", WEXITSTATUS(out->status));
}

/* After the disturbed run itself: old bytes or new ones, and the exit status tells which. */
static bool judge_first(const struct scene *s, const struct kind *kind, const struct outcome *out,
                        const struct tree *now, char *why, size_t size)
{
    char end[40];
    const struct entry *target = tree_find(now, s->target);
    bool is_old = entry_same_data(target, s->old), is_new = entry_same_data(target, s->new);
    describe_end(out, end, sizeof end);
    if (out->hung || !ended_rightly(kind, out))
        return broken(why, size, "%s", end);
    if (!is_old && !is_new)
        return broken(why, size, "%s, the file is neither old nor new", end);
    if (WIFSIGNALED(out->status))
        return true;
    if (WEXITSTATUS(out->status) == 0 && !is_new)
        return broken(why, size, "exit 0, but the file is not the new one");
    if ((WEXITSTATUS(out->status) == 1 || WEXITSTATUS(out->status) == 5) && !is_old)
        return broken(why, size, "%s, but the file is not the old one", end);
    return true;
}

static bool run_again(struct scene *s, const char *action, const char *what, char *why, size_t size)
{
    char end[40];
    struct outcome out;
    char *argv[] = {s->program, (char *)action, "--root", s->root, NULL};
    run_plain(argv, &out);
    if (out.status == 0 && !out.hung)
        return true;
    describe_end(&out, end, sizeof end);
    return broken(why, size, "%s: %s", what, end);
}

static const char *left_over(const struct tree *tree)
{
    static const char temp[] = ".multipath-hook", fresh[] = ".new";
    for (size_t i = 0; i < tree->n; i++) {
        const char *name = strrchr(tree->e[i].path, '/') + 1;
        size_t n = strlen(name), m = sizeof fresh - 1;
        if (strncmp(name, temp, sizeof temp - 1) == 0 || (n >= m && !strcmp(name + n - m, fresh)))
            return tree->e[i].path;
    }
    return NULL;
}

static bool judge_second(struct scene *s, char *why, size_t size)
{
    struct tree now;
    char what[PATH_MAX + 64];
    if (!run_again(s, s->action, "second run", why, size))
        return false;
    tree_read(&now, s->root, PACK);
    const char *left = left_over(&now);
    bool ok = true;
    if (left)
        ok = broken(why, size, "'%s' survived the second run", left);
    else if (!entry_same_data(tree_find(&now, s->target), s->new))
        ok = broken(why, size, "after the second run the file is not the new one");
    else if (tree_differs(&s->wanted, &now, s->state_dir, NULL, what, sizeof what))
        ok = broken(why, size, "after the second run: %s", what);
    tree_free(&now);
    return ok;
}

static bool judge_removal(struct scene *s, char *why, size_t size)
{
    struct tree now;
    char what[PATH_MAX + 64];
    if (!run_again(s, "remove", "removal", why, size))
        return false;
    tree_read(&now, s->root, PACK);
    bool ok = true;
    if (tree_differs(&s->pristine, &now, NULL, s->target, what, sizeof what))
        ok = broken(why, size, "after removal: %s", what);
    tree_free(&now);
    return ok;
}

/* What follows depends on the tree alone, so that each different one is followed once. */
static bool known_good(struct scene *s, uint64_t digest)
{
    for (size_t i = 0; i < s->good_count; i++)
        if (s->good[i] == digest)
            return true;
    return false;
}

bool scene_judge(struct scene *s, const struct kind *kind, const struct outcome *out, char *why,
                 size_t size)
{
    struct tree now;
    tree_read(&now, s->root, PACK);
    bool ok = judge_first(s, kind, out, &now, why, size);
    uint64_t digest = tree_digest(&now, s->since);
    tree_free(&now);
    s->used = s->used || digest != tree_digest(&s->start, s->since);
    if (!ok || known_good(s, digest))
        return ok;
    s->used = true;
    s->judged++;
    if (!judge_second(s, why, size) || !judge_removal(s, why, size))
        return false;
    s->good = more(s->good, (s->good_count + 1) * sizeof *s->good);
    s->good[s->good_count++] = digest;
    return true;
}
