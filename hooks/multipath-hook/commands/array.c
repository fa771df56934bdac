/* SPDX-License-Identifier: MIT */
#include "array.h"

#include <string.h>

struct lun {
    struct mp_lun lun;
    char vendor[sizeof((struct disk *)0)->vendor], product[sizeof((struct disk *)0)->model];
};

static void trim(char *out, size_t size, const char *padded)
{
    struct text t = text_of(padded);
    while (t.n && t.p[t.n - 1] == ' ')
        t.n--;
    text_print(out, size, "%.*s", (int)t.n, t.p);
}

static void lun_of(struct lun *l, const struct plan *plan, const char *vendor, const char *model)
{
    trim(l->vendor, sizeof l->vendor, vendor);
    trim(l->product, sizeof l->product, model);
    l->lun =
        (struct mp_lun){.vendor = l->vendor, .product = l->product, .wwid_known = plan->wwid_known};
}

static bool is_of(const struct plan *plan, const struct plan_device *d, const char *vendor,
                  const char *model)
{
    struct lun l;
    lun_of(&l, plan, vendor, model);
    return !d->kept_out && mp_matches(&plan->wanted, d->wanted, &l.lun);
}

bool array_is(void *context, const char *vendor, const char *model)
{
    const struct plan *plan = context;
    for (size_t i = 0; i < plan->device_count; i++)
        if (is_of(plan, &plan->device[i], vendor, model))
            return true;
    return false;
}

static const char *value(const struct mp_effect *effect, const char *keyword)
{
    const struct mp_value *v = mp_effect_value(effect, keyword);
    return v ? v->set->value : NULL;
}

/* The array's disk of a map, or NULL. */
static const struct disk *disk_of(const struct map *map)
{
    for (size_t i = 0; i < map->n_paths; i++)
        if (map->paths[i].disk && map->paths[i].disk->ours)
            return map->paths[i].disk;
    return NULL;
}

bool array_want(void *context, const struct map *map, struct map_wanted *wanted)
{
    const struct plan *plan = context;
    const struct disk *disk = disk_of(map);
    struct mp_effect effect;
    struct lun l;
    if (!disk)
        return false;
    lun_of(&l, plan, disk->vendor, disk->model);
    l.lun.node = disk->name;
    l.lun.wwid = map->wwid;
    mp_effect_of(&plan->config, &l.lun, &effect);
    bool judged = !effect.kept_off;
    const char *detect = value(&effect, "detect_pgpolicy");
    /* From 0.9.6 on the array's own word counts for more, unless that is "no". */
    if (plan->host.parser < MP_VERSION(0, 9, 6, 0) || (detect && strcmp(detect, "no") == 0))
        wanted->path_grouping_policy = value(&effect, "path_grouping_policy");
    wanted->path_selector = value(&effect, "path_selector");
    wanted->rr_min_io = value(&effect, "rr_min_io");
    wanted->rr_min_io_rq = value(&effect, "rr_min_io_rq");
    wanted->rr_weight = value(&effect, "rr_weight");
    wanted->no_path_retry = value(&effect, "no_path_retry");
    wanted->features = value(&effect, "features");
    wanted->hardware_handler = value(&effect, "hardware_handler");
    mp_effect_free(&effect);
    return judged;
}

/* Takes a LUN that is there, unless one before it fares badly. */
static void judge_lun(struct plan *plan, struct plan_device *d, const struct disk *disk,
                      const char *wwid, bool *any)
{
    struct plan_device is = {.wanted = d->wanted};
    bool badly = d->verdict.wanted || d->verdict.effect.kept_off;
    if ((*any && badly) || !is_of(plan, d, disk->vendor, disk->model))
        return;
    text_print(is.node, sizeof is.node, "%s", disk->name);
    text_print(is.wwid, sizeof is.wwid, "%s", wwid);
    plan_judge(plan, &is, &plan->config, &is.verdict);
    mp_verdict_free(&d->verdict);
    *d = is;
    *any = true;
}

void array_judge(struct plan *plan, const struct maps *maps)
{
    for (size_t i = 0; i < plan->device_count; i++) {
        bool any = false;
        for (size_t k = 0; k < maps->n_disks; k++)
            if (!maps->disks[k].mapped)
                judge_lun(plan, &plan->device[i], &maps->disks[k], "", &any);
        for (size_t k = 0; k < maps->n; k++)
            if (maps->maps[k].ours)
                judge_lun(plan, &plan->device[i], disk_of(&maps->maps[k]), maps->maps[k].wwid,
                          &any);
    }
}

bool array_keeps_off(struct plan *plan, const struct maps *maps)
{
    struct map_wanted ignored;
    for (size_t i = 0; i < maps->n; i++)
        if (maps->maps[i].ours && !array_want(plan, &maps->maps[i], &ignored))
            return true;
    return false;
}
