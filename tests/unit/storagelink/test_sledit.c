/* SPDX-License-Identifier: MIT */
/* The edit on every invented shape, in every encoding; what it refuses; its diff. */
#include "shapes.h"

#include <stdlib.h>

static const char *const versions[] = {"2.0.0.4", "2.0.0.9", "1.0.0.0", "0.0.0.0"};

/* `text` with the version that `before` has there raised twice. */
static char *raised_twice(const char *before)
{
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        const char *at = strstr(before, versions[i]);
        if (at)
            return xprintf("%.*s%.*s%d%s", (int)(at - before), before, 6, versions[i],
                           atoi(versions[i] + 6) + 2, at + 7);
    }
    return NULL;
}

static void installs_and_removes_every_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++)
        for (enum form form = UTF8; form < FORMS; form++) {
            char *twice = raised_twice(shapes[i].before);
            assert_non_null(twice);
            struct buf before = written(shapes[i].before, form),
                       after = written(shapes[i].after, form);
            struct buf end = written(twice, form);
            struct sl_rule rule = ours;
            struct sl_mine mine = nothing;
            rule.version_at = shapes[i].version_at;
            rule.like = shapes[i].like;
            struct buf with = installed(text_buf(&before), &rule, &mine);
            assert_text(text_buf(&with), text_buf(&after));
            struct buf again = installed(text_buf(&with), &rule, NULL);
            assert_text(text_buf(&again), text_buf(&with));
            struct sl_mine same = mine;
            struct buf replaced = installed(text_buf(&with), &rule, &same);
            assert_text(text_buf(&replaced), text_buf(&with));
            struct buf without = removed(text_buf(&with), &rule, &mine);
            assert_text(text_buf(&without), text_buf(&end));
            struct buf *all[] = {&before, &after, &end, &with, &again, &replaced, &without};
            for (size_t k = 0; k < sizeof all / sizeof *all; k++)
                buf_free(all[k]);
            mine_free(&mine);
            free(twice);
        }
}

static void looks(void **state)
{
    (void)state;
    struct sl_view view;
    struct xml_refusal why;
    assert_true(sl_look(text_of(shapes[0].before), &ours, &nothing, &view, &why));
    assert_int_equal(view.found, SL_ABSENT);
    assert_string_equal(view.version, "2.0.0.4");
    assert_true(sl_look(text_of(shapes[0].after), &ours, &nothing, &view, &why));
    assert_int_equal(view.found, SL_PRESENT);
    assert_int_equal(view.line, 4);
    assert_string_equal(view.version, "2.0.0.5");
    assert_true(sl_look(text_of("<a><v/></a>"), &ours, &nothing, &view, &why));
    assert_string_equal(view.version, "");
}

/* What others do to the file between installing and removing stays; new blanks before ours do not
 * hide it. */
static void keeps_edits_made_since(void **state)
{
    (void)state;
    struct sl_mine mine = nothing;
    struct buf with = installed(text_of(shapes[0].before), &ours, &mine);
    static const char edited_since[] =
        "<config version=\"2.1.0.7\"> <!-- new -->\n"
        "\t<device vendor=\"OSNEXUS\" product=\"QUANTASTOR1\"/>\n"
        "  <device vendor=\"IBM\" product=\"2810XIV\"/>\n</config>\n";
    struct buf without = removed(text_of(edited_since), &ours, &mine);
    assert_text(text_buf(&without), text_of("<config version=\"2.1.0.8\"> <!-- new -->\n"
                                            "  <device vendor=\"IBM\" product=\"2810XIV\"/>\n"
                                            "</config>\n"));
    struct sl_change change;
    struct xml_refusal why;
    assert_false(sl_remove(text_of("<c version='1.0.0.0'><device vendor='OSNEXUS'   "
                                   "product=\"QUANTASTOR1\"/></c>"),
                           &ours, &mine, &change, &why));
    assert_non_null(strstr(why.reason, "is missing, or is there twice"));
    /* of two, which is ours cannot be told */
    assert_false(sl_remove(text_of("<c version='1.0.0.0'>"
                                   "<device vendor=\"OSNEXUS\" product=\"QUANTASTOR1\"/>\n"
                                   "<device vendor=\"OSNEXUS\" product=\"QUANTASTOR1\"/></c>"),
                           &ours, &mine, &change, &why));
    buf_free(&without);
    buf_free(&with);
    mine_free(&mine);
}

/* An upgrade takes the old entry out, learns nothing from it, and raises the version once. */
static void replaces_what_was_put_in(void **state)
{
    (void)state;
    static const struct sl_rule later = {{"OSNEXUS", 7}, {"QUANTASTOR", 10}, {"", 0}, 0, 0};
    for (size_t i = 0; i < SHAPES; i++) {
        struct sl_rule first = ours, second = later;
        struct sl_mine mine = nothing, then;
        first.version_at = second.version_at = shapes[i].version_at;
        first.like = second.like = shapes[i].like;
        struct buf with = installed(text_of(shapes[i].before), &first, &mine);
        then = mine;
        struct buf replaced = installed(text_buf(&with), &second, &then);
        assert_null(memmem(replaced.p, replaced.n, "QUANTASTOR1", 11));
        assert_non_null(memmem(replaced.p, replaced.n, "QUANTASTOR", 10));
        struct buf without = removed(text_buf(&replaced), &second, &then);
        struct buf end = removed(text_buf(&with), &first, &mine);
        assert_int_equal(without.n, end.n); /* the same but for the version */
        struct buf *all[] = {&with, &replaced, &without, &end};
        for (size_t k = 0; k < sizeof all / sizeof *all; k++)
            buf_free(all[k]);
        mine_free(&mine);
        mine_free(&then);
    }
}

static void an_entry_that_is_there_is_found(void **state)
{
    (void)state;
    static const char *const files[] = {
        "<c><v>1.0.0.0</v><d vendor='&#79;SNEXUS' product=' QUANTASTOR1 '/></c>",
        ("<c><v>1.0.0.0</v><d><vendor>O&#x53;NEXUS</vendor><x/><product><![CDATA[QUANTASTOR1]]>"
         "</product></d></c>"),
        /* without a version, and where nothing could be learnt */
        "<c><d vendor='OSNEXUS' product='QUANTASTOR1' id='7'/></c>",
        "<c><l><d vendor='OSNEXUS' product='QUANTASTOR1'/></l></c>",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct buf same = installed(text_of(files[i]), &ours, NULL);
        assert_text(text_buf(&same), text_of(files[i]));
        buf_free(&same);
    }
}

static void refuses(void **state)
{
    (void)state;
#define V "<c v='1.0.0.0'>\n"
    static const struct {
        const char *file;
        unsigned line;
        const char *reason;
    } cases[] = {
        {V "<d vendor='A' product='B'/></x>", 2, "another name than its start tag"},
        {V "<d vendor='A' product='B'/>", 1, "an element does not end"},
        {V "<d vendor='A' vendor='B'/></c>", 2, "an attribute stands twice"},
        {V "<d vendor=A/></c>", 2, "no quotes"},
        {V "<d vendor='A/></c>", 2, "does not end"},
        {V "<d vendor/></c>", 2, "has no value"},
        {V "<d v='&x;'/></c>", 2, "begins no reference"},
        {V "<d>&#;</d></c>", 2, "begins no reference"},
        {V "<!-- a -- b --></c>", 2, "a comment does not end"},
        {V "</c><c/>", 2, "more than one root element"},
        {V "</c>x", 2, "outside of the root element"},
        {"<!DOCTYPE c [<!ENTITY x 'y'>]><c/>", 1, "an internal subset"},
        {"", 1, "no element"},
        {"\xff\xfe<\0c", 0, "half a character"},
        {"\xfe\xff", 0, "neither UTF-8 nor UTF-16LE"},
        {"<c>\xe9</c>", 1, "not UTF-8"},
        {"<c>\x01</c>", 1, "does not allow"},
        {"<?xml version='1.0' encoding='utf-16'?><c/>", 1, "its encoding 'utf-16'"},
        {"<?xml version='1.0' encoding='shift_jis'?><c/>", 1, "its encoding 'shift_jis'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sl_change change;
        struct xml_refusal why = {0};
        size_t n = strlen(cases[i].file);
        struct text file = {cases[i].file, text_starts(text_of(cases[i].file), "\xff\xfe") ? 5 : n};
        if (sl_install(file, &ours, &nothing, &change, &why))
            fail_msg("taken: %s", cases[i].file);
        if (why.line != cases[i].line || !strstr(why.reason, cases[i].reason))
            fail_msg("%s\nline %u: %s", cases[i].file, why.line, why.reason);
    }
}

/* Bytes that are not ASCII pass through, also in encodings we know the name of only. */
static void keeps_what_is_not_ascii(void **state)
{
    (void)state;
    static const char latin[] =
        "<?xml version='1.0' encoding='windows-1252'?><c version='1.0.0.%s'>"
        "<d vendor='C' product='D'/><!-- \xe9 -->"
        "<d vendor='A' product='B\xe9'/>%s</c>";
    char *before = xprintf(latin, "0", ""),
         *after = xprintf(latin, "1", "<d vendor='OSNEXUS' product='QUANTASTOR1'/>");
    struct buf found = installed(text_of(before), &ours, NULL);
    assert_text(text_buf(&found), text_of(after));
    buf_free(&found);
    free(before);
    free(after);
}

/* Blanks that do not fill a field of INQUIRY are layout, as those before a text are. */
static void keeps_blanks_around_texts(void **state)
{
    (void)state;
    struct sl_rule rule = ours;
    rule.like = 1;
    struct buf found =
        installed(text_of("<c version='1.0.0.0'><d vendor='A  '><product> B\n</product></d></c>"),
                  &rule, NULL);
    assert_text(text_buf(&found),
                text_of("<c version='1.0.0.1'><d vendor='A  '><product> B\n</product></d>"
                        "<d vendor='OSNEXUS  '><product> QUANTASTOR1\n</product></d></c>"));
    buf_free(&found);
}

static void quotes_in_our_texts(void **state)
{
    (void)state;
    struct sl_rule rule = {text_of("O'Neil"), text_of("A"), {"", 0}, 0, 1};
    struct buf found = installed(
        text_of("<c version='1.0.0.0'><d vendor='A'><product>B</product></d></c>"), &rule, NULL);
    assert_text(text_buf(&found),
                text_of("<c version='1.0.0.1'><d vendor='A'><product>B</product></d>"
                        "<d vendor='O&apos;Neil'><product>A</product></d></c>"));
    struct buf same = installed(text_buf(&found), &rule, NULL);
    assert_text(text_buf(&same), text_buf(&found));
    buf_free(&same);
    buf_free(&found);
}

static void compares_versions(void **state)
{
    (void)state;
    assert_true(sl_is_higher("2.0.0.10", "2.0.0.9"));
    assert_true(sl_is_higher("2.1.0.0", "2.0.9.9"));
    assert_false(sl_is_higher("2.0.0.9", "2.0.0.9"));
    assert_false(sl_is_higher("1.9.9.9", "2.0.0.0"));
    assert_false(sl_is_higher("", "2.0.0.0"));
}

/* `times` pieces between two texts; %u in a piece is its number. */
static char *many(const char *before, const char *piece, unsigned times, const char *after)
{
    struct buf b = {0};
    buf_text(&b, text_of(before));
    for (unsigned i = 0; i < times; i++) {
        char *one = xprintf("%s%u%s", piece, i, "=''");
        buf_text(&b, text_of(*piece == ' ' ? one : piece));
        free(one);
    }
    buf_text(&b, text_of(after));
    buf_add(&b, "", 1);
    return b.p;
}

/* Each of these took minutes where every value was held against every other. */
static void large_files_are_read_in_one_pass(void **state)
{
    (void)state;
    char name[300] = {0};
    memset(name, 'a', sizeof name - 1);
    char *tag = xprintf("<c><v>1.0.0.0</v><%s>", name), *end = xprintf("</%s></c>", name);
    struct {
        char *file;
        const char *reason;
    } cases[] = {
        {many("<c", " a", 256, "/>"), "no version"},
        {many("<c", " a", 257, "/>"), "more than 256 attributes"},
        {many("<c><d", " a", 20000, "/></c>"), "more than 256 attributes"},
        {many(tag, "x<b/>", 1, end), "a name has more than 255 letters"},
        {many("<c><d>", "x<b/>", 200000, "</d></c>"), "no version"},
        {many("<c><d><vendor>A</vendor><product>B</product>", "<b>x</b>", 50000,
              "</d><d><vendor>A</vendor><product>B</product></d></c>"),
         "no version"},
        {many("<c>", "<d><vendor>A</vendor><product>B</product></d>", 50000, "</c>"), "no version"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sl_change change;
        struct xml_refusal why = {0};
        (void)sl_install(text_of(cases[i].file), &ours, &nothing, &change, &why);
        sl_change_free(&change);
        if (!strstr(why.reason, cases[i].reason))
            fail_msg("case %zu: %s", i, why.reason);
        free(cases[i].file);
    }
    free(tag);
    free(end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(installs_and_removes_every_shape),
        cmocka_unit_test(looks),
        cmocka_unit_test(keeps_edits_made_since),
        cmocka_unit_test(replaces_what_was_put_in),
        cmocka_unit_test(an_entry_that_is_there_is_found),
        cmocka_unit_test(refuses),
        cmocka_unit_test(keeps_what_is_not_ascii),
        cmocka_unit_test(keeps_blanks_around_texts),
        cmocka_unit_test(quotes_in_our_texts),
        cmocka_unit_test(compares_versions),
        cmocka_unit_test(large_files_are_read_in_one_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
