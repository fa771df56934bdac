/* SPDX-License-Identifier: MIT */
#include "maps.h"

#include <stdlib.h>
#include <string.h>

/* ---- words ---------------------------------------------------------------------------------- */

struct words {
    struct text t;
    size_t at;
    bool bad; /* a word was missing, or none that may stand there */
};

static struct text next_word(struct words *w)
{
    while (w->at < w->t.n && w->t.p[w->at] == ' ')
        w->at++;
    size_t begin = w->at;
    while (w->at < w->t.n && w->t.p[w->at] != ' ')
        w->at++;
    w->bad = w->bad || w->at == begin;
    return text_sub(w->t, begin, w->at);
}

/* The digits *p begins with, moved behind them; false without any, or over `most`. */
static bool take_number(struct text *p, unsigned most, unsigned *value)
{
    size_t n = p->n;
    *value = 0;
    for (; p->n && *p->p >= '0' && *p->p <= '9' && *value <= most; p->p++, p->n--)
        *value = *value * 10 + (unsigned)(*p->p - '0');
    return p->n < n && *value <= most;
}

/* The kernel takes no count above this (drivers/md/dm-mpath.c). */
#define MOST_COUNT 1024

static unsigned next_count(struct words *w)
{
    struct text word = next_word(w);
    unsigned count = 0;
    w->bad = w->bad || !take_number(&word, MOST_COUNT, &count) || word.n;
    return w->bad ? 0 : count;
}

/* From `begin` on, `count` more words. */
static struct text through(struct words *w, size_t begin, unsigned count)
{
    while (count--)
        next_word(w);
    return text_trim(w->bad ? (struct text){"", 0} : text_sub(w->t, begin, w->at));
}

/* "2 word word": the count is of words. */
static struct text next_counted(struct words *w)
{
    size_t begin = w->at;
    unsigned count = next_count(w);
    return through(w, begin, count);
}

bool map_numbers(struct text t, unsigned *major, unsigned *minor)
{
    if (!take_number(&t, 0xfff, major) || !t.n || *t.p != ':') /* MKDEV: 12 and 20 bits */
        return false;
    t = text_sub(t, 1, t.n);
    return take_number(&t, 0xfffff, minor) && !t.n;
}

static bool has_word(struct text t, const char *word)
{
    struct words w = {.t = t};
    while (!w.bad)
        if (text_is(next_word(&w), word))
            return true;
    return false;
}

/* ---- the two lines --------------------------------------------------------------------------- */

/* Both lines have one shape: features, handler, groups of a word (the selector's name or the
 * group's state), arguments and paths. A status has two more words behind a path's number: its
 * state, and how often it failed. */
static bool parse_line(struct map *map, struct text line, unsigned more)
{
    struct words w = {.t = line};
    map->features = next_counted(&w);
    map->handler = next_counted(&w);
    unsigned groups = next_count(&w);
    next_count(&w); /* the group that is next: no setting */
    while (groups-- && !w.bad) {
        map->groups = xgrow(map->groups, (map->n_groups + 1) * sizeof *map->groups);
        struct map_group *group = &map->groups[map->n_groups++];
        size_t begin = w.at;
        next_word(&w);
        unsigned count = next_count(&w);
        group->selector = through(&w, begin, count);
        group->n_paths = next_count(&w);
        group->state = '?';
        count = next_count(&w) + more;
        for (size_t i = 0; i < group->n_paths && !w.bad; i++) {
            map->paths = xgrow(map->paths, (map->n_paths + 1) * sizeof *map->paths);
            struct map_path *path = &map->paths[map->n_paths++];
            *path = (struct map_path){.state = '?', .group = map->n_groups - 1};
            w.bad = !map_numbers(next_word(&w), &path->major, &path->minor) || w.bad;
            path->args = through(&w, w.at, count);
        }
    }
    return !w.bad && !text_trim(text_sub(w.t, w.at, w.t.n)).n;
}

/* A state is a word of one letter. */
static char state_of(struct text words, const char *states)
{
    bool known = *words.p && strchr(states, *words.p) && words.p[1] == ' ';
    return (char)(known ? *words.p : '?');
}

/* The states of the same groups and paths in the same order; false when they are not. */
static bool take_states(struct map *map, const struct map *status)
{
    if (map->n_groups != status->n_groups || map->n_paths != status->n_paths)
        return false;
    for (size_t i = 0; i < map->n_paths; i++)
        if (map->paths[i].major != status->paths[i].major ||
            map->paths[i].minor != status->paths[i].minor ||
            map->paths[i].group != status->paths[i].group)
            return false;
    for (size_t i = 0; i < map->n_groups; i++)
        map->groups[i].state = state_of(status->groups[i].selector, "AED");
    for (size_t i = 0; i < map->n_paths; i++)
        map->paths[i].state = state_of(status->paths[i].args, "AF");
    return true;
}

bool map_parse(struct map *map, struct text table, struct text status)
{
    struct map other = {0};
    map_free(map);
    map->table = xprintf("%.*s", (int)table.n, table.p);
    map->parsed = parse_line(map, text_of(map->table), 0);
    if (!map->parsed)
        map_free(map);
    bool same = map->parsed && parse_line(&other, status, 2) && take_states(map, &other);
    map_free(&other);
    return same;
}

void map_free(struct map *map)
{
    free(map->table);
    free(map->groups);
    free(map->paths);
    memset(&map->table, 0, sizeof *map - offsetof(struct map, table));
}

void maps_free(struct maps *maps)
{
    for (size_t i = 0; i < maps->n; i++)
        map_free(&maps->maps[i]);
    free(maps->maps);
    free(maps->disks);
    *maps = (struct maps){0};
}

/* ---- what they say --------------------------------------------------------------------------- */

bool disk_runs(const struct disk *disk)
{
    return !*disk->state || strcmp(disk->state, "running") == 0 || strcmp(disk->state, "live") == 0;
}

bool map_path_ready(const struct map_path *path)
{
    return path->state == 'A' && path->disk && disk_runs(path->disk);
}

size_t map_ready(const struct map *map)
{
    size_t n = 0;
    for (size_t i = 0; i < map->n_paths; i++)
        n += map_path_ready(&map->paths[i]);
    return n;
}

const char *map_policy(const struct map *map)
{
    if (map->n_paths < 2)
        return map->n_paths ? "single" : "none";
    if (map->n_groups == 1)
        return "multibus";
    return map->n_groups == map->n_paths ? "failover" : "groups";
}

/* ---- against what is wanted ------------------------------------------------------------------ */

#define SHOWN(t) (int)((t).n < 100 ? (t).n : 100), (t).p

static bool contradicts(const struct map *map, struct buf *why, struct text has,
                        const char *keyword, const char *wanted)
{
    buf_printf(why, "the kernel's map '%s' has %.*s, but %s %.*s is wanted", map->name, SHOWN(has),
               keyword, SHOWN(text_of(wanted)));
    return false;
}

static bool grouping_agrees(const struct map *map, const char *policy, struct buf *why)
{
    char has[40];
    bool one = policy && strcmp(policy, "multibus") == 0;
    bool each = policy && strcmp(policy, "failover") == 0;
    /* group_by_X: which paths have the same X is not in the table. */
    if ((!one || map->n_groups < 2) && (!each || map->n_groups >= map->n_paths))
        return true;
    text_print(has, sizeof has, "%zu paths in %zu group%s", map->n_paths, map->n_groups,
               map->n_groups == 1 ? "" : "s");
    return contradicts(map, why, text_of(has), "path_grouping_policy", policy);
}

/* The name, and the arguments where both have as many: a selector fills in what is not given. */
static bool selector_agrees(const struct map *map, const char *wanted, struct buf *why)
{
    for (size_t i = 0; wanted && *wanted && i < map->n_groups; i++) {
        struct words has = {.t = map->groups[i].selector}, want = {.t = text_of(wanted)};
        bool same = text_eq(next_word(&has), next_word(&want));
        if (same && next_count(&has) == next_count(&want) && !want.bad)
            same = text_eq(text_trim(text_sub(has.t, has.at, has.t.n)),
                           text_trim(text_sub(want.t, want.at, want.t.n)));
        if (!same)
            return contradicts(map, why, map->groups[i].selector, "path_selector", wanted);
    }
    return true;
}

/* I/O in a row on one path, a round-robin path's only argument: rr_min_io of bio-based targets,
 * rr_min_io_rq of request-based ones (since 2.6.31). Kernels from 4.6 on say 1, whatever is asked.
 */
static bool min_io_agrees(const struct map *map, const struct map_wanted *wanted, struct buf *why)
{
    const char *io = wanted->rr_min_io, *rq = wanted->rr_min_io_rq;
    /* Multiplied by the path's priority otherwise; that is not in the table. */
    if (!io || !rq || (wanted->rr_weight && strcmp(wanted->rr_weight, "uniform") != 0))
        return true;
    for (size_t i = 0; i < map->n_paths; i++) {
        struct text has = map->paths[i].args;
        if (!text_starts(map->groups[map->paths[i].group].selector, "round-robin ") ||
            text_is(has, io) || text_is(has, rq) || text_is(has, "1"))
            continue;
        return contradicts(map, why, has, "rr_min_io_rq", rq);
    }
    return true;
}

static bool any_path_active(const struct map *map)
{
    for (size_t i = 0; i < map->n_paths; i++)
        if (map->paths[i].state == 'A')
            return true;
    return false;
}

static bool queueing_agrees(const struct map *map, const struct map_wanted *wanted, struct buf *why)
{
    bool queues = has_word(map->features, "queue_if_no_path"), fails, forever;
    const char *keyword = "no_path_retry", *value = wanted->no_path_retry;
    if (!value && wanted->features && has_word(text_of(wanted->features), "queue_if_no_path")) {
        keyword = "features";
        value = wanted->features;
    }
    if (!value)
        return true;
    fails = strcmp(value, "fail") == 0 || strcmp(value, "0") == 0;
    forever = value == wanted->features || strcmp(value, "queue") == 0;
    if (queues == !fails)
        return true;
    if (queues)
        return contradicts(map, why, text_of("queue_if_no_path"), keyword, value);
    /* A number: multipathd turns it off after so many checks without a path, on with the first. */
    if (!wanted->daemon || (!forever && !any_path_active(map)))
        return true;
    return contradicts(map, why, text_of("no queue_if_no_path"), keyword, value);
}

/* A device keeps the handler it has: since 4.3 always, before that with retain_attached_hw_handler.
 * So the table's own is no contradiction, but none at all is where one is asked for. */
static bool handler_agrees(const struct map *map, const char *wanted, struct buf *why)
{
    struct words want = {.t = text_of(wanted ? wanted : "")};
    unsigned n = next_count(&want);
    if (!n || !text_is(map->handler, "0") || has_word(map->features, "retain_attached_hw_handler"))
        return true;
    return contradicts(map, why, text_of("no hardware handler"), "hardware_handler", wanted);
}

bool map_agrees(const struct map *map, const struct map_wanted *wanted, struct buf *why)
{
    return !map->parsed ||
           (grouping_agrees(map, wanted->path_grouping_policy, why) &&
            selector_agrees(map, wanted->path_selector, why) && queueing_agrees(map, wanted, why) &&
            handler_agrees(map, wanted->hardware_handler, why) && min_io_agrees(map, wanted, why));
}

/* ---- before and after ------------------------------------------------------------------------ */

static const struct map *map_of(const struct maps *maps, const char *wwid)
{
    for (size_t i = 0; i < maps->n; i++)
        if (strcmp(maps->maps[i].wwid, wwid) == 0)
            return &maps->maps[i];
    return NULL;
}

static bool has_path(const struct map *map, const struct map_path *path)
{
    for (size_t i = 0; i < map->n_paths; i++)
        if (map->paths[i].major == path->major && map->paths[i].minor == path->minor)
            return true;
    return false;
}

static bool has_disk(const struct maps *maps, const struct map_path *path)
{
    for (size_t i = 0; i < maps->n_disks; i++)
        if (maps->disks[i].major == path->major && maps->disks[i].minor == path->minor)
            return true;
    return false;
}

bool maps_lost(const struct maps *before, const struct maps *after, struct buf *why)
{
    bool lost = false;
    if (!after->known && before->n) {
        buf_str(why, "which maps the kernel has cannot be known any more");
        return true;
    }
    for (size_t i = 0; i < before->n; i++) {
        const struct map *was = &before->maps[i], *is = map_of(after, was->wwid);
        if (!is) {
            buf_printf(why, "%sthe map '%s' (%s) is gone", lost ? "; " : "", was->name, was->wwid);
            lost = true;
        }
        for (size_t k = 0; is && k < was->n_paths; k++) {
            const struct map_path *path = &was->paths[k];
            if (has_path(is, path))
                continue;
            buf_printf(why, "%sthe map '%s' is without its path %s (%u:%u)%s", lost ? "; " : "",
                       is->name, path->disk ? path->disk->name : "", path->major, path->minor,
                       has_disk(after, path) ? "" : ", a disk that this host no longer has");
            lost = true;
        }
    }
    return lost;
}
