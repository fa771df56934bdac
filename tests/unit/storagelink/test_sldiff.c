/* SPDX-License-Identifier: MIT */
#include "shapes.h"

/* What files as small as these do not show. */
static const struct sl_rule chosen = {{"OSNEXUS", 7}, {"QUANTASTOR1", 11}, {"", 0}, 1, 1};

static void assert_diff(const char *file, enum form form, const char *wanted)
{
    struct sl_change change;
    struct xml_refusal why;
    struct buf before = written(file, form), out = {0};
    assert_true(sl_install(text_buf(&before), &chosen, &nothing, &change, &why));
    sl_diff(text_buf(&before), &change, "x.xml", &out);
    assert_text(text_buf(&out), text_of(wanted));
    sl_change_free(&change);
    buf_free(&before);
    buf_free(&out);
}

static void two_hunks(void **state)
{
    (void)state;
    for (enum form form = UTF8; form < FORMS; form++) {
        if (form == UTF8_MARK)
            continue; /* the mark stands before the first line, which is none of these */
        assert_diff(
            "<c>\r\n<v>2.0.0.4</v>\n2\n3\n4\n5\n6\n7\n8\n9\n <d vendor='A' product='B'/>\n</c>",
            form,
            "--- x.xml\n+++ x.xml\n@@ -1,5 +1,5 @@\n <c>\r\n-<v>2.0.0.4</v>\n"
            "+<v>2.0.0.5</v>\n 2\n 3\n 4\n@@ -9,4 +9,5 @@\n 8\n 9\n"
            "  <d vendor='A' product='B'/>\n"
            "+ <d vendor='OSNEXUS' product='QUANTASTOR1'/>\n </c>\n"
            "\\ No newline at end of file\n");
    }
}

static void one_hunk(void **state)
{
    (void)state;
    assert_diff("<c v='2.0.0.4'>\n <d vendor='A' product='B'/>\n</c>\n", UTF16,
                "--- x.xml\n+++ x.xml\n@@ -1,3 +1,4 @@\n-<c v='2.0.0.4'>\n+<c v='2.0.0.5'>\n"
                "  <d vendor='A' product='B'/>\n+ <d vendor='OSNEXUS' product='QUANTASTOR1'/>\n"
                " </c>\n");
}

static void one_line(void **state)
{
    (void)state;
    assert_diff("<c v='2.0.0.4'><d vendor='A' product='B'/></c>", UTF16,
                "--- x.xml\n+++ x.xml\n@@ -1,1 +1,1 @@\n"
                "-<c v='2.0.0.4'><d vendor='A' product='B'/></c>\n\\ No newline at end of file\n"
                "+<c v='2.0.0.5'><d vendor='A' product='B'/>"
                "<d vendor='OSNEXUS' product='QUANTASTOR1'/></c>\n\\ No newline at end of file\n");
}

static void nothing_where_nothing_changes(void **state)
{
    (void)state;
    assert_diff("<c v='2.0.0.4'><d vendor='OSNEXUS' product='QUANTASTOR1'/></c>", UTF8, "");
}

/* Characters over 0xffff, and half a pair, which is no character. */
static void utf16_becomes_utf8(void **state)
{
    (void)state;
    static const char file[] = "\xff\xfe<\0c\0 \0v\0=\0'\0001\0.\0000\0.\0000\0.\0000\0'\0>\0"
                               "\xe9\0\x3d\xd8\x00\xde\x3d\xd8<\0d\0 \0v\0e\0n\0d\0o\0r\0=\0'\0"
                               "'\0 \0p\0r\0o\0d\0u\0c\0t\0=\0'\0'\0/\0>\0<\0/\0c\0>";
    struct sl_change change;
    struct xml_refusal why;
    struct buf out = {0};
    assert_true(sl_install((struct text){file, sizeof file}, &chosen, &nothing, &change, &why));
    sl_diff((struct text){file, sizeof file}, &change, "x", &out);
    assert_non_null(
        strstr(buf_cstr(&out), "-<c v='1.0.0.0'>\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd<d"));
    sl_change_free(&change);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_hunks),          cmocka_unit_test(one_hunk),
        cmocka_unit_test(one_line),           cmocka_unit_test(nothing_where_nothing_changes),
        cmocka_unit_test(utf16_becomes_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
