/* SPDX-License-Identifier: MIT */
/* For people: a line a fact. */
#include "status.h"

#include <stdarg.h>

/* One line, whatever bytes are in it. */
static void line(struct buf *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void line(struct buf *out, const char *format, ...)
{
    struct buf raw = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&raw, format, args);
    va_end(args);
    buf_escape(out, text_buf(&raw));
    buf_str(out, "\n");
    buf_free(&raw);
}

static void text_effective(struct buf *out, const struct report *s, const struct plan_device *d)
{
    struct mp_verdict v;
    plan_judge(&s->plan, d, &s->present, &v);
    line(out, "  array    \"%s\" \"%s\"", v.vendor, v.product);
    for (size_t i = 0; i < v.effect.count; i++) {
        const struct mp_value *value = &v.effect.value[i];
        line(out, "    %s %s: %s, '%s' line %u", value->set->keyword, value->set->value,
             status_by(value), value->set->in->source->path, value->set->line);
    }
    mp_verdict_free(&v);
}

static void text_map(struct buf *out, const struct report *s, const struct map *map)
{
    struct buf why = {0};
    bool agrees = status_map_agrees(s, map, &why);
    struct text selector = map->n_groups ? map->groups[0].selector : (struct text){"", 0};
    line(out, "  map      %s: %s, %.*s, %zu of %zu paths ready%s%s", map->wwid, map_policy(map),
         (int)selector.n, selector.p, map_ready(map), map->n_paths, agrees ? "" : "; ",
         agrees ? "" : buf_cstr(&why));
    buf_free(&why);
}

void status_text(struct buf *out, struct report *s)
{
    const struct plan *plan = &s->plan;
    const struct edit *edit = plan->edits ? &plan->edits[0] : NULL;
    line(out, "%s %s: %s", s->a->pack.label, s->a->pack.version, s->state);
    if (plan->host.release[0])
        line(out, "  host     %s%s%s", plan->host.release, plan->dialect ? ", stanza for " : "",
             plan->dialect ? plan->dialect : "");
    if (edit && edit->path)
        line(out, "  file     %s%s%s", edit->path, s->file_sha256[0] ? ", sha256 " : " (absent)",
             s->file_sha256);
    if (edit && s->block_sha256[0])
        line(out, "  block    line %u, version %s, sha256 %s", status_block_line(edit),
             edit->block.version, s->block_sha256);
    line(out, "  daemon   %s", s->daemon);
    line(out, "  xapi     multipathing %s, by %s", s->multipathing, ENABLED);
    for (size_t i = 0; s->source && i < plan->device_count; i++)
        text_effective(out, s, &plan->device[i]);
    for (size_t i = 0; i < plan->setting_count; i++) {
        const struct plan_setting *set = &plan->setting[i];
        line(out, "  setting  %s: %s %s%s", plan_section_name(set->wanted->in),
             set->wanted->keyword, set->wanted->value,
             set->barred || set->instead ? ", not used" : "");
    }
    for (size_t i = 0; i < s->maps.n; i++)
        if (status_tells(&s->maps.maps[i]))
            text_map(out, s, &s->maps.maps[i]);
    for (size_t i = 0; i < s->maps.n_disks; i++)
        if (s->maps.disks[i].ours && !s->maps.disks[i].mapped)
            line(out, "  no map   %s, a disk of the array", s->maps.disks[i].name);
    if (!s->record && s->block_sha256[0])
        line(out, "  record   none: 'install' makes it again");
    for (size_t i = 0; i < s->beside.n; i++)
        line(out, "  beside   %s", s->beside.name[i]);
    line(out, "  because  %s", buf_cstr(&s->why));
    line(out, "  next     %s", buf_cstr(&s->next));
}
