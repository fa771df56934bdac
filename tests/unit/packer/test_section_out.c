/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands beside the devices, as each parser gets it; with section.c, never.c and listed.c. */
#include "section_out.h"
#include "dialect.h"
#include "helper_pack.h"
#include "listed.h"

#define DEVICE "device {\n\tvendor \"ACME\"\n\tproduct \"^DISK\"\n\tfeatures \"0\"\n}\n"

static SpStanza *parse(const char *beside, SpFindings *findings)
{
    g_autofree char *text = g_strconcat(DEVICE, beside, NULL);
    g_autoptr(GBytes) bytes = bytes_of(text);
    SpStanza *stanza = sp_stanza_parse("s.conf", bytes, findings);
    assert_non_null(stanza);
    sp_listed_judge(stanza, findings);
    return stanza;
}

typedef struct {
    const char *given;
    SpParser parser;
    const char *got;
    SpFateKind kind; /* of line 6 and later: of the only setting given */
} Row;

static void assert_row(const Row *row)
{
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpStanza) stanza = parse(row->given, findings);
    g_autoptr(SpDelivery) delivery = sp_delivery_new();
    g_autoptr(GBytes) text = sp_dialect_derive(stanza, row->parser, findings, delivery);
    g_autofree char *expected = g_strconcat(DEVICE, row->got, NULL);
    print_message("%s: %s", sp_parser_name(row->parser), row->given);
    assert_bytes(text, expected);
    guint told = 0;
    for (guint i = 0; i < delivery->fates->len; i++) {
        const SpFate *fate = delivery->fates->pdata[i];
        if (fate->line < 6)
            continue;
        told++;
        assert_string_equal(sp_fate_word(fate->kind), sp_fate_word(row->kind));
        assert_int_equal(fate->kind == SP_FATE_WRITTEN, fate->text[0] == '\0');
    }
    assert_int_equal(told, 1);
}

#define DEFAULTS(line)  "defaults {\n\t" line "\n}\n"
#define OVERRIDES(line) "overrides {\n\t" line "\n}\n"
#define LISTED(line)    "blacklist {\n\t" line "\n}\n"
#define EXCEPT(line)    "blacklist_exceptions {\n\t" line "\n}\n"

static void defaults(void **state)
{
    (void)state;
    const char *interval = DEFAULTS("polling_interval 10");
    const Row rows[] = {
        {interval, SP_0_4_7, interval, SP_FATE_WRITTEN},
        {interval, SP_0_15_0, interval, SP_FATE_WRITTEN},
        {DEFAULTS("max_fds \"8192\""), SP_0_4_9_119, DEFAULTS("max_fds 8192"), SP_FATE_WRITTEN},
        {DEFAULTS("max_fds 8192"), SP_0_4_7, "", SP_FATE_UNKNOWN},
        {DEFAULTS("path_selector \"round-robin 0\""), SP_0_4_9_31,
         DEFAULTS("selector \"round-robin 0\""), SP_FATE_OTHER_WORDS},
        {DEFAULTS("selector \"round-robin 0\""), SP_0_9_6,
         DEFAULTS("path_selector \"round-robin 0\""), SP_FATE_OTHER_WORDS},
        {DEFAULTS("default_features \"0\""), SP_0_9_6, DEFAULTS("features 0"), SP_FATE_OTHER_WORDS},
        {DEFAULTS("prio alua"), SP_0_4_7,
         DEFAULTS("prio_callout \"/sbin/mpath_prio_alua /dev/%n\""), SP_FATE_OTHER_WORDS},
        {DEFAULTS("prio_callout \"/sbin/mpath_prio_emc /dev/%n\""), SP_0_4_9_119,
         DEFAULTS("prio emc"), SP_FATE_OTHER_WORDS},
        {DEFAULTS("path_selector \"service-time 0\""), SP_0_4_7,
         DEFAULTS("selector \"round-robin 0\""), SP_FATE_ANOTHER},
        {DEFAULTS("flush_on_last_del yes"), SP_0_9_9, "", SP_FATE_NEEDLESS},
        {DEFAULTS("detect_checker no"), SP_0_4_9_119, DEFAULTS("detect_path_checker no"),
         SP_FATE_OTHER_WORDS},
        {DEFAULTS("user_friendly_names no"), SP_0_9_9, DEFAULTS("user_friendly_names no"),
         SP_FATE_WRITTEN},
        {DEFAULTS("rr_min_io 5"), SP_0_4_9_86, DEFAULTS("rr_min_io 5\n\trr_min_io_rq 5"),
         SP_FATE_WRITTEN},
        {DEFAULTS("hardware_handler \"1 alua\""), SP_0_9_9, "", SP_FATE_NOWHERE},
        {DEFAULTS("getuid_callout \"/sbin/scsi_id -g -u -s /block/%n\""), SP_0_4_9_86, "",
         SP_FATE_NEEDLESS},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row(&rows[i]);
}

/* What breaks SM reaches no host, in no section (parsers-2.md P7, multipath.md 0.2). */
static void never(void **state)
{
    (void)state;
    static const char *const sm[] = {DEFAULTS("user_friendly_names yes"),
                                     DEFAULTS("find_multipaths no"),
                                     DEFAULTS("find_multipaths yes"),
                                     DEFAULTS("uid_attribute ID_WWN"),
                                     DEFAULTS("reassign_maps yes"),
                                     DEFAULTS("verbosity 3"),
                                     DEFAULTS("bindings_file /x"),
                                     DEFAULTS("getuid_callout \"/lib/udev/scsi_id -g\""),
                                     DEFAULTS("hw_str_match yes"),
                                     OVERRIDES("user_friendly_names yes"),
                                     LISTED("devnode \".*\""),
                                     LISTED("devnode \"*\""),
                                     LISTED("devnode \"^.\""),
                                     LISTED("wwid \"*\""),
                                     LISTED("device {\n\t\tvendor \".*\"\n\t\tproduct \"*\"\n\t}"),
                                     LISTED("device {\n\t\tvendor \".*\"\n\t}")};
    static const char *const site[] = {
        LISTED("devnode \"^sda$\""), LISTED("devnode \"^sda[0-9]*\""),
        LISTED("wwid 3600508"),      LISTED("property ID_WWN"),
        EXCEPT("property ID_WWN"),   EXCEPT("devnode \".*\""),
        DEFAULTS("mode 0660"),       "multipaths {\n\tmultipath {\n\t\talias x\n\t}\n}\n"};
    for (SpParser p = SP_0_4_7; p < SP_PARSERS; p += SP_PARSERS - 1) {
        for (gsize i = 0; i < G_N_ELEMENTS(sm); i++)
            assert_row(&(Row){sm[i], p, "", SP_FATE_SM});
        for (gsize i = 0; i < G_N_ELEMENTS(site); i++)
            assert_row(&(Row){site[i], p, "", SP_FATE_SITE});
    }
}

static void lists(void **state)
{
    (void)state;
    const char *device = LISTED("device {\n\t\tvendor HP\n\t\tproduct \"LOGICAL VOLUME\"\n\t}");
    const char *vendor = LISTED("device {\n\t\tvendor HP\n\t\tproduct \".*\"\n\t}");
    const char *drbd = LISTED("devnode \"^drbd\"");
    const char *own = EXCEPT("device {\n\t\tvendor ACME\n\t\tproduct DISK\n\t}");
    const Row rows[] = {
        {drbd, SP_0_4_7, drbd, SP_FATE_WRITTEN},
        {drbd, SP_0_15_0, drbd, SP_FATE_WRITTEN},
        {device, SP_0_4_9_86, device, SP_FATE_WRITTEN},
        {LISTED("device {\n\t\tvendor HP\n\t}"), SP_0_4_7, vendor, SP_FATE_WRITTEN},
        {LISTED("devnode \"^(ram|raw|loop|fd|md|dm-|sr|scd|st)[0-9]*\""), SP_0_9_9,
         LISTED("devnode \"^(ram|raw|loop|fd|md|dm-|sr|scd|st)[0-9]*\""), SP_FATE_WRITTEN},
        {own, SP_0_4_9_31, own, SP_FATE_WRITTEN},
        {own, SP_0_4_7, "", SP_FATE_UNKNOWN},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row(&rows[i]);
}

static void overrides(void **state)
{
    (void)state;
    const char *fail = OVERRIDES("no_path_retry fail");
    const Row rows[] = {
        {fail, SP_0_9_6, fail, SP_FATE_WRITTEN},
        {fail, SP_0_6_0, fail, SP_FATE_WRITTEN},
        {fail, SP_0_4_9_119, "", SP_FATE_UNKNOWN},
        {OVERRIDES("recheck_wwid yes"), SP_0_8_4, "", SP_FATE_UNKNOWN},
        {OVERRIDES("vendor X"), SP_0_9_6, "", SP_FATE_NOWHERE},
        {"overrides {\n\tprotocol {\n\t\ttype scsi:fcp\n\t}\n}\n", SP_0_9_6, "", SP_FATE_NOWHERE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row(&rows[i]);
}

/* A blacklist that keeps the array it comes with off multipath is a mistake. */
static void of_the_own_array(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        LISTED("devnode \"^sd[a-z]+\""),
        LISTED("device {\n\t\tvendor ACME\n\t}"),
        LISTED("device {\n\t\tproduct \"DISK *$\"\n\t}"),
        LISTED("device {\n\t\tvendor \"^A\"\n\t\tproduct \"^DISK$\"\n\t}"),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(SpFindings) findings = sp_findings_new();
        g_autoptr(SpStanza) stanza = parse(wrong[i], findings);
        print_message("%s", wrong[i]);
        assert_only(findings, "stanza-own-array", 7);
    }
}

/* All in one file, each section once and in one order; and nothing of them with `omit`. */
static void order(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpDelivery) delivery = sp_delivery_new();
    g_autoptr(SpStanza) stanza =
        parse(OVERRIDES("failback 3") EXCEPT("devnode \"^sdb\"") DEFAULTS("failback 1")
                  LISTED("devnode \"^hd\"") DEFAULTS("max_fds max"),
              findings);
    g_autoptr(GBytes) text = sp_dialect_derive(stanza, SP_0_9_9, findings, delivery);
    assert_bytes(text, DEVICE DEFAULTS("failback 1\n\tmax_fds max") LISTED("devnode \"^hd\"")
                           EXCEPT("devnode \"^sdb\"") OVERRIDES("failback 3"));
    sp_stanza_omit_settings(stanza);
    g_autoptr(SpDelivery) none = sp_delivery_new();
    g_autoptr(GBytes) bare = sp_dialect_derive(stanza, SP_0_9_9, findings, none);
    assert_bytes(bare, DEVICE);
    guint omitted = 0;
    for (guint i = 0; i < none->fates->len; i++)
        omitted += ((const SpFate *)none->fates->pdata[i])->kind == SP_FATE_OMITTED;
    assert_int_equal(omitted, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(never),
        cmocka_unit_test(lists),
        cmocka_unit_test(overrides),
        cmocka_unit_test(of_the_own_array),
        cmocka_unit_test(order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
