/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disturbs multipath-hook at every system call of a run, in every way, and judges what comes of it.
 *
 * usage: every_instant SCENE [EVERY OFFSET]     only each EVERY-th call
 *        every_instant SCENE only KIND N        one run, to look at a violation
 *
 * Exit: 0 all laws hold, 1 some do not, 2 trouble of its own. */
#include "judge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_VIOLATIONS 20
#define MOST_CALLS      5000

static const struct kind kinds[] = {
    {"kill", KILL, 0},      {"ENOSPC", FAIL, ENOSPC}, {"EIO", FAIL, EIO},
    {"EROFS", FAIL, EROFS}, {"EDQUOT", FAIL, EDQUOT}, {"EACCES", FAIL, EACCES},
    {"EINTR", FAIL, EINTR}, {"ENOMEM", FAIL, ENOMEM}, {"EMFILE", FAIL, EMFILE},
    {"short", SHORTEN, 0},  {"signal", SIGNAL, 0},
};

struct plan {
    unsigned every, offset, only; /* only: 0, or the one call */
    const char *kind;             /* NULL: all */
    unsigned violations, runs;
};

/* One run; false when there is no n-th call. */
static bool play(struct scene *s, const struct kind *kind, unsigned n, struct plan *plan)
{
    struct outcome out;
    char why[2048];
    scene_reset(s);
    scene_run(s, kind, n, &out);
    s->used = s->used || !out.reached;
    if (!out.reached)
        return false;
    plan->runs++;
    if (!scene_judge(s, kind, &out, why, sizeof why)) {
        plan->violations++;
        s->used = true;
        printf("VIOLATION %s: %s at call %u (%s): %s\n", s->name, kind->name, n,
               call_name(out.call), why);
    }
    return true;
}

static unsigned play_kind(struct scene *s, const struct kind *kind, struct plan *plan)
{
    unsigned before = plan->runs, n = 1 + plan->offset % plan->every;
    if (plan->only) {
        play(s, kind, plan->only, plan);
        return plan->runs - before;
    }
    while (plan->violations < MOST_VIOLATIONS && n < MOST_CALLS && play(s, kind, n, plan))
        n += plan->every;
    plan->offset++; /* each kind meets other calls */
    return plan->runs - before;
}

static bool read_arguments(int argc, char **argv, struct plan *plan)
{
    *plan = (struct plan){.every = 1};
    if (argc == 5 && strcmp(argv[2], "only") == 0) {
        plan->kind = argv[3];
        plan->only = (unsigned)strtoul(argv[4], NULL, 10);
        return plan->only > 0;
    }
    if (argc == 4) {
        plan->every = (unsigned)strtoul(argv[2], NULL, 10);
        plan->offset = (unsigned)strtoul(argv[3], NULL, 10);
    }
    return (argc == 2 || argc == 4) && plan->every > 0;
}

int main(int argc, char **argv)
{
    static struct scene scene;
    struct plan plan;
    if (!read_arguments(argc, argv, &plan)) {
        fputs("usage: every_instant SCENE [EVERY OFFSET | only KIND N]\n", stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    trace_prepare();
    scene_open(&scene, argv[1]);
    char counts[512] = "";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (plan.kind && strcmp(plan.kind, kinds[i].name) != 0)
            continue;
        unsigned count = play_kind(&scene, &kinds[i], &plan);
        size_t n = strlen(counts);
        snprintf(counts + n, sizeof counts - n, " %s %u,", kinds[i].name, count);
    }
    printf("%s:%s total %u, %zu different trees followed, %u violations\n", scene.name, counts,
           plan.runs, scene.judged, plan.violations);
    scene_close(&scene);
    return plan.violations ? 1 : 0;
}
