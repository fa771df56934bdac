/* SPDX-License-Identifier: MIT */
/* What a daemon's print is taken to mean. */
#include "corpus.h"
#include "ready.h"
#include "reload.h"

static const char stanza[] = "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n"
                             "\tpath_grouping_policy multibus\n\tfailback immediate\n"
                             "\trr_min_io 100\n\tgetuid_callout \"/x\"\n}\n";

/* The forms of 0.4.9 (bare words) and of modern ones (everything quoted) say the same. */
static void both_forms_agree(void **state)
{
    (void)state;
    static const char *const configs[] = {
        "devices {\n\tdevice {\n\t\tvendor \"OSNEXUS\"\n\t\tproduct \"QUANTASTOR\"\n"
        "\t\tpath_grouping_policy multibus\n\t\tfailback immediate\n\t\trr_min_io 100\n\t}\n}\n",
        "devices {\n\tdevice {\n\t\tvendor \"OSNEXUS\"\n\t\tproduct \"QUANTASTOR\"\n"
        "\t\tpath_grouping_policy \"multibus\"\n\t\tfailback \"immediate\"\n\t}\n}\n",
    };
    struct fail f;
    for (size_t i = 0; i < 2; i++)
        assert_true(config_agrees(text_of(configs[i]), text_of(stanza), &f));
}

static void another_value_differs(void **state)
{
    (void)state;
    struct fail f;
    assert_false(config_agrees(text_of("devices {\ndevice {\nvendor OSNEXUS\nproduct QUANTASTOR\n"
                                       "failback manual\n}\n}\n"),
                               text_of(stanza), &f));
    assert_non_null(strstr(f.text, "failback \"manual\""));
    assert_non_null(strstr(f.text, "not \"immediate\""));
}

static void the_last_of_two_counts(void **state)
{
    (void)state;
    struct fail f;
    assert_true(config_agrees(
        text_of("devices {\ndevice {\nvendor OSNEXUS\nproduct QUANTASTOR\nfailback manual\n}\n"
                "device {\nvendor OSNEXUS\nproduct QUANTASTOR\nfailback immediate\n}\n}\n"),
        text_of(stanza), &f));
}

static void none_differs(void **state)
{
    (void)state;
    struct fail f;
    assert_false(config_agrees(text_of("devices {\n}\n"), text_of(stanza), &f));
    assert_false(config_agrees(text_of(""), text_of(stanza), &f));
    assert_true(config_agrees(text_of("devices {\n}\n"), text_of(""), &f));
}

/* A list that no file has any more; not the release's own of wwids, which SM lifts. */
static void what_the_daemon_keeps_off(void **state)
{
    (void)state;
    struct fail f;
    static const char *const out[] = {
        "blacklist {\n\tdevice {\n\t\tvendor \"OSNEXUS\"\n\t\tproduct \"QUANTA\"\n\t}\n}\n",
        "blacklist {\n\tdevice {\n\t\tvendor OSNEXUS\n\t\tproduct *\n\t}\n}\n",
        "blacklist {\n\tdevnode \"^sd[a-z]\"\n}\n",
        /* as they print one without a product */
        ("blacklist {\n\tdevice {\n\t\tvendor \"OSNEXUS\"\n\tdevice {\n\t\tvendor \"SGI\"\n"
         "\t\tproduct \"Universal Xport\"\n\t}\n}\n"),
        "blacklist {\n\tdevice {\n\t\tvendor \"OSNEXUS\"\n}\ndevices {\n}\n",
        "blacklist {\n\tdevice {\n\t\tvendor \"OSNEXUS\"\n\t\tproduct \"(null)\"\n\t}\n}\n",
        "blacklist {\n\tprotocol \"scsi.*\"\n}\n",
    };
    static const char *const in[] = {
        "",
        "blacklist {\n\tdevnode \"^(ram|loop|fd)[0-9]*\"\n\tdevnode \"^hd[a-z]\"\n}\n",
        "blacklist {\n\tdevnode \"!^(sd[a-z]|dasd[a-z]|nvme[0-9])\"\n}\n"
        "blacklist_exceptions {\n\tproperty \"(SCSI_IDENT_|ID_WWN)\"\n}\n",
        "blacklist {\n\twwid \".*\"\n}\n",
        "blacklist {\n\tdevice {\n\t\tvendor \"IBM\"\n}\nblacklist_exceptions {\n}\ndevices {\n"
        "\tdevice {\n\t\tvendor \"OSNEXUS\"\n\t\tproduct \"QUANTASTOR\"\n\t}\n}\n",
        "blacklist {\n\tdevice {\n\t\tvendor \"IBM\"\n\t\tproduct \".*\"\n\t}\n}\n",
    };
    for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
        assert_false(config_lets_in(text_of(out[i]), text_of(stanza), &f));
        assert_non_null(strstr(f.text, "that no file has"));
    }
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        assert_true(config_lets_in(text_of(in[i]), text_of(stanza), &f));
}

#define MAP  "a (360a) dm-0 X,Y\n`-+- policy=x\n"
#define OLD  "a (360a) dm-0 X,Y\n[size=1.0G][features=0]\n"
#define UP   "2:0:0:0 sda 8:0 active ready running\n"
#define DOWN "3:0:0:0 sdb 8:16 failed faulty offline\n"

static void topologies(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool every, one; /* is every path ready, is one of each map? */
        const char *path;
    } cases[] = {
        {"", true, true, ""},
        {MAP "  `- " UP, true, true, ""},
        {MAP "  `- 2:0:0:0 sda 8:0 active ghost running\n", true, true, ""},
        {MAP "  `- " DOWN, false, false, "`- 3:"},
        /* one of two, in either order (parsers-2.md P10.1) */
        {MAP "  |- " UP "  `- " DOWN, false, true, "`- 3:"},
        {MAP "  |- " DOWN "  `- " UP, false, true, "|- 3:"},
        {MAP "  |- " UP "  `- 3:0:0:0 sdb 8:16 active i/o pending running\n", false, true, "`- 3:"},
        {MAP "  |- " UP "  `- 3:0:0:0 sdb 8:16 active undef unknown\n", false, true, "`- 3:"},
        {MAP "  |- " UP "  `- #:#:#:# - #:# failed faulty running\n", false, true, "`- #:"},
        {MAP "  |- " UP "  `- 3:0:0:0 sdb 8:16 active shaky running\n", false, true, "`- 3:"},
        {MAP "  `- " DOWN "b (3) dm-1 X,Y\n  `- " UP, false, false, "`- 3:"},
        {MAP "  `- " UP "b (3) dm-1 X,Y\n", false, false, ""},
        /* 0.4.7's form */
        {OLD "\\_ round-robin 0 [prio=1][active]\n \\_ 1:0:0:0 sda 8:0 [active][ready]\n", true,
         true, ""},
        {OLD "\\_ round-robin 0 [prio=0][enabled]\n \\_ 1:0:0:0 sda 8:0 [failed][faulty]\n", false,
         false, "\\_ 1:"},
        {OLD "\\_ round-robin 0 [prio=0][enabled]\n \\_ 1:0:0:0 sda 8:0 [failed][faulty]\n"
             " \\_ 1:0:0:1 sdb 8:16 [active][ready]\n",
         false, true, "\\_ 1:"},
        /* a map by the name of "ready" is not a path that is */
        {"ready (360a) dm-0 ready,Y\n  `- " DOWN, false, false, "`- 3:"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text map, path;
        if (topology_ready(text_of(cases[i].text), true, false, &map, &path) != cases[i].every ||
            !text_starts(path, cases[i].path))
            fail_msg("case %zu, every: '%.*s'", i, (int)path.n, path.p);
        if (topology_ready(text_of(cases[i].text), false, false, &map, &path) != cases[i].one)
            fail_msg("case %zu, one", i);
    }
}

static void disks_of_maps(void **state)
{
    (void)state;
    static const struct {
        const char *states[2];
        bool every, one;
    } cases[] = {
        {{"running", "running"}, true, true},
        {{"running", "offline"}, false, true},
        {{"transport-offline", "running"}, false, true},
        {{"offline", "blocked"}, false, false},
        {{"", "running"}, true, true},  /* its driver tells none */
        {{"live", "live"}, true, true}, /* an NVMe controller's */
        {{"live", "connecting"}, false, true},
        {{NULL, "running"}, true, true}, /* gone: a reload changes nothing about it */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fail f = {""};
        struct disk disks[2] = {0};
        struct map_path paths[2] = {0};
        for (int k = 0; k < 2; k++) {
            text_print(disks[k].name, sizeof disks[k].name, "sd%c", 'a' + k);
            if (cases[i].states[k])
                text_print(disks[k].state, sizeof disks[k].state, "%s", cases[i].states[k]);
            paths[k].disk = cases[i].states[k] ? &disks[k] : NULL;
        }
        struct map map = {.name = "360a", .paths = paths, .n_paths = 2};
        struct maps maps = {.known = true, .maps = &map, .n = 1};
        assert_int_equal(disks_ready(&maps, true, &f), cases[i].every);
        assert_int_equal(strlen(f.text) == 0, cases[i].every);
        assert_true(cases[i].every || strstr(f.text, "'360a'"));
        assert_int_equal(disks_ready(&maps, false, &f), cases[i].one);
    }
}

static void settings_of_one_map(void **state)
{
    (void)state;
    static const char config[] = "devices {\n\tdevice {\n\t\twwid 3600\n\t}\n}\nmultipaths {\n"
                                 "\tmultipath {\n\t\twwid \"360a\"\n\t}\n\tmultipath {\n"
                                 "\t\twwid 360b\n\t}\n}\noverrides {\n\twwid 360c\n}\n";
    assert_true(config_names_map(text_of(config), "360a"));
    assert_true(config_names_map(text_of(config), "360b"));
    assert_false(config_names_map(text_of(config), "360"));
    assert_false(config_names_map(text_of(config), "360c"));
    assert_false(config_names_map(text_of(config), "3600"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_agree),
        cmocka_unit_test(another_value_differs),
        cmocka_unit_test(the_last_of_two_counts),
        cmocka_unit_test(none_differs),
        cmocka_unit_test(what_the_daemon_keeps_off),
        cmocka_unit_test(topologies),
        cmocka_unit_test(disks_of_maps),
        cmocka_unit_test(settings_of_one_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
