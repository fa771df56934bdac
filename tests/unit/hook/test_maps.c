/* SPDX-License-Identifier: MIT */
/* The kernel's maps: tables and states in the likeness of those of several kernels, malformed ones,
 * what contradicts a configuration, and what is missing after a reload. */
#include "corpus.h"

#include "maps_read.c" /* the kernel's and sysfs' answers, made up */

/* Of kernel 6.1, as multipathd makes it by itself, and with QuantaStor's stanza. */
#define DEFAULT   "0 0 2 1 service-time 0 1 2 8:0 1 1 service-time 0 1 2 8:16 1 1 "
#define DEFAULT_S "2 0 0 0 2 1 A 0 1 2 8:0 A 0 0 1 E 0 1 2 8:16 F 3 0 1 "
#define STANZA    "0 0 1 1 round-robin 0 2 1 8:0 1 8:16 1 "
#define STANZA_S  "2 0 0 0 1 1 A 0 2 0 8:0 A 0 8:16 A 0 "
/* 4.4 and before keep rr_min_io_rq. */
#define QUEUES   "1 queue_if_no_path 0 1 1 round-robin 0 2 1 8:0 100 8:16 100 "
#define QUEUES_S "2 0 0 0 1 1 E 0 2 0 8:0 F 1 8:16 F 1 "
/* An ALUA array of three paths. */
#define ALUA                                                                                       \
    "3 queue_if_no_path pg_init_retries 50 1 alua 2 1 service-time 0 2 2 8:0 1 1 8:16 1 1 "        \
    "service-time 0 1 2 65:32 1 1 "
#define ALUA_S    "2 0 0 0 2 1 A 0 2 2 8:0 A 0 0 1 8:16 A 0 0 1 E 0 1 2 65:32 A 0 0 1 "
#define RETAINS   "1 retain_attached_hw_handler 0 1 1 round-robin 0 1 1 8:0 1 "
#define RETAINS_S "2 0 0 0 1 1 A 0 1 0 8:0 A 0 "
/* A selector with arguments of its own. */
#define HISTORY   "0 0 1 1 historical-service-time 2 512 0 1 1 8:0 1 "
#define HISTORY_S "2 0 0 0 1 1 A 0 1 2 8:0 A 0 7 9 "
#define EMPTY     "0 0 0 0 "
#define EMPTY_S   "2 0 0 0 0 0 "

static struct map parsed(const char *table, const char *status)
{
    struct map map = {.name = "lun", .wwid = "3600lun"};
    if (!map_parse(&map, text_of(table), text_of(status)))
        fail_msg("not parsed: %s", table);
    return map;
}

static void assert_text(struct text t, const char *wanted)
{
    if (!text_is(t, wanted))
        fail_msg("'%.*s', not '%s'", (int)t.n, t.p, wanted);
}

static void tables_are_read(void **state)
{
    (void)state;
    struct map map = parsed(ALUA, ALUA_S);
    assert_text(map.features, "3 queue_if_no_path pg_init_retries 50");
    assert_text(map.handler, "1 alua");
    assert_int_equal(map.n_groups, 2);
    assert_int_equal(map.n_paths, 3);
    assert_text(map.groups[1].selector, "service-time 0");
    assert_int_equal(map.groups[0].n_paths, 2);
    assert_true(map.groups[0].state == 'A' && map.groups[1].state == 'E');
    assert_true(map.paths[1].group == 0 && map.paths[2].group == 1);
    assert_true(map.paths[2].major == 65 && map.paths[2].minor == 32);
    assert_text(map.paths[2].args, "1 1");
    assert_string_equal(map_policy(&map), "groups");

    map_parse(&map, text_of(DEFAULT), text_of(DEFAULT_S)); /* frees the one before */
    assert_true(map.paths[0].state == 'A' && map.paths[1].state == 'F');
    assert_string_equal(map_policy(&map), "failover");
    map_free(&map);

    map = parsed(QUEUES, QUEUES_S);
    assert_text(map.features, "1 queue_if_no_path");
    assert_text(map.handler, "0");
    assert_text(map.paths[1].args, "100");
    assert_string_equal(map_policy(&map), "multibus");
    map_free(&map);

    map = parsed(HISTORY, HISTORY_S);
    assert_text(map.groups[0].selector, "historical-service-time 2 512 0");
    assert_string_equal(map_policy(&map), "single");
    map_free(&map);

    map = parsed(EMPTY, EMPTY_S);
    assert_string_equal(map_policy(&map), "none");
    map_free(&map);

    /* 2.6.18's status has one feature, the length of its queue. */
    map = parsed(QUEUES, "1 7 0 1 1 E 0 2 0 8:0 A 0 8:16 F 2 ");
    assert_true(map.paths[0].state == 'A' && map.paths[1].state == 'F');
    map_free(&map);
}

/* None is taken for a table, none reads beyond its end. */
static void malformed_tables(void **state)
{
    (void)state;
    static const char *const tables[] = {
        "",
        " ",
        "multipath",
        "0",
        "0 0 1",
        "-1 0 0 0",
        "1025 0 0 0",
        "18446744073709551616 0 0 0",
        "2 queue_if_no_path",
        "0 0 1 1",
        "0 0 1 1 round-robin",
        "0 0 1 1 round-robin 0 1 1 8:0",
        "0 0 2 1 round-robin 0 1 1 8:0 1",
        "0 0 1 1 round-robin 0 1 1 8:0 1 more",
        "0 0 1 1 round-robin 0 1 1 sda 1",
        "0 0 1 1 round-robin 0 1 1 8: 1",
        "0 0 1 1 round-robin 0 1 1 :0 1",
        "0 0 1 1 round-robin 0 1 1 8:0x 1",
        "0 0 1 1 round-robin 0 1 1 4096:0 1",
        "0 0 1 1 round-robin 0 1 1 8:1048576 1",
        "0 0 1 1 round-robin 1024 1 1 8:0 1",
        "0 0 1 1 round-robin 0 1024 1024 8:0 1",
        "0 0 1024 1 round-robin 0 1 1 8:0 1",
        "0x 0 1 1 round-robin 0 1 1 8:0 1",
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char *exact = malloc(strlen(tables[i])); /* without the NUL: a look behind it is seen */
        struct map map = {.name = "kept", .wwid = "kept"};
        memcpy(exact, tables[i], strlen(tables[i]));
        struct text table = {exact, strlen(tables[i])};
        if (map_parse(&map, table, text_of(STANZA_S)) || map.parsed || map.n_paths || map.n_groups)
            fail_msg("taken: '%s'", tables[i]);
        assert_string_equal(map.name, "kept");
        map_free(&map);
        free(exact);
    }
}

/* A status of other paths, or of none: the table stands, the states are not known. */
static void a_status_of_another_table(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "2 0 0 0 1 1 A 0 1 0 8:0 A 0 ",
        "2 0 0 0 1 1 A 0 2 0 8:16 A 0 8:0 A 0 ",
        "2 0 0 0 2 1 A 0 1 0 8:0 A 0 E 0 1 0 8:16 A 0 ",
        "2 0 0 0 1 1 A 0 2 0 8:0 A 0 8:16 A",
        "2 0 0 0 1 1 A 0 2 0 8:0 A 0 9:16 A 0 ",
        "2 0 0 0 2 1 A 0 2 0 8:0 A 0 8:16 A 0 E 0 0 0 ",
        DEFAULT_S,
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct map map = {0};
        char *exact = malloc(strlen(others[i]));
        memcpy(exact, others[i], strlen(others[i]));
        assert_false(map_parse(&map, text_of(STANZA), (struct text){exact, strlen(others[i])}));
        assert_true(map.parsed && map.n_paths == 2 && map.groups[0].state == '?');
        assert_true(map.paths[0].state == '?' && map.paths[1].state == '?');
        map_free(&map);
        free(exact);
    }
    struct map map = {0};
    /* As many groups and paths, one of them in another group. */
    assert_false(map_parse(&map, text_of(ALUA),
                           text_of("2 0 0 0 2 1 A 0 1 0 8:0 A 0 E 0 2 0 8:16 A 0 65:32 A 0 ")));
    map_free(&map);
    /* States that are none. */
    static const char none[] = "2 0 0 0 1 1 X 0 2 0 8:0 AF 0 8:16 \0 0 ";
    assert_true(map_parse(&map, text_of(STANZA), (struct text){none, sizeof none - 1}));
    assert_true(map.groups[0].state == '?');
    assert_true(map.paths[0].state == '?' && map.paths[1].state == '?');
    map_free(&map);
}

#define WANT(...)                                                                                  \
    (struct map_wanted)                                                                            \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

static void what_contradicts(void **state)
{
    (void)state;
    static const struct {
        const char *table, *status;
        struct map_wanted wanted;
        const char *why; /* NULL: agrees */
    } cases[] = {
        {STANZA, STANZA_S, {.path_grouping_policy = "multibus"}, NULL},
        {STANZA,
         STANZA_S,
         {.path_grouping_policy = "failover"},
         "the kernel's map 'lun' has 2 paths in 1 group, but path_grouping_policy failover is "
         "wanted"},
        {DEFAULT, DEFAULT_S, {.path_grouping_policy = "multibus"}, "has 2 paths in 2 groups, but"},
        {DEFAULT, DEFAULT_S, {.path_grouping_policy = "failover"}, NULL},
        {ALUA, ALUA_S, {.path_grouping_policy = "failover"}, "has 3 paths in 2 groups"},
        {ALUA, ALUA_S, {.path_grouping_policy = "group_by_prio"}, NULL},
        {STANZA, STANZA_S, {.path_grouping_policy = "group_by_serial"}, NULL},
        {EMPTY,
         EMPTY_S,
         {.path_grouping_policy = "multibus", .path_selector = "round-robin 0"},
         NULL},
        {EMPTY, EMPTY_S, {.path_grouping_policy = "failover"}, NULL},
        {HISTORY, HISTORY_S, {.path_grouping_policy = "failover"}, NULL},

        {STANZA, STANZA_S, {.path_selector = "round-robin 0"}, NULL},
        {STANZA, STANZA_S, {.path_selector = "round-robin"}, NULL},
        {STANZA,
         STANZA_S,
         {.path_selector = "service-time 0"},
         "has round-robin 0, but path_selector service-time 0 is wanted"},
        {STANZA, STANZA_S, {.path_selector = "service-time"}, "has round-robin 0, but"},
        {STANZA, STANZA_S, {.path_selector = "round-robi 0"}, "has round-robin 0, but"},
        {HISTORY, HISTORY_S, {.path_selector = "historical-service-time 0"}, NULL},
        {HISTORY, HISTORY_S, {.path_selector = "historical-service-time 2 512 0"}, NULL},
        {HISTORY, HISTORY_S, {.path_selector = "historical-service-time 2 512 1"}, "2 512 0, but"},

        {STANZA, STANZA_S, {.no_path_retry = "fail"}, NULL},
        {QUEUES,
         QUEUES_S,
         {.no_path_retry = "fail"},
         "has queue_if_no_path, but no_path_retry fail"},
        {QUEUES, QUEUES_S, {.no_path_retry = "0"}, "has queue_if_no_path, but no_path_retry 0"},
        {QUEUES, QUEUES_S, {.no_path_retry = "queue", .daemon = true}, NULL},
        {STANZA, STANZA_S, {.no_path_retry = "queue", .daemon = true}, "has no queue_if_no_path"},
        {STANZA, STANZA_S, {.no_path_retry = "queue"}, NULL}, /* it ended */
        {QUEUES, QUEUES_S, {.no_path_retry = "12", .daemon = true}, NULL},
        {STANZA,
         STANZA_S,
         {.no_path_retry = "12", .daemon = true},
         "no queue_if_no_path, but no_path"},
        {STANZA, QUEUES_S, {.no_path_retry = "12", .daemon = true}, NULL}, /* tried 12 times */
        {STANZA, QUEUES_S, {.no_path_retry = "queue", .daemon = true}, "has no queue_if_no_path"},
        {STANZA,
         STANZA_S,
         {.features = "1 queue_if_no_path", .daemon = true},
         "has no queue_if_no_path, but features 1 queue_if_no_path is wanted"},
        {STANZA,
         STANZA_S,
         {.features = "1 queue_if_no_path", .no_path_retry = "fail", .daemon = true},
         NULL},
        {STANZA, STANZA_S, {.features = "0", .daemon = true}, NULL},
        {QUEUES, QUEUES_S, {.features = "0", .daemon = true}, NULL}, /* defaults may say so */

        {ALUA, ALUA_S, {.hardware_handler = "1 alua"}, NULL},
        {ALUA, ALUA_S, {.hardware_handler = "1 rdac"}, NULL}, /* retained */
        {ALUA, ALUA_S, {.hardware_handler = "0"}, NULL},
        {STANZA,
         STANZA_S,
         {.hardware_handler = "1 alua"},
         "has no hardware handler, but hardware_h"},
        {STANZA, STANZA_S, {.hardware_handler = "0"}, NULL},
        {STANZA, STANZA_S, {.hardware_handler = "alua"}, NULL}, /* a word without a count is none */
        {RETAINS, RETAINS_S, {.hardware_handler = "1 alua"}, NULL},

        {QUEUES, QUEUES_S, {.rr_min_io = "1000", .rr_min_io_rq = "100"}, NULL},
        {QUEUES, QUEUES_S, {.rr_min_io = "100", .rr_min_io_rq = "1"}, NULL},
        {QUEUES,
         QUEUES_S,
         {.rr_min_io = "1000", .rr_min_io_rq = "10"},
         "has 100, but rr_min_io_rq 10"},
        {QUEUES,
         QUEUES_S,
         {.rr_min_io = "1", .rr_min_io_rq = "10", .rr_weight = "uniform"},
         "has 100"},
        {QUEUES,
         QUEUES_S,
         {.rr_min_io = "1", .rr_min_io_rq = "2", .rr_weight = "priorities"},
         NULL},
        {STANZA, STANZA_S, {.rr_min_io = "100", .rr_min_io_rq = "100"}, NULL}, /* since 4.6 */
        {ALUA, ALUA_S, {.rr_min_io = "100", .rr_min_io_rq = "100"}, NULL},     /* no round-robin */
        {STANZA, STANZA_S, {.path_grouping_policy = NULL}, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct map map = parsed(cases[i].table, cases[i].status);
        struct buf why = {0};
        bool agrees = map_agrees(&map, &cases[i].wanted, &why);
        if (agrees != !cases[i].why || (!agrees && !strstr(buf_cstr(&why), cases[i].why)) ||
            (agrees && why.n))
            fail_msg("case %zu: %d '%s'", i, agrees, buf_cstr(&why));
        buf_free(&why);
        map_free(&map);
    }
}

/* A table that cannot be read contradicts nothing. */
static void an_unread_table_agrees(void **state)
{
    (void)state;
    struct map map = {.name = "lun"};
    struct buf why = {0};
    map_parse(&map, text_of("error"), text_of(""));
    assert_true(
        map_agrees(&map,
                   &WANT(.path_grouping_policy = "failover", .no_path_retry = "queue",
                         .daemon = true, .path_selector = "x 0", .hardware_handler = "1 alua"),
                   &why));
    assert_int_equal(why.n, 0);
    map_free(&map);
}

/* What the configuration and the kernel say may be long. */
static void long_words_are_cut(void **state)
{
    (void)state;
    char name[300], table[400];
    struct buf why = {0};
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    snprintf(table, sizeof table, "0 0 1 1 %s 0 1 1 8:0 1", name);
    struct map map = parsed(table, RETAINS_S);
    assert_false(map_agrees(&map, &WANT(.path_selector = name + 10), &why));
    assert_true(why.n < 350);
    buf_free(&why);
    map_free(&map);
}

/* ---- before and after ------------------------------------------------------------------------ */

static struct disk sda = {.major = 8, .minor = 0, .name = "sda", .state = "running"};
static struct disk sdb = {.major = 8, .minor = 16, .name = "sdb", .state = "offline"};

/* A snapshot of maps in these words, each "wwid=table"; a name is the wwid in capitals. */
static struct maps snapshot(const char *const *words, size_t n)
{
    struct maps maps = {.known = true, .maps = xalloc(n * sizeof *maps.maps), .n = n};
    maps.disks = xalloc(2 * sizeof *maps.disks);
    maps.disks[maps.n_disks++] = sda;
    maps.disks[maps.n_disks++] = sdb;
    for (size_t i = 0; i < n; i++) {
        const char *table = strchr(words[i], '=');
        struct map *map = &maps.maps[i];
        *map = (struct map){0};
        snprintf(map->wwid, sizeof map->wwid, "%.*s", (int)(table - words[i]), words[i]);
        text_print(map->name, sizeof map->name, "the %s", map->wwid);
        map_parse(map, text_of(table + 1), text_of(""));
    }
    join(&maps);
    return maps;
}

static void what_is_lost(void **state)
{
    (void)state;
    static const char two[] = "a=" STANZA, turned[] = "a=" DEFAULT, other[] = "b=" RETAINS;
    static const char first[] = "a=0 0 1 1 round-robin 0 1 1 8:0 1", unread[] = "a=error";
    static const char three[] = "a=0 0 1 1 round-robin 0 3 0 8:0 8:16 8:32";
    static const struct {
        const char *before[2], *after[2];
        const char *why; /* NULL: nothing is lost */
    } cases[] = {
        {{two}, {two}, NULL},
        {{two}, {turned}, NULL},
        {{two}, {three}, NULL}, /* one more */
        {{two, other}, {other, two}, NULL},
        {{NULL}, {two}, NULL},
        {{two}, {first}, "the map 'the a' is without its path sdb (8:16)"},
        {{three},
         {first},
         "the map 'the a' is without its path sdb (8:16); the map 'the a' is without its path  "
         "(8:32), a disk that this host no longer has"},
        {{two}, {NULL}, "the map 'the a' (a) is gone"},
        {{two, other},
         {first, NULL},
         "the map 'the a' is without its path sdb (8:16); the map 'the b' (b) is gone"},
        {{first}, {unread}, "the map 'the a' is without its path sda (8:0)"},
        {{unread}, {first}, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *b = cases[i].before, *const *a = cases[i].after;
        struct maps before = snapshot(b, (b[0] != NULL) + (b[1] != NULL));
        struct maps after = snapshot(a, (a[0] != NULL) + (a[1] != NULL));
        struct buf why = {0};
        bool lost = maps_lost(&before, &after, &why);
        if (lost != (cases[i].why != NULL) || strcmp(buf_cstr(&why), lost ? cases[i].why : "") != 0)
            fail_msg("case %zu: %d '%s'", i, lost, buf_cstr(&why));
        buf_free(&why);
        maps_free(&before);
        maps_free(&after);
    }
}

static void what_is_not_known_is_not_missed(void **state)
{
    (void)state;
    static const char *const word[] = {"a=" STANZA};
    struct maps known = snapshot(word, 1), none = snapshot(word, 0), unknown = {0};
    struct buf why = {0};
    assert_false(maps_lost(&unknown, &known, &why));
    assert_false(maps_lost(&unknown, &unknown, &why));
    assert_false(maps_lost(&none, &unknown, &why));
    assert_int_equal(why.n, 0);
    assert_true(maps_lost(&known, &unknown, &why));
    assert_non_null(strstr(buf_cstr(&why), "cannot be known"));
    buf_free(&why);
    maps_free(&known);
    maps_free(&none);
}

/* ---- what the kernel and sysfs answer -------------------------------------------------------- */

static void ready_is_active_and_running(void **state)
{
    (void)state;
    static const struct {
        char state;
        const char *disk; /* its state; NULL: it has none any more */
        bool ready;
    } cases[] = {{'A', "running", true},  {'A', "live", true},     {'A', "", true},
                 {'A', "offline", false}, {'A', "blocked", false}, {'A', NULL, false},
                 {'F', "running", false}, {'?', "running", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct disk disk = {0};
        struct map_path path = {.state = cases[i].state, .disk = cases[i].disk ? &disk : NULL};
        snprintf(disk.state, sizeof disk.state, "%s", cases[i].disk ? cases[i].disk : "");
        struct map map = {.paths = &path, .n_paths = 1};
        assert_int_equal(map_path_ready(&path), cases[i].ready);
        assert_int_equal(map_ready(&map), cases[i].ready);
    }
}

static void lists_of_devices(void **state)
{
    (void)state;
    struct {
        uint64_t dev;
        uint32_t next;
        char name[12];
    } list[3] = {{0xfd00, 24, "one"}, {0xfd01, 24, "two"}, {0xfd02, 0, "three"}};
    struct text all = {(const char *)list, sizeof list};
    uint64_t dev = 0, sum = 0;
    for (size_t at = 0; next_device(all, &at, &dev);)
        sum += dev;
    assert_int_equal(sum, 3 * 0xfd00 + 3);
    /* Cut anywhere, and with a step that leads backwards or out. */
    for (size_t n = 0; n < sizeof list; n++) {
        size_t count = 0;
        for (size_t at = 0; next_device(text_sub(all, 0, n), &at, &dev);)
            count++;
        assert_int_equal(count, (n + 24 - 13) / 24);
    }
    list[1].next = 0xffffffff;
    size_t at = 0;
    assert_true(next_device(all, &at, &dev) && next_device(all, &at, &dev));
    assert_false(next_device(all, &at, &dev));
    list[0].next = 8;
    at = 0;
    assert_true(next_device(all, &at, &dev));
    assert_false(next_device(all, &at, &dev));
    list[0].dev = 0; /* no devices */
    at = 0;
    assert_false(next_device(all, &at, &dev));
}

static void lines_of_targets(void **state)
{
    (void)state;
    char data[sizeof(struct dm_target_spec) + 8];
    struct dm_target_spec spec = {.length = 32768, .target_type = "multipath"};
    memcpy(data, &spec, sizeof spec);
    memcpy(data + sizeof spec, "0 0 0 0", 8);
    assert_text(target_line((struct text){data, sizeof data}, 1), "0 0 0 0");
    assert_text(target_line((struct text){data, sizeof data - 2}, 1), "0 0 0 "); /* no NUL */
    assert_text(target_line((struct text){data, sizeof spec}, 1), "");
    assert_text(target_line((struct text){data, 3}, 1), "");
    assert_text(target_line((struct text){data, sizeof data}, 2), "");
    memcpy(data + 24, "linear\0\0", 9);
    assert_text(target_line((struct text){data, sizeof data}, 1), "");
}

static void put(const char *folder, const char *name, const char *text)
{
    char *path = xprintf("%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0 && text_write(fd, text_of(text)));
    close(fd);
    free(path);
}

static char *folder(const char *above, const char *name)
{
    char *path = xprintf("%s/%s", above, name);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static bool is_quantastor(void *context, const char *vendor, const char *model)
{
    ++*(int *)context;
    return strcmp(vendor, "OSNEXUS ") == 0 && strcmp(model, "QUANTASTOR      ") == 0;
}

static void disks_of_sysfs(void **state)
{
    (void)state;
    static const struct {
        const char *name, *dev, *vendor, *model, *state;
    } made[] = {
        {"loop0", "7:0\n", NULL, NULL, NULL},
        {"nvme0n1", "259:0\n", NULL, "A name of forty bytes, with blanks behind\n", "live\n"},
        {"sda", "8:0\n", "OSNEXUS \n", "QUANTASTOR      \n", "running\n"},
        {"sdb", "8:16\n", "OSNEXUS \n", "QUANTASTOR      \n", "transport-offline\n"},
        {"sdc", "8:32", "ATA     \n", "QUANTASTOR      \n", "a state longer than there is room\n"},
        {"sdd", "what\n", "OSNEXUS \n", "QUANTASTOR      \n", "running\n"},
        {"sde", "8:64\n", "OSNEXUS \n", "QUANTASTOR      \n", "running\n"},
    };
    char top[] = "/tmp/test-maps-XXXXXX";
    static const char *const word[] = {"a=" STANZA, "b=0 0 1 1 round-robin 0 1 1 8:32 1"};
    struct maps maps = snapshot(word, 2);
    int asked = 0;
    assert_non_null(mkdtemp(top));
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        char *block = folder(top, made[i].name), *device = NULL;
        put(block, "dev", made[i].dev);
        if (made[i].model) {
            device = folder(block, "device");
            put(device, "model", made[i].model);
            put(device, "state", made[i].state);
            if (made[i].vendor)
                put(device, "vendor", made[i].vendor);
        }
        free(device);
        free(block);
    }
    for (size_t i = 0; i < 2; i++) {
        free(i ? NULL : maps.disks);
        for (size_t k = 0; k < maps.maps[i].n_paths; k++)
            maps.maps[i].paths[k].disk = NULL;
    }
    maps.n_disks = 0;
    read_disks(top, is_quantastor, &asked, &maps);
    join(&maps);
    char *gone = xprintf("rm -r %s", top);
    assert_int_equal(system(gone), 0);
    free(gone);

    assert_int_equal(maps.n_disks, 5);
    assert_int_equal(asked, 5);
    assert_string_equal(maps.disks[0].name, "nvme0n1");
    assert_string_equal(maps.disks[0].model, "A name of forty bytes, with blanks behind");
    assert_string_equal(maps.disks[2].state, "transport-offline");
    assert_string_equal(maps.disks[3].state, "a state longer than");
    assert_true(maps.disks[1].major == 8 && maps.disks[1].minor == 0 && maps.disks[1].ours);
    assert_true(maps.disks[1].mapped && maps.disks[2].mapped && maps.disks[3].mapped);
    assert_true(!maps.disks[3].ours && maps.maps[0].ours && !maps.maps[1].ours);
    assert_true(maps.maps[0].paths[1].disk == &maps.disks[2]);
    /* A LUN without a map. */
    assert_string_equal(maps.disks[4].name, "sde");
    assert_true(maps.disks[4].ours && !maps.disks[4].mapped);
    maps_free(&maps);
}

static void another_root_cannot_be_known(void **state)
{
    (void)state;
    struct maps maps;
    struct fail f = {""};
    assert_false(maps_read("/mnt/sysimage", NULL, NULL, &maps, &f));
    assert_true(!maps.known && !maps.n && !maps.n_disks);
    assert_non_null(strstr(f.text, "/mnt/sysimage"));
    maps_free(&maps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read),
        cmocka_unit_test(malformed_tables),
        cmocka_unit_test(a_status_of_another_table),
        cmocka_unit_test(what_contradicts),
        cmocka_unit_test(an_unread_table_agrees),
        cmocka_unit_test(long_words_are_cut),
        cmocka_unit_test(what_is_lost),
        cmocka_unit_test(what_is_not_known_is_not_missed),
        cmocka_unit_test(ready_is_active_and_running),
        cmocka_unit_test(lists_of_devices),
        cmocka_unit_test(lines_of_targets),
        cmocka_unit_test(disks_of_sysfs),
        cmocka_unit_test(another_root_cannot_be_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
