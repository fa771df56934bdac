/* SPDX-License-Identifier: MIT */
/* The pack's array among a host's maps: which of its LUNs the files keep off multipath. */
#include "array.h"
#include "places.h"

#define ALL_WWIDS "blacklist {\n\twwid \".*\"\n}\n"
#define GATE      "blacklist {\n\tdevice {\n\t\tvendor \"OSNEXUS\"\n\t\tproduct \"GATE\"\n\t}\n}\n"

#define ONE   "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n}\n"
#define OTHER "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"GATE\"\n}\n"

static struct pack_text text = {.parser = (char[]){"0.4.7"}, .file = (char[]){"text"}};
static struct plan plan;
static struct fail f;

static int make(void **state)
{
    if (make_place(state) < 0 || mkdir(at("etc"), 0755) < 0 || mkdir(at("etc/multipath"), 0755) < 0)
        return -1;
    plan = (struct plan){0};
    text.version = MP_VERSION(0, 4, 7, 0);
    put_file(at("text"), ONE OTHER);
    return 0;
}

static int drop(void **state)
{
    plan_free(&plan);
    return remove_place(state);
}

/* Of a host whose main file is this. */
static void planned(unsigned parser, const char *file)
{
    struct pack pack = {.dir = place,
                        .label = (char[]){"acme"},
                        .version = (char[]){"1"},
                        .stanza = &text,
                        .stanza_count = 1};
    struct host host = {.parser = parser,
                        .era = mp_era_of(parser),
                        .drop_in = true,
                        .path = xstrdup(CONF_DIR "/custom-acme.conf")};
    plan_free(&plan);
    put_file(at("etc/multipath.conf"), file);
    if (plan_make(&plan, place, &pack, &host, &f) != DONE)
        fail_msg("%s", f.text);
}

/* Of a host with one disk of the array, and a map of it where it has a wwid. */
static bool status_of(const char *node, const char *wwid)
{
    struct disk disk = {
        .major = 8, .vendor = "OSNEXUS ", .model = "QUANTASTOR      ", .ours = true};
    struct map_path path = {.major = 8, .disk = &disk};
    struct map map = {.ours = true, .n_paths = 1, .paths = &path};
    struct maps maps = {.known = true, .maps = &map, .n = *wwid != 0, .disks = &disk, .n_disks = 1};
    disk.mapped = *wwid;
    text_print(disk.name, sizeof disk.name, "%s", node);
    text_print(map.wwid, sizeof map.wwid, "%s", wwid);
    array_judge(&plan, &maps);
    return !plan_not_in_force(&plan);
}

/* Is a map of one disk kept off? */
static bool kept_off(const char *node, const char *product, const char *wwid)
{
    struct disk disk = {.major = 8, .vendor = "OSNEXUS ", .ours = true, .mapped = true};
    struct map_path path = {.major = 8, .disk = &disk};
    struct map map = {.ours = true, .n_paths = 1, .paths = &path};
    struct maps maps = {.known = true, .maps = &map, .n = 1, .disks = &disk, .n_disks = 1};
    text_print(disk.name, sizeof disk.name, "%s", node);
    text_print(disk.model, sizeof disk.model, "%s", product);
    text_print(map.wwid, sizeof map.wwid, "%s", wwid);
    return array_keeps_off(&plan, &maps);
}

static const unsigned parsers[] = {MP_VERSION(0, 4, 9, 86), MP_VERSION(0, 4, 9, 119),
                                   MP_VERSION(0, 9, 9, 0)};

/* A site that lists the LUNs it wants one by one, or its disks. */
static void a_list_of_what_is_let_in(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parsers / sizeof *parsers; i++) {
        planned(parsers[i],
                ALL_WWIDS "blacklist_exceptions {\n\twwid \"3600a\"\n\twwid \"^3600b.*\"\n}\n");
        assert_false(kept_off("sdb", "QUANTASTOR", "3600a"));
        assert_false(kept_off("sdb", "QUANTASTOR", "3600b17"));
        assert_true(kept_off("sdb", "QUANTASTOR", "3600c"));
        planned(parsers[i], "blacklist {\n\tdevnode \"^sd\"\n}\n"
                            "blacklist_exceptions {\n\tdevnode \"^sd[b-d]$\"\n}\n");
        assert_false(kept_off("sdc", "QUANTASTOR", "3600a"));
        assert_true(kept_off("sde", "QUANTASTOR", "3600a"));
    }
}

/* And one that lists what it does not want. */
static void a_list_of_what_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parsers / sizeof *parsers; i++) {
        planned(parsers[i], "blacklist {\n\twwid \"^3600a\"\n\tdevnode \"^sdb$\"\n}\n");
        assert_true(kept_off("sdc", "QUANTASTOR", "3600a"));
        assert_true(kept_off("sdb", "QUANTASTOR", "3600c"));
        assert_false(kept_off("sdc", "QUANTASTOR", "3600c"));
    }
}

static void one_product_of_two(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parsers / sizeof *parsers; i++) {
        planned(parsers[i], GATE);
        assert_false(kept_off("sdb", "QUANTASTOR", "3600a"));
        assert_true(kept_off("sdb", "GATE", "3600a"));
        assert_false(kept_off("sdb", "OTHER", "3600a"));
    }
}

/* What status and install say of it. */
static void the_verdict_is_of_the_luns_that_are_there(void **state)
{
    (void)state;
    struct buf why = {0};
    put_file(at("text"), ONE);
    for (size_t i = 0; i < sizeof parsers / sizeof *parsers; i++) {
        const char *site = ALL_WWIDS "blacklist_exceptions {\n\twwid \"3600a\"\n}\n";
        planned(parsers[i], site);
        assert_non_null(plan_not_in_force(&plan)); /* of no LUN that is there more is known */
        assert_true(status_of("sdb", "3600a"));
        assert_false(status_of("sdb", "3600b"));
        assert_false(status_of("sdb", ""));
        planned(parsers[i], "blacklist {\n\tdevnode \"^sdc$\"\n\twwid \"^3600c\"\n}\n");
        assert_null(plan_not_in_force(&plan));
        assert_true(status_of("sdb", ""));
        assert_true(status_of("sdb", "3600a"));
        assert_false(status_of("sdb", "3600c"));
        assert_false(status_of("sdc", "3600a"));
        assert_false(status_of("sdc", ""));
        plan_why(plan_not_in_force(&plan), &why);
        assert_non_null(strstr(buf_cstr(&why), "blacklist devnode (^sdc$) in "));
        buf_free(&why);
    }
    /* Of the other device of the pack there is none. */
    put_file(at("text"), ONE OTHER);
    planned(parsers[2], GATE);
    assert_false(status_of("sdb", "3600a"));
}

/* Of two LUNs the one that fares badly, whatever their order. */
static void the_worse_of_two(void **state)
{
    (void)state;
    for (unsigned worse = 0; worse < 2; worse++) {
        struct disk disk = {
            .major = 8, .vendor = "OSNEXUS ", .model = "QUANTASTOR", .ours = true, .mapped = true};
        struct map_path path = {.major = 8, .disk = &disk};
        struct map two[2] = {{.ours = true, .n_paths = 1, .paths = &path},
                             {.ours = true, .n_paths = 1, .paths = &path}};
        struct maps maps = {.known = true, .maps = two, .n = 2, .disks = &disk, .n_disks = 1};
        text_print(two[worse].wwid, sizeof two->wwid, "3600a");
        text_print(two[!worse].wwid, sizeof two->wwid, "3600b");
        planned(parsers[2], "blacklist {\n\twwid \"^3600a\"\n}\n");
        array_judge(&plan, &maps);
        assert_non_null(plan_not_in_force(&plan));
        assert_string_equal(plan.device[0].wwid, "3600a");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_list_of_what_is_let_in, make, drop),
        cmocka_unit_test_setup_teardown(a_list_of_what_is_not, make, drop),
        cmocka_unit_test_setup_teardown(one_product_of_two, make, drop),
        cmocka_unit_test_setup_teardown(the_verdict_is_of_the_luns_that_are_there, make, drop),
        cmocka_unit_test_setup_teardown(the_worse_of_two, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
