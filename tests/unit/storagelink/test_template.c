/* SPDX-License-Identifier: MIT */
/* The rule's own entry, in the place of one that is learnt; and the rule file. */
#include "rule.h"
#include "shapes.h"

#include <stdlib.h>

#define ENTRY(end, in)                                                                             \
    "<match kind=\"scsi\">" end in "  <!-- ours -->" end in "  <text>OSNEXUS</text>" end in        \
    "  <text>QUANTASTOR1</text>" end in "</match>"
#define LITERAL(s)                                                                                 \
    {                                                                                              \
        s, sizeof(s) - 1                                                                           \
    }

static const struct sl_rule own = {LITERAL("OSNEXUS"), LITERAL("QUANTASTOR1"),
                                   LITERAL(ENTRY("\n", "") "\n"), 0, 0};

static const struct shape places[] = {
    {"behind the last of its name",
     "<c version='2.0.0.4'>\r\n\t<match kind='a'/>\r\n\t<match/>\r\n\t<other/>\r\n</c>\r\n",
     "<c version='2.0.0.5'>\r\n\t<match kind='a'/>\r\n\t<match/>\r\n\t" ENTRY("\r\n",
                                                                              "\t") "\r\n\t<other/>"
                                                                                    "\r\n</c>\r\n",
     0, 0},
    {"in a list", "<c version='2.0.0.4'><l>\n    <match/>\n</l>\n</c>",
     "<c version='2.0.0.5'><l>\n    <match/>\n    " ENTRY("\n", "    ") "\n</l>\n</c>", 0, 0},
    {"at the end of the root", "<c>\n  <version>2.0.0.4</version>\n</c>\n",
     "<c>\n  <version>2.0.0.5</version>\n  " ENTRY("\n", "  ") "\n</c>\n", 0, 0},
    {"in an empty root", "<c version='2.0.0.4'></c>",
     "<c version='2.0.0.5'>" ENTRY("\n", "") "</c>", 0, 0},
};

static void goes_where_its_kind_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (enum form form = UTF8; form < FORMS; form++) {
            struct buf before = written(places[i].before, form),
                       after = written(places[i].after, form);
            struct sl_mine mine = nothing;
            struct buf with = installed(text_buf(&before), &own, &mine);
            assert_text(text_buf(&with), text_buf(&after));
            struct buf again = installed(text_buf(&with), &own, NULL);
            assert_text(text_buf(&again), text_buf(&with));
            struct buf without = removed(text_buf(&with), &own, &mine);
            struct buf back = installed(text_buf(&without), &own, NULL);
            assert_int_equal(back.n, with.n);
            struct buf *all[] = {&before, &after, &with, &again, &without, &back};
            for (size_t k = 0; k < sizeof all / sizeof *all; k++)
                buf_free(all[k]);
            mine_free(&mine);
        }
}

/* One in the other of the same name: one entry, not two. */
static void may_hold_its_own_name(void **state)
{
    (void)state;
    struct sl_rule nested = own;
    nested.entry = text_of("<d><d a='OSNEXUS' b='QUANTASTOR1'/></d>");
    struct buf with = installed(text_of("<c version='1.0.0.0'><x/></c>"), &nested, NULL);
    struct buf again = installed(text_buf(&with), &nested, NULL);
    assert_text(text_buf(&again),
                text_of("<c version='1.0.0.1'><x/><d><d a='OSNEXUS' b='QUANTASTOR1'/>"
                        "</d></c>"));
    buf_free(&with);
    buf_free(&again);
}

/* What an editor leaves around an element is no part of it. */
static void takes_the_element_of_its_file(void **state)
{
    (void)state;
    static const char *const files[] = {
        "\xef\xbb\xbf<d a='OSNEXUS' b='QUANTASTOR1'/>\r\n",
        "<?xml version='1.0' encoding='utf-8'?>\n<d a='OSNEXUS' b='QUANTASTOR1'/>",
        "<!-- of the vendor -->\n<d a='OSNEXUS' b='QUANTASTOR1'/>\n<!-- end -->\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct sl_rule rule = own;
        rule.entry = text_of(files[i]);
        struct buf with = installed(text_of("<c version='1.0.0.0'><x/></c>"), &rule, NULL);
        assert_text(text_buf(&with),
                    text_of("<c version='1.0.0.1'><x/><d a='OSNEXUS' b='QUANTASTOR1'/></c>"));
        buf_free(&with);
    }
}

static void refused(const char *file, const struct sl_rule *rule, const char *reason)
{
    struct sl_change change;
    struct xml_refusal why;
    assert_false(sl_install(text_of(file), rule, &nothing, &change, &why));
    if (!strstr(why.reason, reason))
        fail_msg("%s", why.reason);
}

static void refuses(void **state)
{
    (void)state;
    refused("<c version='1.0.0.0'><match><x a='OSNEXUS' b='QUANTASTOR1'/></match></c>", &own,
            "not as the rule's own entry is");
    refused("<c version='1.0.0.0'><d vendor='OSNEXUS' product='QUANTASTOR1'/></c>", &own,
            "not as the rule's own entry is");
    refused("<c version='1.0.0.0'><a><match/></a><b><match/></b></c>", &own, "at several places");
    refused("<c version='1.0.0.0'/>", &own, "closed where it opens");
    refused("<c><match/><version>1.0.0.0</version></c>", &own, "no value named 'version'");
    struct sl_rule bad = own;
    bad.entry = text_of("<a>");
    refused("<c/>", &bad, "own entry is not good: an element does not end");
    bad.entry = text_of("<a v='OSNEXUS' w='OSNEXUS' p='QUANTASTOR1'/>");
    refused("<c/>", &bad, "once each");
    bad.entry = text_of("<a v='OSNEXUS' p='QUANTASTOR1' x='\xc3\xa9'/>");
    refused("<c/>", &bad, "not all ASCII");
    bad.entry = text_of("<a v='OSNEXUS' p='QUANTASTOR1'/><b/>");
    refused("<c/>", &bad, "more than one root element");
}

static void reads_rule_files(void **state)
{
    (void)state;
    struct rule rule;
    struct xml_refusal why;
    assert_true(
        rule_read(text_of("label=acme-mp\r\nversion=1.2\r\nvendor=ACME Inc\r\nproduct=X=1\r\n"),
                  &rule, &why));
    assert_text(rule.label, text_of("acme-mp"));
    assert_text(rule.version, text_of("1.2"));
    assert_text(rule.edit.vendor, text_of("ACME Inc"));
    assert_text(rule.edit.product, text_of("X=1"));
    assert_int_equal(rule.edit.entry.n, 0);
    static const char *const bad[][2] = {
        {"label=a\nversion=1\nvendor=A\n", "for 'product'"},
        {"label=a\nversion=1\nvendor=\nproduct=B\n", "for 'vendor'"},
        {"label=a\nversion=1\nvendor=<\nproduct=B\n", "for 'vendor'"},
        {"label=a\nlabel=b\n", "not a rule file"},
        {"what\n", "not a rule file"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(rule_read(text_of(bad[i][0]), &rule, &why));
        if (!strstr(why.reason, bad[i][1]))
            fail_msg("%s", why.reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_where_its_kind_is),
        cmocka_unit_test(may_hold_its_own_name),
        cmocka_unit_test(takes_the_element_of_its_file),
        cmocka_unit_test(refuses),
        cmocka_unit_test(reads_rule_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
