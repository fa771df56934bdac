/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stanza.h"
#include "helper_pack.h"

#define HEAD "device {\n  vendor A\n  product B\n" /* three lines */

static SpStanza *parse(const char *text, SpFindings *findings)
{
    g_autoptr(GBytes) bytes = bytes_of(text);
    return sp_stanza_parse("s.conf", bytes, findings);
}

static void keeps_the_vendors_lines(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpStanza) stanza =
        parse("# intro\n\n" HEAD "\t# why\n  features \"1 queue\"  # so\r\n}\n"
              "device\t{\nvendor \"C{2}#\"\nproduct D\n}",
              findings);
    assert_non_null(stanza);
    assert_int_equal(findings->all->len, 0);
    assert_int_equal(stanza->devices->len, 2);
    const SpDevice *device = stanza->devices->pdata[0];
    assert_int_equal(device->lines->len, 6);
    assert_string_equal(((SpStanzaLine *)device->lines->pdata[3])->text, "\t# why");
    const SpStanzaLine *features = sp_device_find(device, "features");
    assert_string_equal(features->value, "1 queue");
    assert_string_equal(features->text, "  features \"1 queue\"  # so");
    assert_int_equal(features->number, 7);
    assert_null(sp_device_find(device, "prio"));
    assert_string_equal(sp_device_find(stanza->devices->pdata[1], "vendor")->value, "C{2}#");
}

static void each_rule_names_its_line(void **state)
{
    (void)state;
    const struct {
        const char *text, *rule;
        int line;
    } cases[] = {
        {"", "stanza-empty", 0},
        {"# only\n", "stanza-empty", 0},
        {HEAD "  prio alua\n", "stanza-brace", 4},
        {HEAD "}\n}\n", "stanza-brace", 5},
        {HEAD "} end\n", "stanza-brace", 4},
        {HEAD "}}\n", "stanza-brace", 4},
        {"device { vendor A\nvendor A\nproduct B\n}\n", "stanza-brace", 1},
        {HEAD "  prio alua }\n}\n", "stanza-brace", 4},
        {HEAD "  device {\n}\n", "stanza-nested", 4},
        {"devices {\n" HEAD "}\n", "stanza-brace", 5},
        {"defaults\n" HEAD "}\n", "stanza-brace", 2},
        {HEAD "}\ndefaults\n", "stanza-brace", 5},
        {"devises {\n" HEAD "}\n}\n", "stanza-section", 1},
        {"devices {\nprio alua\n" HEAD "}\n}\n", "stanza-outside", 2},
        {"polling_interval 5\n" HEAD "}\n", "stanza-outside", 1},
        {"defaults {\npolling_interval 5\n" HEAD "}\n", "stanza-nested", 3},
        {HEAD "devices {\n}\n", "stanza-nested", 4},
        {"defaults {\npoling_interval 5\n}\n" HEAD "}\n", "stanza-keyword", 2},
        {"defaults {\npolling_interval soon\n}\n" HEAD "}\n", "stanza-value", 2},
        {"defaults {\nprio alua\nprio rdac\n}\n" HEAD "}\n", "stanza-duplicate", 3},
        {"blacklist {\ndevnodes \"^hd\"\n}\n" HEAD "}\n", "stanza-keyword", 2},
        {"blacklist {\ndevnode \"^hd(\"\n}\n" HEAD "}\n", "stanza-regex", 2},
        {"blacklist {\ndevice {\n}\n}\n" HEAD "}\n", "stanza-identity", 3},
        {"blacklist {\ndevice {\nprio A\n}\n}\n" HEAD "}\n", "stanza-keyword", 3},
        {"defaults {\npolling_interval 5\n}\n", "stanza-empty", 0},
        {HEAD "prio &quot;alua&quot;\n}\n", "stanza-html", 4},
        {HEAD "prio \xe2\x80\x98"
              "alua\xe2\x80\x99\n}\n",
         "stanza-ascii", 4},
        {HEAD "prio a\xe2\x80\x93lua\n}\n", "stanza-ascii", 4},
        {"device {\nvendor \"A\nproduct B\n}\n", "stanza-quote", 2},
        {"device { vendor A product B }\n" HEAD "}\n", "stanza-brace", 1},
        {"device {\nproduct A\n}\n", "stanza-identity", 3},
        {HEAD "}\n" HEAD "}\n", "stanza-same-device", 8},
        {HEAD "nonsense 1\n}\n", "stanza-keyword", 4},
        {HEAD "Prio alua\n}\n", "stanza-keyword", 4},
        {HEAD "prio alua\nprio rdac\n}\n", "stanza-duplicate", 5},
        {HEAD "prio\n}\n", "stanza-no-value", 4},
        {HEAD "prio # alua\n}\n", "stanza-no-value", 4},
        {HEAD "prio \"\"\n}\n", "stanza-value", 4},
        {HEAD "prio \" alua\"\n}\n", "stanza-value", 4},
        {HEAD "prio 'alua'\n}\n", "stanza-value", 4},
        {HEAD "prio alua,\n}\n", "stanza-value", 4},
        {HEAD "prio al#ua\n}\n", "stanza-value", 4},
        {HEAD "failback soon\n}\n", "stanza-value", 4},
        {HEAD "prio \"alua\",\n}\n", "stanza-extra", 4},
        {HEAD "path_selector round-robin 0\n}\n", "stanza-extra", 4},
        {HEAD "prio \"al\"\"ua\"\n}\n", "stanza-extra", 4},
        {HEAD "prio \"alua\n}\n", "stanza-quote", 4},
        {HEAD "prio \"#alua\"\n}\n", "stanza-comment-char", 4},
        {HEAD "prio \"!alua\"\n}\n", "stanza-comment-char", 4},
        {"device {\nvendor \"*\"\nproduct B\n}\n", "stanza-regex", 2},
        {"device {\nvendor \"A(\"\nproduct B\n}\n", "stanza-regex", 2},
        {HEAD "prio al\xc3\xa4\n}\n", "stanza-ascii", 4},
        {HEAD "prio\valua\n}\n", "stanza-ascii", 4},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpFindings) findings = sp_findings_new();
        assert_null(parse(cases[i].text, findings));
        assert_only(findings, cases[i].rule, cases[i].line);
    }
}

/* The text of a device, lines joined. */
static char *text_of(const SpStanza *stanza, guint index)
{
    const SpDevice *device = stanza->devices->pdata[index];
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < device->lines->len; i++)
        g_string_append_printf(out, "%s\n", ((SpStanzaLine *)device->lines->pdata[i])->text);
    return g_string_free(out, FALSE);
}

/* However the page lays it out, the block that is made of it is the same. */
static void layouts(void **state)
{
    (void)state;
    static const char plain[] = "device {\n\tvendor \"A B\"\n\tproduct C\n}\n";
    static const char *const texts[] = {
        "device{\n\tvendor \"A B\"\n\tproduct C\n}",
        "devices {\n\tdevice {\n\t\tvendor \"A B\"\n\t\tproduct C\n\t}\n}\n",
        "devices{\r\n  device{\r\n  \tvendor \"A B\"\r\n  \tproduct C\r\n  }\r\n}\r\n",
        "devices\n{\ndevice\n\n# so\n{\n\tvendor \"A B\"\n\tproduct C\n}\n}\n",
        "devices { # ours\ndevice { ! this\n\tvendor \"A B\"\n\tproduct C\n} # end\n} }\n",
        "\xef\xbb\xbf"
        "device {\n\tvendor \"A B\"\n\tproduct C\n}\n",
        "device {\n\tvendor \xe2\x80\x9c"
        "A B\xe2\x80\x9d\n\tproduct\xc2\xa0"
        "C\n}\n",
        "device {\n\tvendor \x93"
        "A B\x94\n\tproduct\xa0"
        "C\n}\n",
        "device {\n\tvendor \"A\xc2\xa0"
        "B\"\n\tproduct C\xe2\x80\x8b\n}\n",
        "device {\n\tvendor \"A B\"\n\tproduct C\n\tproduct C\n}\n",
        "device {\n# \xc3\xa4\n\tvendor \"A B\"\n\tproduct C\n}\n",
        "Add this to the file \xe2\x80\x98/etc/multipath.conf\xe2\x80\x99:\n1. Log in.\n"
        "device {\n\tvendor \"A B\"\n\tproduct C\n}\nRestart the daemon...\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(SpFindings) findings = sp_findings_new();
        gboolean extra = i == 4; /* one '}' too many */
        g_autoptr(SpStanza) stanza = parse(texts[i], findings);
        print_message("%zu\n", i);
        assert_int_equal(findings->bad, extra ? 1 : 0);
        if (extra)
            continue;
        assert_non_null(stanza);
        assert_int_equal(stanza->devices->len, 1);
        g_autofree char *text = text_of(stanza, 0);
        assert_string_equal(text, plain);
    }
}

static void utf16(void **state)
{
    (void)state;
    static const char text[] = HEAD "}\n";
    for (int big = 0; big < 2; big++)
        for (int mark = 0; mark < 2; mark++) {
            g_autoptr(GByteArray) units = g_byte_array_new();
            const guint8 bom[2] = {big ? 0xfe : 0xff, big ? 0xff : 0xfe};
            g_byte_array_append(units, bom, mark ? 2 : 0);
            for (gsize i = 0; i < sizeof(text) - 1; i++) {
                const guint8 unit[2] = {big ? 0 : (guint8)text[i], big ? (guint8)text[i] : 0};
                g_byte_array_append(units, unit, 2);
            }
            g_autoptr(GBytes) whole = g_bytes_new(units->data, units->len);
            g_autoptr(GBytes) cut = g_bytes_new(units->data, units->len - 1);
            g_autoptr(SpFindings) findings = sp_findings_new(), second = sp_findings_new();
            g_autoptr(SpStanza) stanza = sp_stanza_parse("s.conf", whole, findings);
            assert_non_null(stanza);
            assert_int_equal(findings->all->len, 1);
            assert_non_null(find_rule(findings, "text-encoding"));
            assert_null(sp_stanza_parse("s.conf", cut, second));
            assert_only(second, "text-encoding", 0);
        }
}

static void what_is_mended_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *line, *rule, *part;
    } cases[] = {
        {"prio \xe2\x80\x9c"
         "alua\xe2\x80\x9d",
         "stanza-typography", "U+201C in column 6 is a curly quote"},
        {"prio\xc2\xa0"
         "alua",
         "stanza-typography", "U+00A0 in column 5 is a no-break space"},
        {"prio alua\nprio alua", "stanza-duplicate", "once is enough"},
        {"polling_interval 3", "stanza-misplaced", "section 'defaults'"},
        {"user_friendly_names yes", "setting-map-name", "WWID"},
        {"getuid_callout \"/lib/udev/scsi_id -g -u /dev/%n\"", "setting-never", "no such program"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SpFindings) findings = sp_findings_new();
        g_autofree char *text = g_strdup_printf("%s%s\n}\n", HEAD, cases[i].line);
        g_autoptr(SpStanza) stanza = parse(text, findings);
        assert_non_null(stanza);
        assert_int_equal(findings->all->len, 1);
        const SpFinding *finding = find_rule(findings, cases[i].rule);
        assert_non_null(finding);
        assert_non_null(strstr(finding->text, cases[i].part));
        assert_int_equal(finding->line, i == 2 ? 5 : 4);
    }
}

/* A device without a product means every product, and the parsers are told so (multipath.md 1.3).
 */
static void without_a_product(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpStanza) stanza = parse("device {\n  vendor   \"A\"\n  prio alua\n}\n", findings);
    assert_non_null(stanza);
    g_autofree char *text = text_of(stanza, 0);
    assert_string_equal(text, "device {\n  vendor   \"A\"\n  product  \".*\"\n  prio alua\n}\n");
    assert_non_null(find_rule(findings, "stanza-product"));
}

static void sections(void **state)
{
    (void)state;
    g_autoptr(SpFindings) findings = sp_findings_new();
    g_autoptr(SpStanza) stanza =
        parse("defaults {\n\tpolling_interval 10 # s\n\tdefault_features \"0\"\n}\n"
              "blacklist {\n\tdevnode \"*\"\n\tdevice {\n\t\tvendor X\n\t}\n}\n"
              "devnode_blacklist {\n\twwid 3600*\n}\n"
              "blacklist_exceptions\n{\n\tproperty Y\n}\n" HEAD "}\n"
              "overrides {\n\tno_path_retry fail\n\tprotocol {\n\t\ttype scsi:fcp\n\t}\n}\n"
              "multipaths {\n\tmultipath {\n\t\twwid 36\n\t\talias data\n\t}\n}\n",
              findings);
    assert_int_equal(findings->bad, 0);
    static const guint lengths[SP_SECTIONS] = {2, 3, 1, 1};
    for (int i = 0; i < SP_SECTIONS; i++)
        assert_int_equal(stanza->sections[i]->len, lengths[i]);
    assert_int_equal(stanza->others->len, 3);
    const SpStanzaLine *features = stanza->sections[SP_DEFAULTS]->pdata[1];
    assert_string_equal(features->keyword->name, "features");
    const SpStanzaLine *device = stanza->sections[SP_BLACKLIST]->pdata[1];
    assert_string_equal(device->value, "X");
    assert_string_equal(device->product, ".*");
    for (guint i = 0; i < 3; i++)
        assert_non_null(((const SpStanzaLine *)stanza->others->pdata[i])->never);
}

static void long_lines(void **state)
{
    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        g_autofree char *filler = g_strnfill(1020 + (gsize)extra, 'x');
        g_autofree char *text = g_strdup_printf("%s# %s\n}\n", HEAD, filler);
        g_autoptr(SpFindings) findings = sp_findings_new();
        g_autoptr(SpStanza) stanza = parse(text, findings);
        assert_int_equal(stanza != NULL, extra == 0);
        if (extra == 1)
            assert_only(findings, "stanza-line-length", 4);
    }
}

static void nul_and_carriage_returns(void **state)
{
    (void)state;
    static const char nul[] = HEAD "prio a\0b\n}\n", cr[] = "device {\rvendor A\rproduct B\r}\r";
    g_autoptr(SpFindings) first = sp_findings_new(), second = sp_findings_new();
    g_autoptr(GBytes) a = g_bytes_new_static(nul, sizeof(nul) - 1);
    g_autoptr(GBytes) b = g_bytes_new_static(cr, sizeof(cr) - 1);
    assert_null(sp_stanza_parse("s.conf", a, first));
    assert_only(first, "stanza-ascii", 4);
    assert_null(sp_stanza_parse("s.conf", b, second));
    assert_non_null(find_rule(second, "stanza-ascii"));
}

static void too_many_devices(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 65; i++)
        g_string_append_printf(text, "device {\nvendor A\nproduct B%d\n}\n", i);
    g_autoptr(SpFindings) findings = sp_findings_new();
    assert_null(parse(text->str, findings));
    assert_only(findings, "stanza-too-many", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_vendors_lines),
        cmocka_unit_test(each_rule_names_its_line),
        cmocka_unit_test(layouts),
        cmocka_unit_test(utf16),
        cmocka_unit_test(what_is_mended_is_named),
        cmocka_unit_test(without_a_product),
        cmocka_unit_test(sections),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(nul_and_carriage_returns),
        cmocka_unit_test(too_many_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
