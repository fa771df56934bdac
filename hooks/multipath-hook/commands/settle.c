/* SPDX-License-Identifier: MIT */
#include "settle.h"

#include <stdlib.h>
#include <string.h>

void plan_read(const struct plan *plan, const struct pack *pack, enum plan_which which,
               struct mp_source **source, struct mp_config *config)
{
    size_t n = 0;
    *source = xalloc((plan->count + 1) * sizeof **source);
    for (int later = 0; later < 2; later++)
        for (size_t k = 0; k < plan->count; k++) {
            /* Ours stands between those read before it and those read later. */
            const struct edit *edit = &plan->edits[later ? k : (k + 1) % plan->count];
            if (edit->later != later)
                continue;
            const struct buf *text = which == PLAN_PRESENT ? &edit->file
                                     : which == PLAN_BASE  ? &edit->base
                                                           : &edit->after;
            if (edit->existed || text->n)
                (*source)[n++] = (struct mp_source){edit->path, text_buf(text), edit->main};
        }
    mp_config_read(config, plan->host.parser, plan->host.drop_in, pack->label, *source, n);
    config->sm_lifts = plan->host.sm_locks && plan->host.era >= MP_049;
}

/* The devices of the stanza that are not kept out. */
static void choose(struct plan *plan)
{
    struct text stanza = text_buf(&plan->stanza);
    size_t at = 0, skip = strlen(PLAN_OPENING);
    plan->used.n = 0;
    plan->kept = plan->device_count > 0;
    for (size_t i = 0; i < plan->device_count; i++) {
        const struct plan_device *d = &plan->device[i];
        plan->kept = plan->kept && d->kept_out;
        if (!d->kept_out)
            continue;
        buf_text(&plan->used, text_sub(stanza, at, d->wanted->begin - skip));
        at = d->wanted->end - skip;
    }
    buf_text(&plan->used, text_sub(stanza, at, stanza.n));
    if (plan->kept)
        plan->used.n = 0; /* no comments either */
}

static struct edit *edit_of(struct plan *plan, const char *path)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->edits[i].path, path) == 0)
            return &plan->edits[i];
    return NULL;
}

static int write_after(struct plan *plan, const struct pack *pack, bool first, struct fail *f)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct edit *edit = &plan->edits[i];
        struct mp_refusal why;
        struct mp_edit wanted = {
            .era = plan->host.era,
            .pack = {.label = pack->label, .version = pack->version},
            .off = edit->off,
            .off_count = edit->off_count,
            .of_many = !edit->main,
            .first = first,
        };
        if (i == 0) {
            wanted.pack.stanza = text_buf(&plan->used);
            wanted.pack.settings = text_buf(&plan->delivered);
        }
        edit->after.n = 0;
        if (edit->repeated) /* read once more, as it will be */
            buf_text(&edit->after, text_buf(&edit_of(plan, edit->path)->after));
        else if (i > 0 && !edit->off_count)
            buf_text(&edit->after, text_buf(&edit->base));
        else if (!mp_install(text_buf(&edit->file), text_buf(&edit->base), &edit->block, &wanted,
                             &edit->after, &why))
            return edit_refused(edit, why.line, why.reason, f);
    }
    return DONE;
}

/* What the parser makes of the result; how many of ours a device stands above. */
static size_t judge(struct plan *plan, const struct pack *pack)
{
    size_t beaten = 0;
    for (size_t i = 0; i < plan->device_count; i++)
        mp_verdict_free(&plan->device[i].verdict);
    mp_config_free(&plan->config);
    free(plan->source);
    plan_read(plan, pack, PLAN_AFTER, &plan->source, &plan->config);
    for (size_t i = 0; i < plan->device_count; i++) {
        struct plan_device *d = &plan->device[i];
        plan_judge(plan, d, &plan->config, &d->verdict);
        /* Two packs that went in front of each other in turn would never end. */
        bool by_pack = d->verdict.by && d->verdict.by->owner == MP_OTHER_PACK;
        beaten += !d->kept_out && mp_by_device(&d->verdict) && !by_pack;
    }
    return beaten;
}

/* Where the first match wins ours goes in front of all where that helps. */
static int place(struct plan *plan, const struct pack *pack, struct fail *f)
{
    struct fail ignored;
    int rc = write_after(plan, pack, false, f);
    size_t beaten = rc ? 0 : judge(plan, pack);
    if (rc || !beaten || plan->host.era > MP_049)
        return rc;
    if (write_after(plan, pack, true, &ignored) == DONE && judge(plan, pack) < beaten)
        return DONE;
    rc = write_after(plan, pack, false, f);
    if (!rc)
        judge(plan, pack);
    return rc;
}

static bool same_names(const struct mp_section *a, const struct mp_section *b)
{
    static const char *const names[] = {"vendor", "product"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *x = mp_get(a, names[i]), *y = mp_get(b, names[i]);
        if (!x || !y || strcmp(x, y) != 0)
            return false;
    }
    return true;
}

/* Adds the device to those that make way, in order. */
static int switch_off(struct edit *edit, const struct mp_section *s, struct fail *f)
{
    size_t i = edit->off_count;
    if (!s->closed)
        return edit_refused(edit, s->line, "a device for this array begins here and never ends", f);
    for (size_t k = 0; k < edit->off_count; k++)
        if (edit->off[k].begin == s->begin)
            return DONE;
    edit->off = xgrow(edit->off, (edit->off_count + 1) * sizeof *edit->off);
    for (; i && edit->off[i - 1].begin > s->begin; i--)
        edit->off[i] = edit->off[i - 1];
    edit->off[i] = (struct mp_span){s->begin, s->end};
    edit->off_count++;
    return DONE;
}

/* An administrator's device stands in the place of one of ours: the pack's on-conflict decides. */
static int meet(struct plan *plan, const struct pack *pack, struct plan_device *ours,
                const struct mp_section *theirs, struct fail *f)
{
    struct edit *edit = edit_of(plan, theirs->source->path);
    if (!plan->conflict)
        text_print(plan->conflict_at, sizeof plan->conflict_at, "'%s', line %u,", edit->path,
                   theirs->line);
    plan->conflict = true;
    if (pack->on_conflict == FAIL)
        return fail_with(f, REFUSED, "%s already has a device for this array", plan->conflict_at);
    if (pack->on_conflict == REPLACE)
        return switch_off(edit, theirs, f);
    ours->kept_out = true;
    return DONE;
}

/* All that have the very names of ours, wherever they stand; with `source` those of that file that
 * say otherwise of its LUN. */
static int meet_all(struct plan *plan, const struct pack *pack, struct plan_device *ours,
                    const struct mp_config *base, const struct mp_source *source, struct fail *f)
{
    int rc = DONE;
    for (size_t i = 0; i < base->count && !rc; i++) {
        const struct mp_section *s = base->section[i];
        if (s->level != MP_DEVICE || s->owner != MP_ADMIN)
            continue;
        bool met = source ? strcmp(s->source->path, source->path) == 0 &&
                                mp_contradicts(base, s, ours->wanted, &ours->verdict)
                          : same_names(s, ours->wanted);
        if (met)
            rc = meet(plan, pack, ours, s, f);
    }
    return rc;
}

/* The first of ours that an administrator's device beats wherever ours stands. */
static struct plan_device *beaten(struct plan *plan)
{
    for (size_t i = 0; i < plan->device_count; i++) {
        struct plan_device *d = &plan->device[i];
        if (!d->kept_out && mp_by_device(&d->verdict) && d->verdict.by &&
            d->verdict.by->owner == MP_ADMIN)
            return d;
    }
    return NULL;
}

int plan_settle(struct plan *plan, const struct pack *pack, const struct mp_config *base,
                struct fail *f)
{
    int rc = DONE;
    for (size_t i = 0; i < plan->device_count && !rc; i++)
        rc = meet_all(plan, pack, &plan->device[i], base, NULL, f);
    for (size_t tries = 0; !rc && tries <= base->count; tries++) {
        choose(plan);
        rc = place(plan, pack, f);
        struct plan_device *d = rc ? NULL : beaten(plan);
        if (!d)
            break;
        const struct mp_source source = *d->verdict.by->source;
        rc = meet_all(plan, pack, d, base, &source, f);
    }
    return rc;
}

const struct plan_device *plan_not_in_force(const struct plan *plan)
{
    for (size_t i = 0; i < plan->device_count; i++)
        if (!plan->device[i].kept_out && plan->device[i].verdict.effect.kept_off)
            return &plan->device[i];
    for (size_t i = 0; i < plan->device_count; i++)
        if (!plan->device[i].kept_out && plan->device[i].verdict.wanted)
            return &plan->device[i];
    return NULL;
}

static const char *name_of(const struct mp_value *value)
{
    static const char *const names[] = {
        [MP_BY_DEVICE] = "a device",
        [MP_BY_OVERRIDES] = "overrides",
        [MP_BY_ALL_DEVS] = "a device with all_devs",
        [MP_BY_DEFAULTS] = "defaults",
    };
    return names[value->by];
}

void plan_judge(const struct plan *plan, const struct plan_device *device,
                const struct mp_config *c, struct mp_verdict *verdict)
{
    const struct mp_lun like = {.wwid_known = plan->wwid_known,
                                .node = *device->node ? device->node : NULL,
                                .wwid = *device->wwid ? device->wwid : NULL};
    mp_judge(c, device->wanted, &like, verdict);
}

void plan_why(const struct plan_device *device, struct buf *out)
{
    const struct mp_verdict *v = &device->verdict;
    const struct mp_setting *off = v->effect.kept_off_set;
    buf_printf(out, "LUNs \"%s\" \"%s\" ", v->vendor, v->product);
    if (v->effect.kept_off) {
        buf_printf(out, "are kept off multipath by %s", v->effect.kept_off);
        if (off)
            buf_printf(out, " (%s) in '%s', line %u", off->value, off->in->source->path, off->line);
    } else if (v->wanted && v->instead) {
        buf_printf(out, "get %s %s by %s in '%s', line %u, not %s", v->wanted->keyword,
                   v->instead->set->value, name_of(v->instead), v->instead->set->in->source->path,
                   v->instead->set->line, v->wanted->value);
    } else if (v->wanted) {
        buf_printf(out, "do not get %s %s: ", v->wanted->keyword, v->wanted->value);
        if (v->effect.ends_lookup)
            buf_str(out, "the parser gives up at the expression of the device");
        else
            buf_str(out, v->by ? "they get the device" : "no device of the files matches them");
        if (v->by)
            buf_printf(out, " in '%s', line %u", v->by->source->path, v->by->line);
    }
}

void plan_expect(const struct plan *plan, struct buf *out)
{
    for (size_t i = 0; i < plan->device_count; i++) {
        const struct plan_device *d = &plan->device[i];
        const char *vendor = mp_get(d->wanted, "vendor"), *product = mp_get(d->wanted, "product");
        if (d->kept_out || !vendor || !product)
            continue;
        buf_printf(out, "device {\n\tvendor \"%s\"\n\tproduct \"%s\"\n", vendor, product);
        for (size_t k = 0; k < d->verdict.effect.count; k++) {
            const struct mp_value *value = &d->verdict.effect.value[k];
            if (value->set->in->owner == MP_OURS && value->set->in->level == MP_DEVICE)
                buf_printf(out, "\t%s \"%s\"\n", value->set->keyword, value->set->value);
        }
        buf_str(out, "}\n");
    }
    if (!plan->kept)
        plan_expect_settings(plan, out);
}
