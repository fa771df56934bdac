/* SPDX-License-Identifier: MIT */
/* What comes from the kernel about its maps. The first byte of the input chooses what is tried: any
 * bytes as the two lines of a target or as an answer of the device-mapper, or lines made up from
 * the rest, of which is known what they say. */
#include "fuzz.h"

#include "maps_read.c" /* its own affair is the form of an answer */

#define MOST_GROUPS 4
#define MOST_PATHS  5

/* ---- any bytes ----------------------------------------------------------------------------- */

static bool within(struct text t, const struct map *map)
{
    return t.p >= map->table && t.p + t.n <= map->table + strlen(map->table);
}

static void check(const struct map *map)
{
    size_t paths = 0;
    for (size_t i = 0; i < map->n_groups; i++) {
        must(strchr("AED?", map->groups[i].state) && within(map->groups[i].selector, map));
        for (size_t k = 0; k < map->groups[i].n_paths; k++, paths++) {
            const struct map_path *path = &map->paths[paths];
            must(path->group == i && path->major < 4096 && path->minor < 1 << 20);
            must(strchr("AF?", path->state) && within(path->args, map));
        }
    }
    must(paths == map->n_paths);
    must(map->parsed || (!map->n_paths && !map->n_groups && !map->features.n && !map->handler.n));
    must(!map->parsed || (within(map->features, map) && within(map->handler, map)));
    must(map_ready(map) == 0); /* no disks */
    must(*map_policy(map));
}

/* Up to the next NUL, as a string of its own. */
static char *take_string(struct input *in)
{
    size_t n = strnlen((const char *)in->p, in->n);
    char *s = xprintf("%.*s", (int)n, (const char *)in->p);
    in->p += n + (n < in->n);
    in->n -= n + (n < in->n);
    return s;
}

static void any_lines(struct input in)
{
    char *word[7];
    struct map map = {.name = "x"}, again = {.name = "x"};
    struct buf why = {0};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        word[i] = take_string(&in);
    struct text rest = {(const char *)in.p, in.n}; /* has no NUL at its end */
    bool same = map_parse(&map, text_of(word[0]), rest);
    check(&map);
    must(map.parsed || !same);
    if (map.parsed) /* what is kept is what came */
        must(map_parse(&again, text_of(map.table), rest) == same);

    struct map_wanted wanted = {.path_grouping_policy = word[1],
                                .path_selector = word[2],
                                .no_path_retry = *word[3] ? word[3] : NULL,
                                .features = word[4],
                                .hardware_handler = word[5],
                                .rr_min_io = word[6],
                                .rr_min_io_rq = word[6],
                                .daemon = true};
    must(map_agrees(&map, &wanted, &why) == !why.n);
    must(why.n < 1024);
    struct maps before = {.known = true, .maps = &map, .n = 1};
    struct maps after = {.known = true, .maps = &again, .n = 1};
    why.n = 0;
    must(!maps_lost(&before, &before, &why));
    must(!maps_lost(&before, &after, &why));
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        free(word[i]);
    buf_free(&why);
    map_free(&map);
    map_free(&again);
}

static void any_answer(struct input in)
{
    uint32_t targets = choose(&in, 3);
    struct text data = {(const char *)in.p, in.n};
    uint64_t dev;
    size_t count = 0;
    for (size_t at = 0; next_device(data, &at, &dev); count++)
        must(dev);
    must(count <= in.n / NAME_HEAD);
    struct text line = target_line(data, targets);
    must(!line.n || (line.p >= data.p && line.p + line.n <= data.p + data.n));
    unsigned major, minor;
    must(!map_numbers(data, &major, &minor) || (major < 4096 && minor < 1 << 20));
}

/* ---- lines, made up ------------------------------------------------------------------------ */

struct model {
    bool queues, handler;
    unsigned groups, paths[MOST_GROUPS], per_path, selector_args;
    const char *selector;
    struct {
        unsigned major, minor;
        char state;
    } path[MOST_GROUPS][MOST_PATHS];
};

static struct model make_model(struct input *in)
{
    static const char *const selectors[] = {"round-robin", "service-time", "queue-length"};
    struct model m = {.queues = choose(in, 2),
                      .handler = choose(in, 2),
                      .groups = choose(in, MOST_GROUPS + 1),
                      .per_path = choose(in, 3),
                      .selector_args = choose(in, 3),
                      .selector = selectors[choose(in, 3)]};
    for (unsigned g = 0; g < m.groups; g++) {
        m.paths[g] = 1 + choose(in, MOST_PATHS);
        for (unsigned p = 0; p < m.paths[g]; p++) {
            m.path[g][p].major = 1 + choose(in, 255);
            m.path[g][p].minor = g * MOST_PATHS + p; /* each another */
            m.path[g][p].state = choose(in, 2) ? 'A' : 'F';
        }
    }
    return m;
}

static void put_lines(const struct model *m, struct buf *table, struct buf *status)
{
    buf_printf(table, "%s%s%u %u ", m->queues ? "1 queue_if_no_path " : "0 ",
               m->handler ? "1 alua " : "0 ", m->groups, m->groups ? 1 : 0);
    buf_printf(status, "2 0 0 0 %u %u ", m->groups, m->groups ? 1 : 0);
    for (unsigned g = 0; g < m->groups; g++) {
        buf_printf(table, "%s %u ", m->selector, m->selector_args);
        for (unsigned i = 0; i < m->selector_args; i++)
            buf_printf(table, "%u ", i);
        buf_printf(table, "%u %u ", m->paths[g], m->per_path);
        buf_printf(status, "%c 0 %u 1 ", g ? 'E' : 'A', m->paths[g]);
        for (unsigned p = 0; p < m->paths[g]; p++) {
            buf_printf(table, "%u:%u ", m->path[g][p].major, m->path[g][p].minor);
            for (unsigned i = 0; i < m->per_path; i++)
                buf_str(table, "1 ");
            buf_printf(status, "%u:%u %c 3 7 ", m->path[g][p].major, m->path[g][p].minor,
                       m->path[g][p].state);
        }
    }
}

static void same_as(const struct map *map, const struct model *m)
{
    size_t at = 0;
    must(map->n_groups == m->groups);
    for (unsigned g = 0; g < m->groups; g++) {
        must(map->groups[g].n_paths == m->paths[g] && map->groups[g].state == (g ? 'E' : 'A'));
        for (unsigned p = 0; p < m->paths[g]; p++, at++) {
            const struct map_path *path = &map->paths[at];
            must(path->group == g && path->major == m->path[g][p].major);
            must(path->minor == m->path[g][p].minor && path->state == m->path[g][p].state);
            must(path->args.n == (m->per_path ? 2 * m->per_path - 1 : 0));
        }
    }
    must(map->n_paths == at);
}

static bool agrees(const struct map *map, struct map_wanted wanted)
{
    struct buf why = {0};
    bool yes = map_agrees(map, &wanted, &why);
    must(yes == !why.n);
    buf_free(&why);
    return yes;
}

static void made_lines(struct input in)
{
    struct model m = make_model(&in);
    struct buf table = {0}, status = {0};
    struct map map = {.name = "x", .wwid = "x"}, less = {.name = "x", .wwid = "x"};
    put_lines(&m, &table, &status);
    must(map_parse(&map, text_buf(&table), text_buf(&status)));
    check(&map);
    same_as(&map, &m);

    bool each = true;
    for (unsigned g = 0; g < m.groups; g++)
        each = each && m.paths[g] == 1;
    must(agrees(&map, (struct map_wanted){.path_grouping_policy = "multibus"}) == (m.groups < 2));
    must(agrees(&map, (struct map_wanted){.path_grouping_policy = "failover"}) == each);
    must(agrees(&map, (struct map_wanted){.path_selector = m.selector}));
    must(agrees(&map, (struct map_wanted){.path_selector = "io-affinity 0"}) == !m.groups);
    must(agrees(&map, (struct map_wanted){.no_path_retry = "fail"}) == !m.queues);
    must(agrees(&map, (struct map_wanted){.no_path_retry = "queue", .daemon = true}) == m.queues);
    must(agrees(&map, (struct map_wanted){.hardware_handler = "1 alua"}) == m.handler);

    /* Without its last group: these paths are lost, and no others. */
    if (m.groups) {
        struct maps before = {.known = true, .maps = &map, .n = 1};
        struct maps after = {.known = true, .maps = &less, .n = 1};
        struct buf why = {0};
        unsigned gone = m.paths[--m.groups], told = 0;
        table.n = status.n = 0;
        put_lines(&m, &table, &status);
        must(map_parse(&less, text_buf(&table), text_buf(&status)));
        must(maps_lost(&before, &after, &why) && !maps_lost(&after, &before, &why));
        for (const char *p = buf_cstr(&why); (p = strstr(p, " is without ")); p++)
            told++;
        must(told == gone);
        buf_free(&why);
    }
    map_free(&map);
    map_free(&less);
    buf_free(&table);
    buf_free(&status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    unsigned what = choose(&in, 3);
    if (!size)
        return 0;
    if (what == 0)
        any_lines(in);
    else if (what == 1)
        any_answer(in);
    else
        made_lines(in);
    return 0;
}
