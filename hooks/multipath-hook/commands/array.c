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

bool array_is(void *context, const char *vendor, const char *model)
{
    const struct plan *plan = context;
    struct lun l;
    lun_of(&l, plan, vendor, model);
    for (size_t i = 0; i < plan->device_count; i++)
        if (!plan->device[i].kept_out && mp_matches(&plan->wanted, plan->device[i].wanted, &l.lun))
            return true;
    return false;
}

static const char *value(const struct mp_effect *effect, const char *keyword)
{
    const struct mp_value *v = mp_effect_value(effect, keyword);
    return v ? v->set->value : NULL;
}

bool array_want(void *context, const struct map *map, struct map_wanted *wanted)
{
    const struct plan *plan = context;
    const struct disk *disk = NULL;
    struct mp_effect effect;
    struct lun l;
    for (size_t i = 0; i < map->n_paths && !disk; i++)
        if (map->paths[i].disk && map->paths[i].disk->ours)
            disk = map->paths[i].disk;
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

bool array_keeps_off(struct plan *plan, const struct maps *maps)
{
    struct map_wanted ignored;
    for (size_t i = 0; i < maps->n; i++)
        if (maps->maps[i].ours && !array_want(plan, &maps->maps[i], &ignored))
            return true;
    return false;
}
