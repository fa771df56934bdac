/* SPDX-License-Identifier: MIT */
/* What a daemon's print is taken to mean. */
#include "corpus.h"
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

static void topologies(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ready;
    } cases[] = {
        {"", true},
        {"a (360a) dm-0 X,Y\n`-+- policy=x\n  `- 2:0:0:0 sda 8:0 active ready running\n", true},
        {"a (360a) dm-0 X,Y\n`-+- policy=x\n  `- 2:0:0:0 sda 8:0 active ghost running\n", true},
        {"a (360a) dm-0 X,Y\n`-+- policy=x\n  `- 2:0:0:0 sda 8:0 failed faulty offline\n", false},
        {"a (360a) dm-0 X,Y\n  `- 2:0:0:0 sda 8:0 failed faulty running\nb (3) dm-1 X,Y\n"
         "  `- 2:0:0:1 sdb 8:16 active ready running\n",
         false},
        /* 0.4.7's form */
        {"a (360a) dm-0 X,Y\n[size=1.0G][features=0]\n\\_ round-robin 0 [prio=1][active]\n"
         " \\_ 1:0:0:0 sda 8:0 [active][ready]\n",
         true},
        {"a (360a) dm-0 X,Y\n[size=1.0G][features=0]\n\\_ round-robin 0 [prio=0][enabled]\n"
         " \\_ 1:0:0:0 sda 8:0 [failed][faulty]\n",
         false},
        /* a map by the name of "ready" is not a path that is */
        {"ready (360a) dm-0 ready,Y\n  `- 2:0:0:0 sda 8:0 failed faulty running\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text map;
        if (topology_ready(text_of(cases[i].text), &map) != cases[i].ready)
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_agree),
        cmocka_unit_test(another_value_differs),
        cmocka_unit_test(the_last_of_two_counts),
        cmocka_unit_test(none_differs),
        cmocka_unit_test(topologies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
