/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dialect.h"
#include "helper_pack.h"

/* With features, so that nothing is added for 0.4.9-86. */
#define HEAD "device {\n\tvendor A\n\tproduct B\n\tfeatures \"0\"\n"

static SpStanza *parse(const char *text, SpFindings *findings)
{
    g_autoptr(GBytes) bytes = bytes_of(text);
    SpStanza *stanza = sp_stanza_parse("s.conf", bytes, findings);
    assert_non_null(stanza);
    return stanza;
}

static void assert_derived(const char *vendor, SpParser parser, const char *expected)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpStanza) stanza = parse(vendor, findings);
    g_autoptr(GBytes) text = sp_dialect_derive(stanza, parser, findings, NULL);
    assert_bytes(text, expected);
}

/* multipath.md 0.1 and 0.3, parsers-2.md P1, P2 and P10.8. */
static void quantastor(void **state)
{
    (void)state;
    g_autofree char *vendor = NULL;
    assert_true(
        g_file_get_contents(SOURCE_DIR "/spec/quantastor/multipath.conf", &vendor, NULL, NULL));
#define TOP                                                                                        \
    "device {\n"                                                                                   \
    "      vendor                  \"OSNEXUS\"\n"                                                  \
    "      product                 \"QUANTASTOR\"\n"                                               \
    "      path_selector           \"round-robin 0\"\n"                                            \
    "      path_grouping_policy    multibus\n"
#define MIDDLE                                                                                     \
    "      failback                immediate\n"                                                    \
    "      rr_weight               uniform\n"                                                      \
    "      rr_min_io               100\n"                                                          \
    "      rr_min_io_rq            100\n"                                                          \
    "      path_checker            tur\n"
#define PIN "      detect_pgpolicy         no\n"
    assert_derived(vendor, SP_0_4_7, vendor);
    assert_derived(vendor, SP_0_4_9_31, TOP MIDDLE "}\n");
    assert_derived(vendor, SP_0_4_9_86, TOP MIDDLE "      features                \"0\"\n}\n");
    assert_derived(vendor, SP_0_4_9_119, TOP MIDDLE "}\n");
    assert_derived(vendor, SP_0_6_0, TOP MIDDLE "}\n");
    assert_derived(vendor, SP_0_9_0, TOP MIDDLE "}\n");
    assert_derived(vendor, SP_0_9_6, TOP PIN MIDDLE "}\n");
    assert_derived(vendor, SP_0_14_0, TOP PIN MIDDLE "}\n");
    assert_derived(vendor, SP_0_15_0,
                   TOP PIN "      failback                immediate\n"
                           "      path_checker            tur\n}\n");
}

/* A row: a setting, a parser, what that one gets, and the one finding. */
typedef struct {
    const char *given;
    SpParser parser;
    const char *got;
    SpSeverity severity;
    const char *rule; /* NULL: nothing is said */
    const char *part;
} Row;

static void assert_row(const Row *row)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autofree char *vendor = g_strconcat(HEAD, row->given, "}\n", NULL);
    g_autofree char *expected = g_strconcat(HEAD, row->got, "}\n", NULL);
    g_autoptr(SpStanza) stanza = parse(vendor, findings);
    g_autoptr(GBytes) text = sp_dialect_derive(stanza, row->parser, findings, NULL);
    print_message("%s: %s", sp_parser_name(row->parser), row->given);
    assert_bytes(text, expected);
    assert_int_equal(findings->all->len, row->rule != NULL ? 1 : 0);
    if (row->rule == NULL)
        return;
    const SpFinding *finding = findings->all->pdata[0];
    assert_string_equal(finding->rule, row->rule);
    assert_int_equal(finding->severity, row->severity);
    assert_int_equal(finding->parser, row->parser);
    assert_non_null(strstr(finding->text, row->part));
}

#define DROPPED  "dialect-dropped"
#define REPLACED "dialect-replaced"
#define ADDED    "dialect-added"
#define KEPT     SP_INFO, NULL, NULL

static void getuid_callout(void **state)
{
    (void)state;
    const char *line = "\tgetuid_callout \"/sbin/scsi_id -g -u -s /block/%n\"\n";
    assert_row(&(Row){line, SP_0_4_7, line, KEPT});
    for (SpParser p = SP_0_4_9_31; p < SP_PARSERS; p++)
        assert_row(&(Row){line, p, "", SP_INFO, DROPPED, "getuid_callout"});
}

static void priorities(void **state)
{
    (void)state;
    const char *alua = "\tprio_callout \"/sbin/mpath_prio_alua /dev/%n\"\n";
    const Row rows[] = {
        {alua, SP_0_4_7, alua, KEPT},
        {alua, SP_0_4_9_31, "\tprio alua\n", SP_INFO, REPLACED, "becomes 'prio alua'"},
        {alua, SP_0_4_9_86, "\tprio alua\n", SP_INFO, REPLACED, "becomes 'prio alua'"},
        {alua, SP_0_15_0, "\tprio alua\n", SP_INFO, REPLACED, "becomes 'prio alua'"},
        {"\tprio_callout \"mpath_prio_rdac /dev/%n\"\n", SP_0_4_9_86, "\tprio rdac\n", SP_INFO,
         REPLACED, "'prio rdac'"},
        {"\tprio_callout \"/sbin/mpath_prio_netapp /dev/%n\"\n", SP_0_4_9_86, "\tprio ontap\n",
         SP_INFO, REPLACED, "'prio ontap'"},
        {"\tprio_callout none\n", SP_0_4_9_86, "\tprio const\n", SP_INFO, REPLACED, "'prio const'"},
        {"\tprio_callout \"/sbin/mpath_prio_acme /dev/%n\"\n", SP_0_4_9_86, "", SP_WARNING, DROPPED,
         "no name of it"},
        {"\tprio_callout \"/sbin/mpath_prio_alua -x /dev/%n\"\n", SP_0_4_9_86, "", SP_WARNING,
         DROPPED, "no name of it"},
        {"\tprio alua\n", SP_0_4_7, "\tprio_callout \"/sbin/mpath_prio_alua /dev/%n\"\n", SP_INFO,
         REPLACED, "becomes 'prio_callout"},
        {"\tprio rdac\n", SP_0_4_7, "\tprio_callout \"/sbin/mpath_prio_rdac /dev/%n\"\n", SP_INFO,
         REPLACED, "becomes 'prio_callout"},
        {"\tprio ontap\n", SP_0_4_7, "", SP_WARNING, DROPPED, "'prio_callout' only"},
        {"\tprio alua\n", SP_0_4_9_31, "\tprio alua\n", KEPT},
        {"\tprio const\n", SP_0_4_7, "", SP_INFO, DROPPED, "prio const"},
        {"\tprio_args x\n", SP_0_4_7, "", SP_WARNING, DROPPED, "prio_args"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row(&rows[i]);
    const char *both = "\tprio_callout \"/sbin/mpath_prio_emc /dev/%n\"\n\tprio emc\n";
    assert_row(&(Row){both, SP_0_4_7, "\tprio_callout \"/sbin/mpath_prio_emc /dev/%n\"\n", SP_INFO,
                      DROPPED, "'prio_callout' stands for it"});
    assert_row(&(Row){both, SP_0_4_9_31, "\tprio emc\n", SP_INFO, DROPPED, "'prio' stands for it"});
}

/* tests/parsers: 0.8.5 and later complain where a device of the same names stands beside it. */
static void queueing(void **state)
{
    (void)state;
#define DEVICE(features, more)                                                                     \
    "device {\n\tvendor A\n\tproduct B\n\tfeatures \"" features "\"\n" more "}\n"
    const char *alone = DEVICE("1 queue_if_no_path", "");
    const char *limited = DEVICE("1 queue_if_no_path", "\tno_path_retry 12\n");
    assert_derived(alone, SP_0_4_9_119, alone);
    assert_derived(alone, SP_0_8_0, DEVICE("0", "\tno_path_retry queue\n"));
    assert_derived(DEVICE("3 pg_init_retries 50 queue_if_no_path", ""), SP_0_15_0,
                   DEVICE("2 pg_init_retries 50", "\tno_path_retry queue\n"));
    assert_derived(limited, SP_0_8_0, limited);
}

static void selectors(void **state)
{
    (void)state;
    const char *service = "\tpath_selector \"service-time 0\"\n";
    const char *historical = "\tpath_selector \"historical-service-time 0\"\n";
    const char *round = "\tpath_selector \"round-robin 0\"\n";
    const Row rows[] = {
        {service, SP_0_4_7, round, SP_WARNING, REPLACED, "kernel"},
        {service, SP_0_4_9_31, service, KEPT},
        {"\tpath_selector \"queue-length 0\"\n", SP_0_4_7, round, SP_WARNING, REPLACED, "kernel"},
        {historical, SP_0_4_7, round, SP_WARNING, REPLACED, "kernel"},
        {historical, SP_0_4_9_119, service, SP_WARNING, REPLACED, "kernel"},
        {historical, SP_0_9_6, historical, KEPT},
        {round, SP_0_4_7, round, KEPT},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row(&rows[i]);
}

static void requests_a_path(void **state)
{
    (void)state;
    const char *both = "\trr_min_io 7\n\trr_min_io_rq 7\n";
    const Row rows[] = {
        {"\trr_min_io 7\n", SP_0_4_7, "\trr_min_io 7\n", KEPT},
        {"\trr_min_io 7\n", SP_0_4_9_31, both, SP_INFO, ADDED, "rr_min_io_rq 7"},
        {"\trr_min_io 7\n", SP_0_14_0, both, SP_INFO, ADDED, "rr_min_io_rq 7"},
        {"\trr_min_io 7\n", SP_0_15_0, "", SP_INFO, DROPPED, "rr_min_io 7"},
        {both, SP_0_4_7, "\trr_min_io 7\n", SP_INFO, DROPPED, "rr_min_io_rq 7"},
        {both, SP_0_4_9_86, both, KEPT},
        {"\trr_min_io_rq 7\n", SP_0_15_0, "", SP_INFO, DROPPED, "rr_min_io_rq 7"},
        {"\trr_weight priorities\n", SP_0_14_0, "\trr_weight priorities\n", KEPT},
        {"\trr_weight priorities\n", SP_0_15_0, "", SP_INFO, DROPPED, "rr_weight"},
        {"\trr_min_io\t\t7\n", SP_0_4_9_86, "\trr_min_io\t\t7\n\trr_min_io_rq 7\n", SP_INFO, ADDED,
         "rr_min_io_rq"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row(&rows[i]);
}

static void grouping(void **state)
{
    (void)state;
    const char *tpg = "\tpath_grouping_policy group_by_tpg\n";
    const char *prio = "\tpath_grouping_policy group_by_prio\n";
    const char *multibus = "\tpath_grouping_policy multibus\n";
    const char *pinned = "\tpath_grouping_policy multibus\n\tdetect_pgpolicy no\n";
    const char *free_one = "\tpath_grouping_policy failover\n\tdetect_pgpolicy yes\n";
    const Row rows[] = {
        {tpg, SP_0_4_9_119, prio, SP_WARNING, REPLACED, "'path_grouping_policy group_by_prio'"},
        {tpg, SP_0_9_0, prio, SP_INFO, REPLACED, "group_by_prio"}, /* no known host has it */
        {tpg, SP_0_9_6, tpg, KEPT},
        {prio, SP_0_9_6, prio, KEPT},
        {multibus, SP_0_9_0, multibus, KEPT},
        {multibus, SP_0_9_6, pinned, SP_INFO, ADDED, "detect_pgpolicy no"},
        {pinned, SP_0_9_6, pinned, KEPT},
        {free_one, SP_0_9_6, free_one, KEPT},
        {pinned, SP_0_4_9_119, multibus, SP_INFO, DROPPED, "detect_pgpolicy no"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row(&rows[i]);
}

static void other_settings(void **state)
{
    (void)state;
    const char *flush = "\tflush_on_last_del yes\n", *loss = "\tdev_loss_tmo 4294967295\n";
    const char *skip = "\tskip_kpartx yes\n", *sectors = "\tmax_sectors_kb 1024\n";
    const char *detect = "\tdetect_path_checker yes\n", *checker = "\tchecker tur\n";
    const Row rows[] = {
        {flush, SP_0_4_7, flush, KEPT},
        {flush, SP_0_9_6, flush, KEPT},
        {flush, SP_0_9_9, "", SP_INFO, DROPPED, "deprecated"},
        {"\tflush_on_last_del no\n", SP_0_15_0, "", SP_INFO, DROPPED, "deprecated"},
        {"\tflush_on_last_del always\n", SP_0_4_9_86, flush, SP_INFO, REPLACED, "yes"},
        {"\tflush_on_last_del always\n", SP_0_9_9, "\tflush_on_last_del always\n", KEPT},
        {loss, SP_0_4_9_119, loss, KEPT},
        {loss, SP_0_15_0, loss, KEPT},
        {skip, SP_0_4_9_86, "", SP_WARNING, DROPPED, "skip_kpartx"},
        {skip, SP_0_4_9_119, skip, KEPT},
        {skip, SP_0_6_0, "", SP_INFO, DROPPED, "skip_kpartx"},
        {skip, SP_0_6_4, skip, KEPT},
        {"\tskip_kpartx no\n", SP_0_4_9_86, "", SP_INFO, DROPPED, "do without"},
        {sectors, SP_0_4_9_86, "", SP_WARNING, DROPPED, "max_sectors_kb"},
        {sectors, SP_0_4_9_119, sectors, KEPT},
        {detect, SP_0_4_9_86, "", SP_WARNING, DROPPED, "detect_path_checker"},
        {detect, SP_0_4_9_119, detect, KEPT},
        {detect, SP_0_9_6, "\tdetect_checker yes\n", SP_INFO, REPLACED, "detect_checker yes"},
        {"\tdetect_checker yes\n", SP_0_4_9_119, detect, SP_INFO, REPLACED, "detect_path_checker"},
        {checker, SP_0_4_7, "\tpath_checker tur\n", SP_INFO, REPLACED, "path_checker tur"},
        {checker, SP_0_4_9_31, checker, KEPT},
        {"\tpg_timeout 5\n", SP_0_4_9_119, "\tpg_timeout 5\n", KEPT},
        {"\tpg_timeout 5\n", SP_0_9_0, "", SP_INFO, DROPPED, "deprecated"},
        {"\tmarginal_path_err_sample_time 60\n", SP_0_4_9_119, "", SP_WARNING, DROPPED, "marginal"},
        {"\tall_devs yes\n", SP_0_9_6, "", SP_WARNING, DROPPED, "all_devs"},
        {"\tfast_io_fail_tmo 5\n", SP_0_4_7, "", SP_WARNING, DROPPED, "fast_io_fail_tmo"},
        {"\tuid_attribute ID_SERIAL\n", SP_0_4_9_31, "", SP_INFO, DROPPED, "do without"},
        {"\tuser_friendly_names no\n", SP_0_4_9_31, "\tuser_friendly_names no\n", KEPT},
        {"\tfailback followover\n", SP_0_4_7, "\tfailback manual\n", SP_WARNING, REPLACED, "value"},
        {"\t# a comment\n", SP_0_15_0, "\t# a comment\n", KEPT},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row(&rows[i]);
}

/* parsers-2.md P2 */
static void features_guard_one_parser(void **state)
{
    (void)state;
    const char *bare = "device {\n\tvendor A\n\tproduct B\n\t# end\n}\n";
    assert_derived(bare, SP_0_4_9_86,
                   "device {\n\tvendor A\n\tproduct B\n\tfeatures \"0\"\n\t# end\n}\n");
    assert_derived(bare, SP_0_4_9_31, bare);
    assert_derived(bare, SP_0_4_9_119, bare);
    const char *own = "device {\n\tvendor A\n\tproduct B\n\tfeatures \"1 no_partitions\"\n}\n";
    assert_derived(own, SP_0_4_9_86, own);
}

/* The same change on hosts in a row is told once, of all of them. */
static void findings_are_joined(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpStanza) stanza =
        parse(HEAD "\tgetuid_callout \"/sbin/scsi_id -g -u -s /block/%n\"\n\trecheck_wwid yes\n}\n",
              findings);
    for (SpParser p = SP_0_4_7; p < SP_PARSERS; p++)
        g_bytes_unref(sp_dialect_derive(stanza, p, p == SP_0_4_7 ? NULL : findings, NULL));
    assert_int_equal(findings->all->len, 3);
    const char *const hosts[] = {"XenServer 6.5 to 8, XCP-ng 7 and 8, XenServer 9",
                                 "XenServer 6.5 to 8, XCP-ng 7 and 8",
                                 "XenServer 9 (multipath-tools before 0.8.6)"};
    const SpSeverity severity[] = {SP_INFO, SP_WARNING, SP_INFO};
    for (guint i = 0; i < findings->all->len; i++) {
        const SpFinding *finding = findings->all->pdata[i];
        g_autofree char *said = sp_finding_hosts(finding);
        assert_string_equal(said, hosts[i]);
        assert_int_equal(finding->severity, severity[i]);
    }
}

static void only_blocks_are_taken_over(void **state)
{
    (void)state;
    assert_derived("# intro\n\n" HEAD "}\n\n# between\n"
                   "device {\r\nvendor C\r\nproduct D\r\n}",
                   SP_0_4_7, HEAD "}\ndevice {\nvendor C\nproduct D\n}\n");
}

static void assert_taken(const char *settings, SpParser first, SpParser parser, const char *got,
                         const char *bad)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autofree char *text = g_strconcat(HEAD, settings, "}\n", NULL);
    g_autofree char *expected = g_strconcat(HEAD, got, "}\n", NULL);
    g_autoptr(SpStanza) stanza = parse(text, findings);
    g_autoptr(GBytes) taken = sp_dialect_take(stanza, first, parser, findings, NULL);
    if (bad != NULL)
        assert_only(findings, bad, 5);
    else
        assert_int_equal(findings->bad, 0);
    if (bad == NULL)
        assert_bytes(taken, expected);
}

static void by_hand(void **state)
{
    (void)state;
    const char *whole = "\tpath_grouping_policy multibus\n\trr_min_io 5\n";
    assert_taken(whole, SP_0_4_9_86, SP_0_4_9_119, whole, NULL);
    assert_taken(whole, SP_0_9_6, SP_0_9_6, whole, NULL);
    assert_taken(whole, SP_0_9_6, SP_0_15_0, "\tpath_grouping_policy multibus\n", NULL);
    assert_taken("\tflush_on_last_del yes\n", SP_0_9_6, SP_0_9_9, "", NULL);
    assert_taken("\tprio_callout \"/x\"\n", SP_0_4_9_86, SP_0_4_9_86, "", "dialect-keyword");
    assert_taken("\tpath_grouping_policy group_by_tpg\n", SP_0_4_9_86, SP_0_4_9_86, "",
                 "dialect-keyword");
    assert_taken("\tskip_kpartx yes\n", SP_0_4_9_86, SP_0_4_9_86, "", "dialect-keyword");
    assert_taken("\tpurge_disconnected yes\n", SP_0_9_6, SP_0_9_6, "", "dialect-keyword");
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpStanza) bare = parse("device {\n\tvendor A\n\tproduct B\n}\n", findings);
    g_autoptr(GBytes) guarded = sp_dialect_take(bare, SP_0_4_9_86, SP_0_4_9_86, findings, NULL);
    assert_bytes(guarded, "device {\n\tvendor A\n\tproduct B\n\tfeatures \"0\"\n}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantastor),
        cmocka_unit_test(getuid_callout),
        cmocka_unit_test(priorities),
        cmocka_unit_test(queueing),
        cmocka_unit_test(selectors),
        cmocka_unit_test(requests_a_path),
        cmocka_unit_test(grouping),
        cmocka_unit_test(other_settings),
        cmocka_unit_test(features_guard_one_parser),
        cmocka_unit_test(findings_are_joined),
        cmocka_unit_test(only_blocks_are_taken_over),
        cmocka_unit_test(by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
