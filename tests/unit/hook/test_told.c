/* SPDX-License-Identifier: MIT */
/* What counts as told: the kernel's maps before and after, from a stand-in of maps_read(), beside a
 * daemon's stand-in that always says what is wanted of it. */
#include "places.h"
#include "reload.h"

#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#define STANZA "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n}\n"
#define BOTH   "0 0 1 1 round-robin 0 2 1 8:0 100 8:16 100 ", "2 0 0 0 1 1 A 0 2 0 8:0 A 0 8:16 A 0 "
#define ONE    "0 0 1 1 round-robin 0 1 1 8:0 100 ", "2 0 0 0 1 1 A 0 1 0 8:0 A 0 "
#define APART                                                                                      \
    "0 0 2 1 round-robin 0 1 1 8:0 100 round-robin 0 1 1 8:16 100 ",                               \
        "2 0 0 0 2 1 A 0 1 0 8:0 A 0 E 0 1 0 8:16 A 0 "

/* ---- the kernel ---------------------------------------------------------------------------- */

struct kernel {
    const char *table, *status; /* NULL: there are no maps */
    const char *second;         /* state of the second disk */
};

static struct kernel before, after;
static int looks, turns_at; /* `after` from that look on */

bool __wrap_maps_read(const char *root, maps_test *test, void *context, struct maps *maps,
                      struct fail *why);
bool __wrap_maps_read(const char *root, maps_test *test, void *context, struct maps *maps,
                      struct fail *why)
{
    const struct kernel *now = looks++ < turns_at ? &before : &after;
    (void)root;
    (void)test;
    (void)context;
    (void)why;
    *maps = (struct maps){.known = true};
    if (!now->table)
        return true;
    maps->n_disks = 2;
    maps->disks = memset(xalloc(2 * sizeof *maps->disks), 0, 2 * sizeof *maps->disks);
    for (unsigned i = 0; i < 2; i++) {
        struct disk *disk = &maps->disks[i];
        *disk = (struct disk){.major = 8, .minor = 16 * i, .ours = true, .mapped = true};
        text_print(disk->name, sizeof disk->name, "sd%c", 'a' + (int)i);
        text_print(disk->state, sizeof disk->state, "%s",
                   i && now->second ? now->second : "running");
    }
    maps->n = 1;
    maps->maps = xalloc(sizeof *maps->maps);
    *maps->maps = (struct map){.ours = true, .name = "data", .wwid = "360a"};
    assert_true(map_parse(maps->maps, text_of(now->table), text_of(now->status)));
    for (size_t i = 0; i < maps->maps->n_paths; i++)
        maps->maps->paths[i].disk = &maps->disks[maps->maps->paths[i].minor / 16];
    return true;
}

/* ---- the daemon ---------------------------------------------------------------------------- */

static pid_t server;
static int heard; /* a byte for each reconfigure */

static const char *answer(const char *command, const char *config)
{
    if (strcmp(command, "show topology") == 0)
        return "data (360a) dm-0 OSNEXUS,QUANTASTOR\n`-+- policy='x'\n"
               "  |- 2:0:0:0 sda 8:0 active ready running\n"
               "  `- 3:0:0:0 sdb 8:16 active ready running\n";
    return strcmp(command, "show config") == 0   ? config
           : strcmp(command, "reconfigure") == 0 ? "ok\n"
                                                 : "pid 1 idle\n";
}

static _Noreturn void serve(const char *config, int tell)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/run/multipathd.socket"};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (chroot(place) < 0 || chdir("/") < 0 || mkdir("/run", 0755) < 0 ||
        bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 5) < 0)
        _exit(1);
    (void)!write(tell, "!", 1);
    for (;;) {
        char command[64];
        size_t n;
        int fd = accept(listener, NULL, NULL);
        if (recv(fd, &n, sizeof n, MSG_WAITALL) == sizeof n && n <= sizeof command &&
            recv(fd, command, n, MSG_WAITALL) == (ssize_t)n) {
            const char *said = answer(command, config);
            n = strlen(said) + 1;
            (void)!write(fd, &n, sizeof n);
            (void)!write(fd, said, n);
            if (strcmp(command, "reconfigure") == 0)
                (void)!write(tell, "r", 1);
        }
        close(fd);
    }
}

static void start(const char *config)
{
    int pipes[2];
    char ready;
    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    server = fork();
    assert_true(server >= 0);
    if (server == 0)
        serve(config, pipes[1]);
    close(pipes[1]);
    assert_int_equal(read(pipes[0], &ready, 1), 1);
    heard = pipes[0];
}

static int stop_serving(void **state)
{
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    close(heard);
    return remove_place(state);
}

static int make(void **state)
{
    server = 0;
    looks = 0;
    turns_at = 1;
    before = after = (struct kernel){BOTH, NULL};
    return make_place(state);
}

static bool was_told(void)
{
    char byte;
    assert_int_equal(fcntl(heard, F_SETFL, O_NONBLOCK), 0);
    return read(heard, &byte, 1) == 1;
}

/* ---- the tests ----------------------------------------------------------------------------- */

#define CONFIG "devices {\n\tdevice {\n\t\tvendor \"OSNEXUS\"\n\t\tproduct \"QUANTASTOR\"\n\t}\n}\n"

static struct fail f;

static bool want(void *context, const struct map *map, struct map_wanted *wanted)
{
    (void)map;
    wanted->path_grouping_policy = context;
    return true;
}

static enum reload told(const char *policy)
{
    struct order order = {.root = place,
                          .stanza = text_of(STANZA),
                          .era = MP_MODERN,
                          .want = want,
                          .context = (void *)policy};
    return reload_daemon(&order, 20000, &f);
}

static void as_wanted(void **state)
{
    (void)state;
    start(CONFIG);
    assert_int_equal(told("multibus"), RELOAD_TAKEN);
    assert_true(was_told());
    assert_int_equal(looks, 2);
}

/* parsers-2.md P10.2: the daemon has the configuration, the map has not. */
static void a_map_that_keeps_its_table(void **state)
{
    (void)state;
    after = (struct kernel){APART, NULL};
    start(CONFIG);
    assert_int_equal(told("multibus"), RELOAD_FAILED);
    assert_non_null(strstr(f.text, "data"));
    assert_non_null(strstr(f.text, "multibus"));
    assert_true(was_told() && looks > 10);
}

static void a_map_with_settings_of_its_own_is_not_judged(void **state)
{
    (void)state;
    after = (struct kernel){APART, NULL};
    start(CONFIG "multipaths {\n\tmultipath {\n\t\twwid \"360a\"\n\t}\n}\n");
    assert_int_equal(told("multibus"), RELOAD_TAKEN);
}

static void one_that_takes_its_time(void **state)
{
    (void)state;
    before = (struct kernel){APART, NULL};
    turns_at = 5;
    start(CONFIG);
    assert_int_equal(told("multibus"), RELOAD_TAKEN);
    assert_int_equal(looks, 6);
}

static void a_path_is_lost(void **state)
{
    (void)state;
    after = (struct kernel){ONE, NULL};
    start(CONFIG);
    assert_int_equal(told("multibus"), RELOAD_FAILED);
    assert_non_null(strstr(f.text, "missing since multipathd was told"));
    assert_non_null(strstr(f.text, "sdb"));
}

static void a_map_is_lost(void **state)
{
    (void)state;
    after = (struct kernel){NULL, NULL, NULL};
    start(CONFIG);
    assert_int_equal(told("multibus"), RELOAD_FAILED);
    assert_non_null(strstr(f.text, "data"));
}

/* The daemon still says that it is ready. */
static void a_disk_that_went_offline_just_now(void **state)
{
    (void)state;
    before.second = "offline";
    turns_at = 1000;
    start(CONFIG);
    assert_int_equal(told("multibus"), RELOAD_PENDING);
    assert_non_null(strstr(f.text, "'sdb' of the map 'data' is 'offline'"));
    assert_false(was_told());
}

int main(void)
{
    if (geteuid() != 0)
        return 77; /* chroot() */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(as_wanted, make, stop_serving),
        cmocka_unit_test_setup_teardown(a_map_that_keeps_its_table, make, stop_serving),
        cmocka_unit_test_setup_teardown(a_map_with_settings_of_its_own_is_not_judged, make,
                                        stop_serving),
        cmocka_unit_test_setup_teardown(one_that_takes_its_time, make, stop_serving),
        cmocka_unit_test_setup_teardown(a_path_is_lost, make, stop_serving),
        cmocka_unit_test_setup_teardown(a_map_is_lost, make, stop_serving),
        cmocka_unit_test_setup_teardown(a_disk_that_went_offline_just_now, make, stop_serving),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
