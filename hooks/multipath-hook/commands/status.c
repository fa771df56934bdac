/* SPDX-License-Identifier: MIT */
/* The truth about one host: what its files say, what its parser makes of them, and what runs. */
#include "files.h"
#include "reload.h"
#include "sha256.h"
#include "status.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    const struct plan_device *bad = rc ? NULL : plan_not_in_force(plan);
    const struct plan_setting *lost = rc ? NULL : plan_setting_lost(plan);
    const struct edit *own = plan->edits;
    bool pack;
    s->refused = rc;
    if (rc) {
        set(s, "refused", f->text,
            "repair what is named there, then run 'multipath-hook install'; nothing was changed");
    } else if (plan->kept) {
        tell_conflict(s);
    } else if (own && plan_differs(plan)) {
        bool there = own->block.count;
        set(s, there ? "drifted" : "missing", "", "run 'multipath-hook install'");
        buf_printf(&s->why,
                   there ? "the block in '%s' is not version %s's as this host needs it"
                         : "'%s' has no block of this pack, version %s",
                   own->path, s->a->pack.version);
    } else if (bad && bad->verdict.effect.kept_off) {
        set(s, "blacklisted", "",
            "take that out, or make an exception for the array; then run 'multipath-hook install'");
        plan_why(bad, &s->why);
    } else if (plan->conflict && s->a->pack.on_conflict == KEEP) {
        tell_conflict(s);
    } else if (bad) {
        set(s, "overridden", "",
            "take that out, or build the pack with that value; then run 'multipath-hook install'");
        plan_why(bad, &s->why);
    } else if (lost) {
        set(s, "overridden", "",
            "take that out, or build the pack without that setting; then run 'multipath-hook "
            "install'");
        plan_setting_why(lost, &pack, &s->why);
        s->state = pack ? "conflict" : s->state;
    } else {
        set(s, "applied", "", "nothing is to be done");
        buf_printf(&s->why,
                   "'%s' has the stanza, and this host's parser gives it to the array's LUNs",
                   own ? own->path : "");
    }
}

bool status_tells(const struct map *map)
{
    return map->ours || (map->parsed && !map->n_paths);
}

const struct mp_setting *status_map_set(const struct report *s, const struct map *map)
{
    for (size_t i = s->present.count; i-- > 0;) {
        const struct mp_section *m = s->present.section[i];
        const char *wwid = m->level == MP_MULTIPATH ? mp_get(m, "wwid") : NULL;
        if (wwid && strcmp(wwid, map->wwid) == 0)
            return mp_find(m, "wwid");
    }
    return NULL;
}

bool status_map_agrees(const struct report *s, const struct map *map, struct buf *why)
{
    struct map_wanted wanted = {.daemon = strcmp(s->daemon, "none") != 0};
    struct plan *plan = (struct plan *)&s->plan;
    if (status_tells(map) && !map->n_paths) {
        buf_str(why, "it has no path");
        return false;
    }
    if (!map->ours || !array_want(plan, map, &wanted) || map_agrees(map, &wanted, why))
        return true;
    const struct mp_setting *set = status_map_set(s, map);
    if (set)
        buf_printf(why, ": multipaths in '%s', line %u, has settings for it", set->in->source->path,
                   set->line);
    return false;
}

/* What runs: the daemon's configuration and the kernel's maps. */
static void ask_daemon(struct report *s)
{
    struct buf expected = {0}, why = {0};
    struct fail f = {""};
    bool applied = strcmp(s->state, "applied") == 0;
    struct order order = action_order(s->a, &s->plan.host, &s->plan, &expected);
    enum reload told = reload_needed(&order, &f);
    s->daemon = told == RELOAD_NO_DAEMON ? "none"
                : told == RELOAD_TAKEN   ? "agrees"
                : told == RELOAD_PENDING ? "silent"
                                         : "differs";
    /* A daemon that has it by now, started since perhaps, waits for nothing. */
    if (applied && (told == RELOAD_FAILED || (s->pending && told == RELOAD_PENDING)))
        set(s, "pending", f.text, "run 'multipath-hook install' once all paths are ready");
    for (size_t i = 0; i < s->maps.n && applied; i++)
        if (!status_map_agrees(s, &s->maps.maps[i], &why) && status_map_set(s, &s->maps.maps[i])) {
            set(s, "overridden", buf_cstr(&why),
                "take that out; then run 'multipath-hook install'");
            break;
        }
    buf_free(&expected);
    buf_free(&why);
}

unsigned status_block_line(const struct edit *edit)
{
    return edit->block.count ? mp_line(text_buf(&edit->file), edit->block.lines.begin) : 0;
}

const char *status_by(const struct mp_value *value)
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
    struct fail f = {""}, ignored;
    struct report s = {.a = a, .daemon = "unknown"};
    struct buf out = {0};
    int rc = report_plan(a, &s.plan, &f);
    look_at_record(&s);
    look_at_xapi(&s);
    maps_read(a->root, array_is, &s.plan, &s.maps, &ignored);
    if (!rc)
        array_judge(&s.plan, &s.maps);
    judge(&s, rc, &f);
    if (s.plan.device_count)
        plan_read(&s.plan, &a->pack, PLAN_PRESENT, &s.source, &s.present);
    if (!rc && !s.plan.kept)
        ask_daemon(&s);
    digest(&s);
    look_beside_all(a->root, &s.plan, &s.beside);
    (a->json ? status_json : status_text)(&out, &s);
    bool well = strcmp(s.state, "applied") == 0 && strcmp(s.daemon, "differs") != 0;
    maps_free(&s.maps);
    mp_config_free(&s.present);
    free(s.source);
    names_free(&s.beside);
    buf_free(&s.why);
    buf_free(&s.next);
    plan_free(&s.plan);
    return report_print(&out, well ? DONE : REFUSED);
}
