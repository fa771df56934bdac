/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "setting.h"
#include "helper_pack.h"

#define NONE SP_INFO

/* What is said of settings in a device, if anything: at most one finding. */
static void assert_judged(const char *settings, SpSeverity severity, const char *rule,
                          const char *part)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autofree char *text =
        g_strconcat("device {\n\tvendor A\n\tproduct B\n", settings, "}\n", NULL);
    g_autoptr(GBytes) bytes = bytes_of(text);
    g_autoptr(SpStanza) stanza = sp_stanza_parse("s.conf", bytes, findings);
    assert_non_null(stanza);
    sp_setting_judge(stanza, findings);
    if (findings->all->len != (severity == NONE ? 0u : 1u))
        fail_msg("%u findings for: %s", findings->all->len, settings);
    if (severity == NONE)
        return;
    const SpFinding *finding = findings->all->pdata[0];
    assert_int_equal(finding->severity, severity);
    assert_string_equal(finding->rule, rule);
    assert_int_equal(finding->parser, -1);
    assert_non_null(strstr(finding->text, part));
}

/* parsers-2.md P7: no map. */
static void counts(void **state)
{
    (void)state;
    const char *const bad[] = {
        "path_selector \"round-robin\"\n",
        "path_selector \"round-robin 1\"\n",
        "path_selector \"round-robin 0 8\"\n",
        "path_selector service-time\n",
        "path_selector \"round-robin x\"\n",
        "hardware_handler alua\n",
        "hardware_handler \"2 alua\"\n",
        "hardware_handler \"0 alua\"\n",
        "features \"2 queue_if_no_path\"\nno_path_retry queue\n",
        "features queue_if_no_path\nno_path_retry queue\n",
        "features \"1 pg_init_retries 50\"\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_judged(bad[i], SP_BAD, "setting-count", "how many");
    const char *const good[] = {
        "path_selector \"round-robin 0\"\n",
        "path_selector \"queue-length 1 128\"\n",
        "hardware_handler 0\n",
        "hardware_handler \"1 alua\"\n",
        "features 0\n",
        "features \"2 pg_init_retries 50\"\n",
        "features \"3 queue_if_no_path pg_init_retries 50\"\nno_path_retry queue\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        assert_judged(good[i], NONE, NULL, NULL);
}

/* P7: silently other than meant. */
static void names(void **state)
{
    (void)state;
    const char *const bad[][2] = {
        {"path_checker turr\n", "did you mean 'tur'?"},
        {"checker direct_io\n", "did you mean 'directio'?"},
        {"prio aula\n", "did you mean 'alua'?"},
        {"prio zzzzzz\n", "which no release knows"},
        {"path_selector \"roundrobin 0\"\n", "did you mean 'round-robin'?"},
        {"hardware_handler \"1 aula\"\n", "did you mean 'alua'?"},
        {"features \"1 queue_if_no_paths\"\n", "did you mean 'queue_if_no_path'?"},
        {"features \"3 pg_init_retrys 50 no_partitions\"\n", "did you mean 'pg_init_retries'?"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_judged(bad[i][0], SP_WARNING, "setting-name", bad[i][1]);
    assert_judged("path_checker tur\nprio alua\n", NONE, NULL, NULL);
    assert_judged("path_checker directio\nprio weightedpath\n", NONE, NULL, NULL);
}

static void queueing_without_a_limit(void **state)
{
    (void)state;
    assert_judged("features \"1 queue_if_no_path\"\n", SP_WARNING, "setting-queue",
                  "without 'no_path_retry'");
    assert_judged("features \"1 queue_if_no_path\"\nno_path_retry 12\n", NONE, NULL, NULL);
}

static void not_optimized_paths_in_one_group(void **state)
{
    (void)state;
    assert_judged("path_grouping_policy multibus\nprio alua\n", SP_WARNING, "setting-multibus",
                  "not optimized");
    assert_judged("path_grouping_policy multibus\nhardware_handler \"1 alua\"\n", SP_WARNING,
                  "setting-multibus", "not optimized");
    assert_judged("path_grouping_policy multibus\nprio const\n", NONE, NULL, NULL);
    assert_judged("path_grouping_policy group_by_prio\nprio alua\n", NONE, NULL, NULL);
}

static void names_of_maps(void **state)
{
    (void)state;
    assert_judged("user_friendly_names yes\n", SP_WARNING, "setting-map-name", "WWID");
    assert_judged("user_friendly_names no\n", NONE, NULL, NULL);
    assert_judged("uid_attribute ID_UID\n", SP_WARNING, "setting-map-name", "WWID");
    assert_judged("uid_attribute ID_SERIAL\n", NONE, NULL, NULL);
}

static void a_block_for_everybody(void **state)
{
    (void)state;
    assert_judged("all_devs yes\n", SP_WARNING, "setting-all-devs", "every other vendor");
    assert_judged("all_devs no\n", NONE, NULL, NULL);
}

/* What is a mistake in a device is one in `defaults` and `overrides`. */
static void sections(void **state)
{
    (void)state;
    static const char *const names[] = {"defaults", "overrides"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *text =
            g_strdup_printf("}\n%s {\npath_selector \"round-robin\"\n", names[i]);
        assert_judged(text, SP_BAD, "setting-count", "how many");
    }
    assert_judged("}\nblacklist {\ndevnode \"^hd\"\n", NONE, NULL, NULL);
}

static void against_each_other(void **state)
{
    (void)state;
    assert_judged("features \"1 queue_if_no_path\"\nno_path_retry fail\n", SP_WARNING,
                  "setting-queue", "no_path_retry counts");
    assert_judged("features \"1 queue_if_no_path\"\nno_path_retry 12\n", NONE, NULL, NULL);
    assert_judged("fast_io_fail_tmo 60\ndev_loss_tmo 60\n", SP_WARNING, "setting-timeouts",
                  "less than");
    assert_judged("fast_io_fail_tmo 5\ndev_loss_tmo 60\n", NONE, NULL, NULL);
    assert_judged("fast_io_fail_tmo 5\ndev_loss_tmo infinity\n", NONE, NULL, NULL);
    assert_judged("fast_io_fail_tmo off\ndev_loss_tmo 4294967295\n", NONE, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections),
        cmocka_unit_test(against_each_other),
        cmocka_unit_test(counts),
        cmocka_unit_test(names),
        cmocka_unit_test(queueing_without_a_limit),
        cmocka_unit_test(not_optimized_paths_in_one_group),
        cmocka_unit_test(names_of_maps),
        cmocka_unit_test(a_block_for_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
