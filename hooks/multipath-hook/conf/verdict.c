/* SPDX-License-Identifier: MIT */
#include "verdict.h"
#include "keyword.h"

#include <string.h>

#define VENDORS  2 /* samples of each expression */
#define PRODUCTS 8

static bool holds(const struct mp_value *value, const struct mp_setting *wanted)
{
    return value &&
           (value->set->in->owner == MP_OURS || strcmp(value->set->value, wanted->value) == 0);
}

/* One LUN; true where all is well. */
static bool judge(const struct mp_config *c, const struct mp_section *wanted,
                  const struct mp_lun *lun, struct mp_verdict *v)
{
    struct mp_effect *effect = &v->effect;
    mp_effect_of(c, lun, effect);
    v->wanted = NULL;
    v->instead = NULL;
    v->by = NULL;
    for (size_t i = 0; i < wanted->count && !v->wanted; i++) {
        const struct mp_setting *set = mp_find(wanted, wanted->set[i].keyword);
        const struct mp_value *value = mp_effect_value(effect, set->keyword);
        if (!mp_is_device_keyword(set->keyword) || holds(value, set) ||
            !mp_takes(c->parser, MP_DEVICE, set->keyword, set->value))
            continue; /* it holds, or means nothing to this parser */
        v->wanted = set;
        v->instead = value;
        v->by = value && value->by != MP_BY_DEFAULTS ? value->set->in
                : effect->ends_lookup                ? effect->ends_lookup
                                                     : effect->winner;
    }
    return !v->wanted && !effect->kept_off;
}

void mp_judge(const struct mp_config *c, const struct mp_section *wanted, const struct mp_lun *like,
              struct mp_verdict *verdict)
{
    struct mp_verdict v;
    const char *vendor = mp_get(wanted, "vendor"), *product = mp_get(wanted, "product");
    struct mp_lun lun = *like;
    bool any = false;
    lun.vendor = v.vendor;
    lun.product = v.product;
    *verdict = (struct mp_verdict){0};
    for (unsigned i = 0; i < VENDORS; i++)
        for (unsigned k = 0; k < PRODUCTS; k++) {
            if (!mp_sample(mp_flavour(c->era), vendor ? vendor : ".*", i, v.vendor) ||
                !mp_sample(mp_flavour(c->era), product ? product : ".*", k, v.product))
                break;
            bool well = judge(c, wanted, &lun, &v);
            if (any && well) {
                mp_effect_free(&v.effect);
                continue;
            }
            mp_effect_free(&verdict->effect);
            *verdict = v;
            any = true;
            if (!well)
                return;
        }
}

void mp_verdict_free(struct mp_verdict *verdict)
{
    mp_effect_free(&verdict->effect);
}

bool mp_by_device(const struct mp_verdict *verdict)
{
    return verdict->wanted && (!verdict->instead || verdict->instead->by == MP_BY_DEVICE ||
                               verdict->instead->by == MP_BY_DEFAULTS);
}

bool mp_contradicts(const struct mp_config *c, const struct mp_section *theirs,
                    const struct mp_section *wanted, const struct mp_verdict *verdict)
{
    struct mp_lun lun = {.vendor = verdict->vendor, .product = verdict->product};
    if (!mp_matches(c, theirs, &lun))
        return false;
    for (size_t i = 0; i < wanted->count; i++) {
        const struct mp_setting *set = &wanted->set[i];
        const char *other = mp_get(theirs, set->keyword);
        if (!mp_is_device_keyword(set->keyword))
            continue;
        /* Up to el6 a device that comes first leaves nothing to the others; el7's last one only
         * what it was given. */
        const struct mp_value *got = mp_effect_value(&verdict->effect, set->keyword);
        if (other ? strcmp(other, set->value) != 0
                  : c->era <= MP_049 || !got || got->by == MP_BY_DEFAULTS)
            return true;
    }
    return false;
}
