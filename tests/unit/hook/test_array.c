/* SPDX-License-Identifier: MIT */
/* The pack's array among a host's maps: which of its LUNs the files keep off multipath. */
#include "array.h"
#include "places.h"

#define ALL_WWIDS "blacklist {\n\twwid \".*\"\n}\n"
#define GATE      "blacklist {\n\tdevice {\n\t\tvendor \"OSNEXUS\"\n\t\tproduct \"GATE\"\n\t}\n}\n"

static struct pack_text text = {.parser = (char[]){"0.4.7"}, .file = (char[]){"text"}};
static struct plan plan;
static struct fail f;

static int make(void **state)
{
    if (make_place(state) < 0 || mkdir(at("etc"), 0755) < 0 || mkdir(at("etc/multipath"), 0755) < 0)
        return -1;
    plan = (struct plan){0};
    text.version = MP_VERSION(0, 4, 7, 0);
    put_file(at("text"), "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n}\n"
                         "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"GATE\"\n}\n");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_list_of_what_is_let_in, make, drop),
        cmocka_unit_test_setup_teardown(a_list_of_what_is_not, make, drop),
        cmocka_unit_test_setup_teardown(one_product_of_two, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
