/* SPDX-License-Identifier: MIT */
/* Schema 2, all of schema 1 in it; keys in order. */
#include "status.h"

#include <string.h>

static void field(struct buf *out, const char *key, const char *value, const char *end)
{
    buf_printf(out, "\"%s\": ", key);
    json_value(out, value);
    buf_str(out, end);
}

static void json_place(struct buf *out, const struct mp_setting *set)
{
    field(out, "file", set ? set->in->source->path : NULL, ", ");
    buf_printf(out, "\"line\": %u", set ? set->line : 0);
}

static void json_effective(struct buf *out, const struct report *s, const struct plan_device *d)
{
    struct mp_verdict v;
    plan_judge(&s->plan, d, &s->present, &v);
    buf_printf(out, "\n    {\"in_force\": %s, \"kept_off\": ",
               s->refused || v.wanted || v.effect.kept_off || !v.effect.winner ? "false" : "true");
    if (v.effect.kept_off) {
        buf_str(out, "{");
        field(out, "by", v.effect.kept_off, ", ");
        json_place(out, v.effect.kept_off_set);
        buf_str(out, "}");
    } else {
        buf_str(out, "null");
    }
    buf_str(out, ", ");
    field(out, "product", v.product, ", \"values\": [");
    for (size_t i = 0; i < v.effect.count; i++) {
        const struct mp_value *value = &v.effect.value[i];
        buf_str(out, i ? ",\n      {" : "\n      {");
        field(out, "by", status_by(value), ", ");
        json_place(out, value->set);
        buf_str(out, ", ");
        field(out, "keyword", value->set->keyword, ", ");
        field(out, "value", value->set->value, ", ");
        field(out, "wanted", mp_get(d->wanted, value->set->keyword), "}");
    }
    buf_str(out, "], ");
    field(out, "vendor", v.vendor, "}");
    mp_verdict_free(&v);
}

static void json_map(struct buf *out, const struct report *s, const struct map *map)
{
    struct buf why = {0}, selector = {0};
    bool agrees = status_map_agrees(s, map, &why);
    if (map->n_groups)
        buf_text(&selector, map->groups[0].selector);
    buf_printf(out, "\n    {\"agrees\": %s, ", agrees ? "true" : "false");
    field(out, "name", map->name, ", ");
    buf_printf(out, "\"paths\": %zu, ", map->n_paths);
    field(out, "policy", map_policy(map), ", ");
    buf_printf(out, "\"ready\": %zu, ", map_ready(map));
    field(out, "selector", buf_cstr(&selector), ", ");
    field(out, "why", buf_cstr(&why), ", ");
    field(out, "wwid", map->wwid, "}");
    buf_free(&why);
    buf_free(&selector);
}

/* Those of the array; null where it cannot be known which there are. */
static void json_maps(struct buf *out, const struct report *s)
{
    const char *between = "";
    buf_str(out, s->maps.known ? "  \"maps\": [" : "  \"maps\": null");
    for (size_t i = 0; i < s->maps.n; i++)
        if (status_tells(&s->maps.maps[i])) {
            buf_str(out, between);
            json_map(out, s, &s->maps.maps[i]);
            between = ",";
        }
    buf_str(out, s->maps.known ? "],\n" : ",\n");
}

static void json_unmapped(struct buf *out, const struct report *s)
{
    const char *between = "";
    buf_str(out, "  \"unmapped\": [");
    for (size_t i = 0; i < s->maps.n_disks; i++)
        if (s->maps.disks[i].ours && !s->maps.disks[i].mapped) {
            buf_str(out, between);
            json_value(out, s->maps.disks[i].name);
            between = ", ";
        }
    buf_str(out, "],\n");
}

static void json_lists(struct buf *out, const struct report *s)
{
    buf_str(out, "{\n  \"beside\": [");
    for (size_t i = 0; i < s->beside.n; i++) {
        buf_str(out, i ? ", " : "");
        json_value(out, s->beside.name[i]);
    }
    buf_str(out, "],\n");
}

/* What the pack says beside its devices: in force, or who has set what stays. */
static void json_settings(struct buf *out, const struct report *s)
{
    buf_str(out, "  \"settings\": [");
    for (size_t i = 0; i < s->plan.setting_count; i++) {
        const struct plan_setting *set = &s->plan.setting[i];
        const struct mp_setting *instead = set->instead;
        bool same = !instead || strcmp(instead->value, set->wanted->value) == 0;
        buf_str(out, i ? ",\n    {" : "\n    {");
        field(out, "barred", set->barred, ", ");
        json_place(out, instead);
        buf_printf(out, ", \"in_force\": %s, ",
                   same && !set->barred && !s->refused && !s->plan.kept && !plan_differs(&s->plan)
                       ? "true"
                       : "false");
        field(out, "instead", instead ? instead->value : NULL, ", ");
        field(out, "keyword", set->wanted->keyword, ", ");
        field(out, "rival", set->rival_by, ", ");
        field(out, "section", plan_section_name(set->wanted->in), ", ");
        field(out, "wanted", set->wanted->value, "}");
    }
    buf_str(out, "],\n");
}

static void top(struct buf *out, const char *key, const char *value, const char *end)
{
    buf_str(out, "  ");
    field(out, key, value, end);
}

void status_json(struct buf *out, struct report *s)
{
    const struct plan *plan = &s->plan;
    const struct edit *edit = plan->edits ? &plan->edits[0] : NULL;
    json_lists(out, s);
    top(out, "block_sha256", s->block_sha256, ",\n");
    top(out, "block_version", edit ? edit->block.version : NULL, ",\n");
    top(out, "daemon", s->daemon, ",\n");
    top(out, "dialect", plan->dialect, ",\n  \"effective\": [");
    for (size_t i = 0; s->source && i < plan->device_count; i++) {
        buf_str(out, i ? "," : "");
        json_effective(out, s, &plan->device[i]);
    }
    buf_str(out, "],\n");
    top(out, "file", edit ? edit->path : NULL, ",\n");
    top(out, "file_sha256", s->file_sha256, ",\n");
    top(out, "label", s->a->pack.label, ",\n");
    buf_printf(out, "  \"line\": %u,\n", edit ? status_block_line(edit) : 0);
    json_maps(out, s);
    top(out, "message", strcmp(s->state, "applied") == 0 ? NULL : buf_cstr(&s->why), ",\n");
    top(out, "multipathing", s->multipathing, ",\n");
    top(out, "next", buf_cstr(&s->next), ",\n");
    buf_printf(out, "  \"record\": %s,\n", s->record ? "true" : "false");
    top(out, "release", plan->host.release, ",\n");
    buf_str(out, "  \"schema\": 2,\n");
    json_settings(out, s);
    top(out, "state", s->state, ",\n");
    json_unmapped(out, s);
    top(out, "uuid", s->a->pack.uuid, ",\n");
    top(out, "version", s->a->pack.version, ",\n");
    top(out, "why", buf_cstr(&s->why), "\n}\n");
}
