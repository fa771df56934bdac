/* SPDX-License-Identifier: MIT */
/* Files of INVENTED shapes, as awkward as whoever meets the real one first might find it: each is
 * done right or refused with the reason, and what is refused for want of a choice is done right
 * with it. In a text, {A|B} is the version before and after, and ~...~ what is to be put in. */
#include "shapes.h"

#define D2   "<d vendor='A' product='B'/><d vendor='C' product='D'/>"
#define OURS "~<d vendor='OSNEXUS' product='QUANTASTOR1'/>~"
#define V    "<c version='{1.0.0.0|1.0.0.1}'>"

static const struct file {
    const char *text, *reason; /* reason: it is refused when nothing is chosen */
    unsigned version_at, like; /* with these it is done; both 0: it never is */
    const char *entry;         /* the vendor's own; NULL: none */
} files[] = {
    /* which number is the version */
    {"<c version='{2.0.0.4|2.0.0.5}' host='10.0.0.7'>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c host='10.0.0.7' version='{2.0.0.4|2.0.0.5}'>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c schemaVersion='1.0.0.0' version='{2.0.0.4|2.0.0.5}'>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c Version='{2.0.0.4|2.0.0.5}'>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c x:version='{2.0.0.4|2.0.0.5}'>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c><head><VERSION>\n {2.0.0.4|2.0.0.5} </VERSION></head>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c><version value='{2.0.0.4|2.0.0.5}'/>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c><add key='version' value='{2.0.0.4|2.0.0.5}'/>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c><p name='version'>{2.0.0.4|2.0.0.5}</p>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c version='1.0'><version>{2.0.0.4|2.0.0.5}</version>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c version='{9.8.7.65533|9.8.7.65534}'>" D2 OURS "</c>", NULL, 0, 0, NULL},
    {"<c version='9.8.7.65534'>" D2 "</c>", "once more to take the entry out", 0, 0, NULL},
    {"<c version='{2.0.0.4|2.0.0.5}'><d version='1.0.0.0' vendor='A' product='B'/>"
     "<d version='1.0.0.0' vendor='C' product='D'/>"
     "~<d version='1.0.0.0' vendor='OSNEXUS' product='QUANTASTOR1'/>~</c>",
     NULL, 0, 0, NULL},
    {"<c><server>10.0.0.7</server><v>{2.0.0.4|2.0.0.5}</v>" D2 OURS "</c>",
     "no value named 'version'", 2, 0, NULL},
    {"<c version='{2.0.4|2.0.5}' gateway='192.168.1.254'>" D2 OURS "</c>", "not four numbers", 1, 0,
     NULL},
    {"<c runtimeVersion='2.0.50727.42' n='{2.0.0.4|2.0.0.5}'>" D2 OURS "</c>",
     "no value named 'version'", 2, 0, NULL},
    {"<c FileVersion='{2.0.0.4|2.0.0.5}'>" D2 OURS "</c>", "no value named 'version'", 1, 0, NULL},
    {"<c><lib version='1.1.1.1'/><version>{2.0.0.4|2.0.0.5}</version>" D2 OURS "</c>",
     "several values named 'version'", 2, 0, NULL},
    {"<c version='2.0.0'><version>{2.0.0.4|2.0.0.5}</version>" D2 OURS "</c>",
     "several values named 'version'", 2, 0, NULL},
    {"<c><!-- {2.0.0.4|2.0.0.5} -->" D2 OURS "</c>", "no value named 'version'", 1, 0, NULL},
    {"<!-- version {2.0.0.4|2.0.0.5}, of 2009 --><c>" D2 OURS "</c>", "no value named 'version'", 1,
     0, NULL},
    {"<c>" D2 OURS "<version>{2.0.0.4|2.0.0.5}</version></c>", "stands before its entries", 1, 0,
     NULL},
    {"<c><version host='10.0.0.7'/><n>{2.0.0.4|2.0.0.5}</n>" D2 OURS "</c>",
     "no value named 'version'", 2, 0, NULL},
    {"<c><p version='x' host='10.0.0.7'/><n>{2.0.0.4|2.0.0.5}</n>" D2 OURS "</c>",
     "no value named 'version'", 2, 0, NULL},
    {"<c><p kind='version' host='10.0.0.7'/><n>{2.0.0.4|2.0.0.5}</n>" D2 OURS "</c>",
     "no value named 'version'", 2, 0, NULL},
    {"<c><m version='1.0.0.0'/><l><e><m version='2.0.0.0'/>" D2 "</e></l></c>",
     "several values named 'version'", 0, 0, NULL},
    {"<c><m version='1.0.0.0'/>" D2 "<m version='2.0.0.0'/></c>", "in several elements", 0, 0,
     NULL},
    {"<c t='X, Version=1.0.0.0'>" D2 "</c>", "it has no version", 0, 0, NULL},
    {"<c version='1.0.0.04'>" D2 "</c>", "it has no version", 0, 0, NULL},
    {"<c version='1.0.0.65536'>" D2 "</c>", "it has no version", 0, 0, NULL},
    {"<c version='1.0.0.0.0'>" D2 "</c>", "it has no version", 0, 0, NULL},
    {"<c version='2'>" D2 "</c>", "it has no version", 0, 0, NULL},
    {"<c version='v2.0.0.4'>" D2 "</c>", "it has no version", 0, 0, NULL},
    {"<c version=''>" D2 "</c>", "it has no version", 0, 0, NULL},
    {"<c version='1.0.0.65535'>" D2 "</c>", "cannot be raised", 0, 0, NULL},
    /* which entry is to be cloned */
    {V "<d vendor='A' model='B'/><d vendor='C' model='D'/>"
       "~<d vendor='OSNEXUS' model='QUANTASTOR1'/>~</c>",
     NULL, 0, 0, NULL},
    {V "<d Manufacturer='A' ModelNo='B'/><d Manufacturer='C' ModelNo='D'/>"
       "~<d Manufacturer='OSNEXUS' ModelNo='QUANTASTOR1'/>~</c>",
     NULL, 0, 0, NULL},
    {V "<d product='B' vendor='A'/><d product='D' vendor='C'/>"
       "~<d product='QUANTASTOR1' vendor='OSNEXUS'/>~</c>",
     NULL, 0, 0, NULL},
    {V "<l><i><d vendor='A'/><d product='B'/></i><i><d vendor='C'/><d product='D'/></i>"
       "~<i><d vendor='OSNEXUS'/><d product='QUANTASTOR1'/></i>~</l></c>",
     NULL, 0, 0, NULL},
    {V "<d vendor='A' product='B' on='1'/><d vendor='C' product='D' on='1'/>"
       "~<d vendor='OSNEXUS' product='QUANTASTOR1' on='1'/>~</c>",
     NULL, 0, 0, NULL},
    {V "<d><!-- A --><vendor>A</vendor><product>B</product></d>"
       "<d><vendor>C</vendor><!-- D --><product>D</product></d>"
       "~<d><vendor>OSNEXUS</vendor><product>QUANTASTOR1</product></d>~</c>",
     NULL, 0, 0, NULL},
    {V "<d><p n='vendor' v='A'/><p n='product' v='B'/></d>"
       "<d><p n='vendor' v='C'/><p n='product' v='D'/></d>"
       "~<d><p n='vendor' v='OSNEXUS'/><p n='product' v='QUANTASTOR1'/></d>~</c>",
     NULL, 0, 0, NULL},
    {V "<l><d vendor='A' product='B'/></l><l><d vendor='C' product='D'/></l>"
       "~<l><d vendor='OSNEXUS' product='QUANTASTOR1'/></l>~</c>",
     NULL, 0, 0, NULL},
    {V "<d vendor='A' product='B'/><d vendor='C' product='D'/>" OURS
       "<d vendor='C' product='E' exclude='true'/></c>",
     "of several kinds or at several places", 0, 1, NULL},
    {V "<d vendor='A' product='B' adapter='X'/><d vendor='A' product='C' adapter='X'/>"
       "~<d vendor='OSNEXUS' product='QUANTASTOR1' adapter='X'/>~</c>",
     "of one vendor only", 0, 1, NULL},
    {V "<d vendor='A' product='B'/>" OURS "</c>", "of one vendor only", 0, 1, NULL},
    {V "<d vendor='A' product='B' id='1'/><d vendor='C' product='D' id='2'/>"
       "~<d vendor='OSNEXUS' product='QUANTASTOR1' id='2'/>~</c>",
     "what 'id' of a new one has to be", 0, 1, NULL},
    {V "<d vendor='A' product='B'><t>x</t></d><d vendor='C' product='D'><t>y</t></d>"
       "<d vendor='E' product='F'><t>x</t></d>"
       "~<d vendor='OSNEXUS' product='QUANTASTOR1'><t>x</t></d>~</c>",
     "what 't' of a new one has to be", 0, 1, NULL},
    {V "<l count='2'>" D2 OURS "</l></c>", "'count' seems to count the entries", 0, 1, NULL},
    {"<c version='{1.0.0.0|1.0.0.1}' n='2'><l>" D2 OURS "</l></c>",
     "'n' seems to count the entries", 0, 1, NULL},
    {V "<total> 2 </total><l>" D2 OURS "</l></c>", "'total' seems to count the entries", 0, 1,
     NULL},
    {V "<l>" D2 OURS "</l><end of='2'/></c>", "'of' seems to count the entries", 0, 1, NULL},
    {V "<l count='3'>" D2 OURS "</l></c>", NULL, 0, 0, NULL},
    {V "<d vendor='A' product='2'/><d vendor='C' product='2'/>" OURS "</c>", NULL, 0, 0, NULL},
    {V "<head vendor='Citrix' product='StorageLink'/>" D2 OURS "</c>", "of several kinds", 0, 2,
     NULL},
    {V "<a>" D2 "</a><b>" D2 OURS "</b></c>", "of several kinds", 0, 2, NULL},
    {V "<a>" D2 OURS "</a><b><d vendor='A' product='B'/></b></c>", "of several kinds", 0, 1, NULL},
    {V D2 OURS "<e vendor='A' product='B'/></c>", "of several kinds", 0, 1, NULL},
    {V "<d ven='A' prd='B'/><d ven='C' prd='D'/>~<d ven='OSNEXUS' prd='QUANTASTOR1'/>~</c>",
     "no name in it says", 0, 1, NULL},
    {V "<d><v>A</v><p>B</p></d>~<d><v>OSNEXUS</v><p>QUANTASTOR1</p></d>~</c>", "no name in it says",
     0, 1, NULL},
    {V "<vendor>A</vendor><product>B</product><vendor>C</vendor><product>D</product></c>",
     "no entry with a vendor", 0, 0, NULL},
    {V "</c>", "no entry with a vendor", 0, 0, NULL},
    {V "<d vendorproduct='A B' on='1' off='0'/></c>", "no entry with a vendor", 0, 0, NULL},
    {V "<d vendor='OSNEXUS' product='QUANTASTOR1'/><d vendor='OSNEXUS' product='QUANTASTOR1'/></c>",
     "more than once", 0, 0, NULL},
    /* the vendor's own entry, where the same files do not show one */
    {V "<head vendor='Citrix' product='StorageLink'/><l><m/>~<m v='OSNEXUS' p='QUANTASTOR1'/>~"
       "</l></c>",
     NULL, 0, 0, "<m v='OSNEXUS' p='QUANTASTOR1'/>"},
    {V "<d vendor='A' product='B' id='1'/><d vendor='A' product='D' id='2'/>"
       "~<d vendor='OSNEXUS' product='QUANTASTOR1' id='9'/>~</c>",
     NULL, 0, 0, "<d vendor='OSNEXUS' product='QUANTASTOR1' id='9'/>"},
    {V "<a>" D2 "</a><b>" D2 "~<d vendor='OSNEXUS' product='QUANTASTOR1' x='1'/>~</b></c>",
     "of this name stand at several places", 0, 2,
     "<d vendor='OSNEXUS' product='QUANTASTOR1' x='1'/>"},
    {V "<a><m/></a><b><m/></b></c>", "of this name stand at several places", 0, 0,
     "<m v='OSNEXUS' p='QUANTASTOR1'/>"},
    {"<c>" D2 "~<d vendor='OSNEXUS' product='QUANTASTOR1' x='1'/>~<n>{2.0.4|2.0.5}</n></c>",
     "no value named 'version'", 1, 0, "<d vendor='OSNEXUS' product='QUANTASTOR1' x='1'/>"},
    {"<!-- {2.0.0.4|2.0.0.5} --><c>" D2 "~<d vendor='OSNEXUS' product='QUANTASTOR1' x='1'/>~</c>",
     "no value named 'version'", 1, 0, "<d vendor='OSNEXUS' product='QUANTASTOR1' x='1'/>"},
    {V "<x/>~<m v='OSNEXUS' p='QUANTASTOR1'/>~</c>", NULL, 0, 0,
     "<m v='OSNEXUS' p='QUANTASTOR1'/>"},
};

/* A version that is chosen but is one of the entry is none of the file. */
static void a_version_in_the_entry_is_refused(void **state)
{
    (void)state;
    struct sl_rule rule = ours;
    struct sl_change change;
    struct xml_refusal why = {0};
    rule.version_at = 1;
    rule.like = 1;
    assert_false(sl_install(text_of("<c><d vendor='A' product='B' firmware='1.0.0.0'/></c>"), &rule,
                            &nothing, &change, &why));
    assert_non_null(strstr(why.reason, "stands in the entry that would be cloned"));
}

static char *side(const char *text, bool after)
{
    struct buf out = {0};
    char in = '\0';
    for (; *text; text++) {
        if (*text == '~')
            in = in == '~' ? '\0' : '~';
        else if (*text == '{' || *text == '|' || *text == '}')
            in = *text == '}' ? '\0' : *text;
        else if (!in || (in == '~' && after) || (in == '{' && !after) || (in == '|' && after))
            buf_add(&out, text, 1);
    }
    return (char *)buf_cstr(&out);
}

static struct sl_rule rule_of(const struct file *file)
{
    struct sl_rule rule = ours;
    if (file->entry)
        rule.entry = text_of(file->entry);
    return rule;
}

static void refused_without_a_choice(const struct file *file, struct text before)
{
    struct sl_rule rule = rule_of(file);
    struct sl_change change;
    struct xml_refusal why = {0};
    if (sl_install(before, &rule, &nothing, &change, &why))
        fail_msg("taken: %s", file->text);
    bool choice = file->version_at || file->like;
    if (!strstr(why.reason, file->reason) || (choice && !why.choice))
        fail_msg("%s\n%s", file->text, why.reason);
    struct buf list = {0};
    sl_list(before, &rule, &nothing, &list);
    assert_true(list.n > 0);
    if (file->like)
        assert_non_null(strstr(buf_cstr(&list), "of them, the last in line"));
    buf_free(&list);
}

static void done_right(const struct file *file, enum form form)
{
    char *texts[] = {side(file->text, false), side(file->text, true)};
    struct buf before = written(texts[0], form), after = written(texts[1], form);
    struct sl_rule rule = rule_of(file);
    if (file->reason)
        refused_without_a_choice(file, text_buf(&before));
    rule.version_at = file->version_at;
    rule.like = file->like;
    if (!file->reason || rule.version_at || rule.like) {
        struct sl_mine mine = nothing;
        struct buf with = installed(text_buf(&before), &rule, &mine);
        assert_text(text_buf(&with), text_buf(&after));
        struct buf without = removed(text_buf(&with), &rule, &mine);
        assert_in_range(without.n, before.n, before.n + 2); /* a version's number may be longer */
        buf_free(&with);
        buf_free(&without);
        mine_free(&mine);
    }
    buf_free(&before);
    buf_free(&after);
    free(texts[0]);
    free(texts[1]);
}

static void every_file_is_done_right_or_refused(void **state)
{
    (void)state;
    size_t count = sizeof files / sizeof *files;
    assert_true(count >= 60);
    for (size_t i = 0; i < count; i++)
        for (enum form form = UTF8; form < FORMS; form++)
            done_right(&files[i], form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_in_the_entry_is_refused),
        cmocka_unit_test(every_file_is_done_right_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
