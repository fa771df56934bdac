/* SPDX-License-Identifier: MIT */
/* The truth about one host: what its files say, what its parser makes of them, and what runs. */
#include "files.h"
#include "reload.h"
#include "report.h"
#include "rootfs.h"
#include "sha256.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* xapi's mirror of the host's `multipathing` (multipath.md 3). */
#define XAPI_STATE "/var/run/nonpersistent"
#define ENABLED    XAPI_STATE "/multipath_enabled"

struct report {
    const struct action *a;
    struct plan plan;
    struct mp_source *source; /* the files as they are, and what the parser makes of them */
    struct mp_config present;
    const char *state, *daemon, *multipathing;
    struct buf why, next; /* a sentence each, without a full stop */
    char file_sha256[65], block_sha256[65];
    bool record, pending;
    struct names beside;
};

static bool is_file(const char *folder, const char *name)
{
    struct stat st;
    char *path = xprintf("%s/%s", folder, name);
    bool yes = lstat(path, &st) == 0 && S_ISREG(st.st_mode);
    free(path);
    return yes;
}

/* Copies of the file that others left beside it: "multipath.conf.rpmnew", ".rpmsave", ".bak", "~".
 */
static void look_beside(const char *root, const char *path, struct names *beside)
{
    struct names names = {0};
    char *dir = files_parent(path), *inside = rootfs_resolve(root, dir);
    char *outside = inside ? rootfs_outside(root, inside) : NULL;
    const char *name = strrchr(path, '/') + 1;
    size_t n = strlen(name);
    if (outside)
        rootfs_names(outside, &names);
    for (size_t i = 0; i < names.n; i++)
        if (strncmp(names.name[i], name, n) == 0 &&
            (names.name[i][n] == '.' || names.name[i][n] == '~') && is_file(outside, names.name[i]))
            names_add(beside, xprintf("%s/%s", dir, names.name[i]));
    names_free(&names);
    free(inside);
    free(outside);
    free(dir);
}

static void look_beside_all(const char *root, const struct plan *plan, struct names *beside)
{
    char *main_conf = rootfs_resolve(root, MAIN_CONF);
    const char *target = plan->edits ? plan->edits[0].path : NULL;
    look_beside(root, MAIN_CONF, beside);
    if (main_conf && strcmp(main_conf, MAIN_CONF) != 0)
        look_beside(root, main_conf, beside);
    if (target && strcmp(target, MAIN_CONF) != 0 && (!main_conf || strcmp(target, main_conf) != 0))
        look_beside(root, target, beside);
    names_sort(beside);
    free(main_conf);
}

static void look_at_record(struct report *s)
{
    struct store store;
    struct state state = {0};
    struct fail ignored;
    if (store_open(&store, s->a->root, s->a->pack.label, &ignored) == DONE) {
        state_load(&store, &state, &ignored);
        store_free(&store);
    }
    s->record = state.present;
    s->pending = state.pending;
    state_free(&state);
}

static bool exists(const char *root, const char *path)
{
    char *inside = rootfs_resolve(root, path),
         *outside = inside ? rootfs_outside(root, inside) : NULL;
    bool yes = outside && access(outside, F_OK) == 0;
    free(inside);
    free(outside);
    return yes;
}

/* Is multipathing on for this host? */
static void look_at_xapi(struct report *s)
{
    s->multipathing = exists(s->a->root, ENABLED)      ? "on"
                      : exists(s->a->root, XAPI_STATE) ? "off"
                                                       : "unknown";
}

static void set(struct report *s, const char *state, const char *why, const char *next)
{
    s->state = state;
    s->why.n = s->next.n = 0;
    buf_str(&s->why, why);
    buf_str(&s->next, next);
}

static void tell_conflict(struct report *s)
{
    set(s, "conflict", "", "");
    buf_printf(
        &s->why, "%s already has a device for this array, which is kept; %s", s->plan.conflict_at,
        s->plan.kept ? "the pack's stanza is not in use" : "the pack's other devices are in use");
    buf_str(&s->next, "take that device out of the file and run 'multipath-hook install', or keep "
                      "it and remove the pack");
}

/* The files alone, and what the host's parser makes of them. */
static void judge(struct report *s, int rc, const struct fail *f)
{
    const struct plan *plan = &s->plan;
    const struct plan_device *not = rc ? NULL : plan_not_in_force(plan);
    const char *path = plan->edits ? plan->edits[0].path : "";
    if (rc) {
        set(s, "refused", f->text,
            "mend what is named there, then run 'multipath-hook install'; nothing was changed");
    } else if (plan->kept) {
        tell_conflict(s);
    } else if (plan_differs(plan)) {
        bool there = plan->edits[0].block.count;
        set(s, there ? "drifted" : "missing", "", "run 'multipath-hook install'");
        buf_printf(&s->why,
                   there ? "the block in '%s' is not version %s's as this host needs it"
                         : "'%s' has no block of this pack, version %s",
                   path, s->a->pack.version);
    } else if (not &&not ->verdict.effect.kept_off) {
        set(s, "blacklisted", "",
            "take that out, or make an exception for the array; then run 'multipath-hook install'");
        plan_why(not, &s->why);
    } else if (plan->conflict && s->a->pack.on_conflict == KEEP) {
        tell_conflict(s);
    } else if (not ) {
        set(s, "overridden", "",
            "take that out, or build the pack with that value; then run 'multipath-hook install'");
        plan_why(not, &s->why);
    } else {
        set(s, "applied", "", "nothing is to be done");
        buf_printf(&s->why,
                   "'%s' has the stanza, and this host's parser gives it to the array's LUNs",
                   path);
    }
}

static void ask_daemon(struct report *s)
{
    struct buf expected = {0};
    struct fail f = {""};
    plan_expect(&s->plan, &expected);
    enum reload told = daemon_agrees(s->a->root, text_buf(&expected), &f);
    buf_free(&expected);
    s->daemon = told == RELOAD_NO_DAEMON ? "none"
                : told == RELOAD_TAKEN   ? "agrees"
                : told == RELOAD_PENDING ? "silent"
                                         : "differs";
    /* A daemon that has it by now, started since perhaps, waits for nothing. */
    bool waits = told == RELOAD_FAILED || (s->pending && told == RELOAD_PENDING);
    if (waits && strcmp(s->state, "applied") == 0)
        set(s, "pending", f.text, "run 'multipath-hook install' once all paths are ready");
}

static void field(struct buf *out, const char *key, const char *value, const char *end)
{
    buf_printf(out, "\"%s\": ", key);
    json_value(out, value);
    buf_str(out, end);
}

/* Of its first marker; 0 without one. */
static unsigned block_line(const struct edit *edit)
{
    return edit->block.count ? mp_line(text_buf(&edit->file), edit->block.lines.begin) : 0;
}

static const char *by_name(const struct mp_value *value)
{
    static const char *const names[] = {
        [MP_BY_DEVICE] = "device",
        [MP_BY_OVERRIDES] = "overrides",
        [MP_BY_ALL_DEVS] = "all_devs",
        [MP_BY_DEFAULTS] = "defaults",
    };
    return value->by == MP_BY_DEVICE && value->set->in->owner == MP_OURS ? "pack"
                                                                         : names[value->by];
}

static void json_place(struct buf *out, const struct mp_setting *set)
{
    field(out, "file", set ? set->in->source->path : NULL, ", ");
    buf_printf(out, "\"line\": %u", set ? set->line : 0);
}

static void json_effective(struct buf *out, const struct report *s, const struct plan_device *d)
{
    struct mp_verdict v;
    mp_judge(&s->present, d->wanted, s->plan.wwid_known, &v);
    buf_printf(out, "\n    {\"in_force\": %s, \"kept_off\": ",
               v.wanted || v.effect.kept_off || v.effect.winner == NULL ? "false" : "true");
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
        field(out, "by", by_name(value), ", ");
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

static void json_lists(struct buf *out, const struct report *s)
{
    buf_str(out, "{\n  \"beside\": [");
    for (size_t i = 0; i < s->beside.n; i++) {
        buf_str(out, i ? ", " : "");
        json_value(out, s->beside.name[i]);
    }
    buf_str(out, "],\n");
}

static void json_report(struct buf *out, struct report *s)
{
    const struct plan *plan = &s->plan;
    const struct edit *edit = plan->edits ? &plan->edits[0] : NULL;
    json_lists(out, s);
    field(out, "block_sha256", s->block_sha256, ",\n");
    field(out, "block_version", edit ? edit->block.version : NULL, ",\n");
    field(out, "daemon", s->daemon, ",\n");
    field(out, "dialect", plan->dialect, ",\n  \"effective\": [");
    for (size_t i = 0; s->source && i < plan->device_count; i++) {
        buf_str(out, i ? "," : "");
        json_effective(out, s, &plan->device[i]);
    }
    buf_str(out, "],\n");
    field(out, "file", edit ? edit->path : NULL, ",\n");
    field(out, "file_sha256", s->file_sha256, ",\n");
    field(out, "label", s->a->pack.label, ",\n");
    buf_printf(out, "\"line\": %u,\n", edit ? block_line(edit) : 0);
    field(out, "message", strcmp(s->state, "applied") == 0 ? NULL : buf_cstr(&s->why), ",\n");
    field(out, "multipathing", s->multipathing, ",\n");
    field(out, "next", buf_cstr(&s->next), ",\n");
    buf_printf(out, "\"record\": %s,\n", s->record ? "true" : "false");
    field(out, "release", plan->host.release, ",\n");
    buf_str(out, "\"schema\": 2,\n");
    field(out, "state", s->state, ",\n");
    field(out, "uuid", s->a->pack.uuid, ",\n");
    field(out, "version", s->a->pack.version, ",\n");
    field(out, "why", buf_cstr(&s->why), "\n}\n");
}

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
    mp_judge(&s->present, d->wanted, s->plan.wwid_known, &v);
    line(out, "  array    \"%s\" \"%s\"", v.vendor, v.product);
    for (size_t i = 0; i < v.effect.count; i++) {
        const struct mp_value *value = &v.effect.value[i];
        line(out, "    %s %s: %s, '%s' line %u", value->set->keyword, value->set->value,
             by_name(value), value->set->in->source->path, value->set->line);
    }
    mp_verdict_free(&v);
}

static void text_report(struct buf *out, struct report *s)
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
        line(out, "  block    line %u, version %s, sha256 %s", block_line(edit),
             edit->block.version, s->block_sha256);
    line(out, "  daemon   %s", s->daemon);
    line(out, "  multipathing %s (%s)", s->multipathing, ENABLED);
    for (size_t i = 0; s->source && i < plan->device_count; i++)
        text_effective(out, s, &plan->device[i]);
    if (!s->record && s->block_sha256[0])
        line(out, "  record   none: 'install' makes it again");
    for (size_t i = 0; i < s->beside.n; i++)
        line(out, "  beside   %s", s->beside.name[i]);
    line(out, "  because  %s", buf_cstr(&s->why));
    line(out, "  next     %s", buf_cstr(&s->next));
}

static void digest(struct report *s)
{
    const struct edit *edit = s->plan.edits;
    if (edit && edit->existed)
        sha256_hex(text_buf(&edit->file), s->file_sha256);
    if (edit && edit->block.count)
        sha256_hex(text_sub(text_buf(&edit->file), edit->block.lines.begin, edit->block.lines.end),
                   s->block_sha256);
}

int action_status(const struct action *a)
{
    struct fail f = {""};
    struct report s = {.a = a, .daemon = "unknown"};
    struct buf out = {0};
    int rc = report_plan(a, &s.plan, &f);
    look_at_record(&s);
    look_at_xapi(&s);
    judge(&s, rc, &f);
    if (!rc && !s.plan.kept)
        ask_daemon(&s);
    if (s.plan.device_count)
        plan_read(&s.plan, &a->pack, PLAN_PRESENT, &s.source, &s.present);
    digest(&s);
    look_beside_all(a->root, &s.plan, &s.beside);
    (a->json ? json_report : text_report)(&out, &s);
    bool well = strcmp(s.state, "applied") == 0 && strcmp(s.daemon, "differs") != 0;
    mp_config_free(&s.present);
    free(s.source);
    names_free(&s.beside);
    buf_free(&s.why);
    buf_free(&s.next);
    plan_free(&s.plan);
    return report_print(&out, well ? DONE : REFUSED);
}
