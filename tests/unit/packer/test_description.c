/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "description.h"
#include "helper_pack.h"

#include <utime.h>

static const char ini[] = "[pack]\noriginator = acme\nvendor = ACME\nlabel = acme-mp\n"
                          "version = 1.2\ndescription = Settings\n[multipath]\n"
                          "stanza = m.conf\n"; /* line 8 */
static const char stanza[] = "device {\n\tvendor A\n\tproduct B\n\trr_min_io 5\n}\n";

static SpPack *read_in(const char *dir, const char *text, SpFindings *findings, gint64 *newest,
                       GError **error)
{
    write_file(dir, "pack.ini", text);
    g_autofree char *path = g_build_filename(dir, "pack.ini", NULL);
    return sp_description_read(path, NULL, FALSE, findings, newest, error);
}

static void reads_and_derives(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    gint64 newest = 0;
    write_file(*state, "m.conf", stanza);
    g_autofree char *path = g_build_filename(*state, "m.conf", NULL);
    const struct utimbuf future = {4000000000, 4000000000};
    assert_int_equal(utime(path, &future), 0);
    g_autoptr(SpPack) pack = read_in(*state, ini, findings, &newest, &error);
    assert_non_null(pack);
    assert_bytes(pack->text[SP_0_4_7], stanza);
    for (SpParser p = SP_0_4_9_31; p < SP_0_15_0; p++)
        if (p != SP_0_4_9_86)
            assert_bytes(pack->text[p], "device {\n\tvendor A\n\tproduct B\n\trr_min_io 5\n"
                                        "\trr_min_io_rq 5\n}\n");
    assert_bytes(pack->text[SP_0_15_0], "device {\n\tvendor A\n\tproduct B\n}\n");
    assert_true(newest == 4000000000);
}

static void hand_made_dialects_and_eula(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    gint64 newest = 0;
    const char *hand = "device {\n\tvendor A\n\tproduct B\n\tfeatures 0\n}\n";
    write_file(*state, "m.conf", stanza);
    write_file(*state, "el7.conf", hand);
    write_file(*state, "terms", "Terms.\n");
    g_autofree char *text = g_strconcat(ini, "stanza-el7 = el7.conf\n", NULL);
    g_autofree char *whole = g_strconcat("[pack]\neula = terms\n", text + strlen("[pack]\n"), NULL);
    g_autoptr(SpPack) pack = read_in(*state, whole, findings, &newest, &error);
    assert_non_null(pack);
    assert_bytes(pack->eula, "Terms.\n");
    for (SpParser p = SP_0_4_7; p < SP_PARSERS; p++) {
        gboolean own = p == SP_0_4_9_86 || p == SP_0_4_9_119;
        assert_int_equal(strcmp(g_bytes_get_data(pack->text[p], NULL), hand) == 0, own);
    }
}

/* What is warned of on account of 5.6 to 6.5 is not where they do not get the pack. */
static void hosts_without_the_pack_are_not_warned_of(void **state)
{
    write_file(*state, "m.conf", "device {\n\tvendor A\n\tproduct B\n\tprio_args x\n}\n");
    for (int classic = 0; classic < 2; classic++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SpFindings) findings = sp_findings_new();
        gint64 newest = 0;
        g_autofree char *text = g_strconcat(classic ? "[targets]\nclassic = yes\n" : "", ini, NULL);
        g_autoptr(SpPack) pack = read_in(*state, text, findings, &newest, &error);
        assert_non_null(pack);
        const SpFinding *lost = find_rule(findings, "dialect-dropped");
        assert_int_equal(lost != NULL, classic);
        if (lost == NULL)
            continue;
        assert_int_equal(lost->severity, SP_WARNING);
        g_autofree char *hosts = sp_finding_hosts(lost);
        assert_string_equal(hosts, "XenServer 5.5 to 6.2");
    }
}

/* Releases with a text of their own get it in the words of their parsers, the others do not. */
static void texts_of_releases(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpFindings) findings = sp_findings_new(), overlap = sp_findings_new();
    gint64 newest = 0;
#define OPEN "device {\nvendor A\nproduct B\nfeatures \"0\"\n"
    write_file(*state, "m.conf", OPEN "}\n");
    write_file(*state, "seven.conf", OPEN "skip_kpartx yes\n}\n");
    g_autofree char *text = g_strconcat(ini, "stanza-7.1..8 = seven.conf\n", NULL);
    g_autoptr(SpPack) pack = read_in(*state, text, findings, &newest, &error);
    assert_non_null(pack);
    assert_int_equal(pack->ranges->len, 1);
    const SpRange *range = pack->ranges->pdata[0];
    assert_bytes(range->text[SP_0_4_9_86], OPEN "}\n");
    assert_bytes(range->text[SP_0_4_9_119], OPEN "skip_kpartx yes\n}\n");
    assert_null(range->text[SP_0_9_6]);
    assert_bytes(pack->text[SP_0_4_9_119], OPEN "}\n");
    g_autofree char *conf = sp_pack_conf(pack);
    assert_true(g_str_has_suffix(
        conf, "\nstanza-release=7.1 8.9999 0.4.9-86 multipath-7.1..8-0.4.9-86.conf\n"
              "stanza-release=7.1 8.9999 0.4.9-119 multipath-7.1..8-0.4.9-119.conf\n"));
    g_autofree char *more = g_strconcat(text, "stanza-8.2..9 = seven.conf\n", NULL);
    assert_null(read_in(*state, more, overlap, &newest, &error));
    assert_only(overlap, "range-overlap", 10);
}

/* Of hosts that base-requires keeps out nothing is warned (7.6 does not know the keyword). */
static void hosts_that_are_kept_out(void **state)
{
    write_file(*state, "m.conf", "device {\nvendor A\nproduct B\nskip_kpartx yes\n}\n");
    static const char *const requires[] = {"2.2.0", "3.0.0", "3.4.0"};
    for (gsize i = 0; i < G_N_ELEMENTS(requires); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SpFindings) findings = sp_findings_new();
        gint64 newest = 0;
        g_autofree char *text = g_strdup_printf(
            "[targets]\nbase-requires = platform-version >= %s\n%s", requires[i], ini);
        g_autoptr(SpPack) pack = read_in(*state, text, findings, &newest, &error);
        assert_non_null(pack);
        /* the other is about the vendor, which is too short */
        assert_int_equal(sp_findings_count(findings, SP_WARNING), i == 0 ? 2 : 1);
    }
}

static void named_files_that_cannot_be_taken_are_findings(void **state)
{
    const struct {
        const char *extra, *rule;
        int line;
    } cases[] = {
        {"stanza-el7 = gone.conf\n", "named-file", 9},
        {"stanza-el7 = link.conf\n", "named-file", 9},
        {"stanza-el7 = huge.conf\n", "named-file", 9},
        {"stanza-el7 = old.conf\n", "dialect-keyword", 4},
    };
    g_autofree char *huge = g_strnfill(70000, '#');
    g_autofree char *link = g_build_filename(*state, "link.conf", NULL);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    write_file(*state, "m.conf", stanza);
    write_file(*state, "huge.conf", huge);
    write_file(*state, "old.conf", "device {\nvendor A\nproduct B\nprio_callout x\n}\n");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SpFindings) findings = sp_findings_new();
        gint64 newest = 0;
        g_autofree char *text = g_strconcat(ini, cases[i].extra, NULL);
        assert_null(read_in(*state, text, findings, &newest, &error));
        assert_null(error);
        assert_only(findings, cases[i].rule, cases[i].line);
    }
}

static void bad_eula(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    gint64 newest = 0;
    write_file(*state, "m.conf", stanza);
    write_file(*state, "terms", "\xff");
    g_autofree char *text = g_strconcat("[pack]\neula = terms\n", ini + strlen("[pack]\n"), NULL);
    assert_null(read_in(*state, text, findings, &newest, &error));
    assert_only(findings, "eula-text", 2);
}

static void unreadable_description(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SpFindings) findings = sp_findings_new();
    gint64 newest = 0;
    g_autofree char *huge = g_strnfill(70000, '#');
    assert_null(read_in(*state, huge, findings, &newest, &error));
    assert_error(&error, 3, "larger than 65536 bytes");
    assert_null(sp_description_read("/nonexistent/p.ini", NULL, FALSE, findings, &newest, &error));
    assert_error(&error, 3, "No such file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(reads_and_derives),
        IN_DIR(hand_made_dialects_and_eula),
        IN_DIR(texts_of_releases),
        IN_DIR(hosts_that_are_kept_out),
        IN_DIR(hosts_without_the_pack_are_not_warned_of),
        IN_DIR(named_files_that_cannot_be_taken_are_findings),
        IN_DIR(bad_eula),
        IN_DIR(unreadable_description),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
